import { isIP } from 'node:net';
import { isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plans, type Plan } from '@proofpix/contract/access';
import { limits, manifestLimits } from '@proofpix/contract/limits';
import { sandboxLayerNames, type SandboxLayer } from '@proofpix/contract/sandbox-layers';
import { rateLimitNames, rateLimits, type RateLimitName } from '@proofpix/contract/rate-limits';
import type { LimitName } from '@proofpix/contract/receipts';
import { readOutgoingAllowEntry } from '@proofpix/host/http/outgoing-allow';
import { headerName, marketplaceOf, origin } from './config/addresses.ts';
import { OperatorError } from './operator-error.ts';

export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

const logLevels: readonly LogLevel[] = ['silent', 'error', 'warn', 'info', 'debug'];

/** Everything that can be set from outside. The only file of the server that reads the environment. */
export type Config = Readonly<{
  host: string;
  port: number;
  /** Where people reach the server; decides about links, secure cookies and the allowed host name. */
  publicUrl: string | undefined;
  /** Addresses of reverse proxies, whose X-Forwarded-For says who is asking; without them all of a proxy's clients share its limits. */
  trustedProxies: readonly string[];
  /** In which a proxy says the country of who asks, in two letters; nothing is known of countries when left out. */
  countryHeader: string | undefined;
  dataDir: string;
  /** PostgreSQL, as the owner of the tables; the embedded database in `dataDir` when left out. */
  databaseUrl: string | undefined;
  /** PostgreSQL, as the role that requests use; made from `databaseUrl` when left out. */
  appDatabaseUrl: string | undefined;
  keyFile: string;
  /** Where the signed heads of the audit trails are written, a line each; nowhere when left out. */
  auditHeadsFile: string | undefined;
  /** Where servers that share it count requests together; each for itself when left out. */
  redisUrl: string | undefined;
  /** What takes the money for plans; nothing is sold when left out. */
  stripe:
    | Readonly<{
        secretKey: string;
        webhookSecret: string;
        apiUrl: string;
        prices: Readonly<{ professional: string | undefined; enterprise: string | undefined }>;
      }>
    | undefined;
  /** Requests of each class in its window; 0 for as many as anyone likes. */
  rateLimits: Readonly<Record<RateLimitName, number>>;
  /** What tenants' addresses may lead to although it is not public: hosts, addresses and networks. */
  outgoingAllow: readonly string[];
  /** Where mails go out; into a folder of `dataDir` when left out. */
  smtp: Smtp | undefined;
  /** Whose the mails are: an address, or a name with one in angle brackets. */
  mailFrom: string;
  /** Where advisories about dependencies come from: an address of the OSV protocol, or a copy of its database; none when left out. */
  osvSource: string | undefined;
  /** Another server whose marketplace is used; none when left out. */
  marketplace: Readonly<{ url: string; rootFile: string | undefined }> | undefined;
  /** The master key itself, instead of the file. */
  masterKey: Uint8Array | undefined;
  /** What it was before, until everything is sealed with the new one. */
  previousMasterKey: Uint8Array | undefined;
  ownerEmail: string | undefined;
  ownerPassword: string | undefined;
  demoPlan: Plan;
  logLevel: LogLevel;
  organisationStorageBytes: number;
  /** Sandboxes that wait for a plugin; from memory when left out. */
  spareRunners: number | undefined;
  /** Processes that wait for a package; from memory when left out. */
  spareScanners: number | undefined;
  /** Sandboxes at a time, spares included; from memory and processors when left out. */
  maximumRunners: number | undefined;
  /** How long a sandbox without calls is kept. */
  runnerIdleMilliseconds: number;
  /** Layers of the sandbox without which the server does not start. */
  sandboxRequire: readonly SandboxLayer[];
  /** What no plugin of any organisation gets more of, in the units of a manifest's limits. */
  pluginLimits: Readonly<Record<LimitName, number>>;
  /** Folder of the checkout: the web app and the first plugin lie in it. */
  packageRoot: string;
}>;

export type Smtp = Readonly<{
  host: string;
  port: number;
  /** TLS from the first byte, as against after a greeting. */
  secure: boolean;
  /** Nothing is said before TLS: somebody in between could otherwise take the offer of it out, and read every link. */
  requireTls: boolean;
  user: string | undefined;
  password: string | undefined;
}>;

type Environment = Readonly<Record<string, string | undefined>>;

export function readEnvironment(): Environment {
  return process.env;
}

/** @throws OperatorError that names the variable */
export function readConfig(environment: Environment): Config {
  return Object.freeze(validate(read(environment)));
}

function read(environment: Environment) {
  // An empty variable means the same as none: compose files and shells write it that way.
  const text = (name: string) => environment[name]?.trim() || undefined;
  return {
    host: text('HOST'),
    port: text('PORT'),
    publicUrl: text('PUBLIC_URL'),
    trustedProxies: text('TRUSTED_PROXIES'),
    countryHeader: text('COUNTRY_HEADER'),
    dataDir: text('DATA_DIR'),
    databaseUrl: text('DATABASE_URL'),
    appDatabaseUrl: text('APP_DATABASE_URL'),
    keyFile: text('KEY_FILE'),
    auditHeadsFile: text('AUDIT_HEADS_FILE'),
    redisUrl: text('REDIS_URL'),
    stripe: {
      secretKey: text('STRIPE_SECRET_KEY'),
      webhookSecret: text('STRIPE_WEBHOOK_SECRET'),
      apiUrl: text('STRIPE_API_URL'),
      professional: text('STRIPE_PRICE_PROFESSIONAL'),
      enterprise: text('STRIPE_PRICE_ENTERPRISE'),
    },
    rateLimits: rateLimitNames.map((name) => {
      const variable = `RATE_LIMIT_${name.toUpperCase().replaceAll('-', '_')}`;
      return { name, variable, text: text(variable) };
    }),
    outgoingAllow: text('OUTGOING_ALLOW'),
    smtpUrl: text('SMTP_URL'),
    mailFrom: text('MAIL_FROM'),
    osvSource: text('OSV_SOURCE'),
    marketplaceUrl: text('MARKETPLACE_URL'),
    marketplaceRoot: text('MARKETPLACE_ROOT'),
    masterKey: text('MASTER_KEY'),
    previousMasterKey: text('MASTER_KEY_PREVIOUS'),
    ownerEmail: text('PROOFPIX_OWNER_EMAIL'),
    // Not trimmed: a space may belong to a password.
    ownerPassword: environment.PROOFPIX_OWNER_PASSWORD || undefined,
    demoPlan: text('PROOFPIX_DEMO_PLAN'),
    logLevel: text('LOG_LEVEL'),
    organisationStorageBytes: text('ORGANISATION_STORAGE_BYTES'),
    spareRunners: text('SPARE_RUNNERS'),
    spareScanners: text('SPARE_SCANNERS'),
    maximumRunners: text('MAXIMUM_RUNNERS'),
    runnerIdleSeconds: text('RUNNER_IDLE_SECONDS'),
    sandboxRequire: text('SANDBOX_REQUIRE'),
    pluginMemory: text('PLUGIN_MEMORY_MAXIMUM'),
    pluginTimeout: text('PLUGIN_TIMEOUT_MAXIMUM'),
    pluginCpu: text('PLUGIN_CPU_MAXIMUM'),
    pluginRequestsPerMinute: text('PLUGIN_REQUESTS_PER_MINUTE_MAXIMUM'),
  };
}

function validate(given: ReturnType<typeof read>): Config {
  const dataDir = resolve(given.dataDir ?? './data');
  if ((given.ownerEmail === undefined) !== (given.ownerPassword === undefined)) {
    throw new OperatorError('PROOFPIX_OWNER_EMAIL and PROOFPIX_OWNER_PASSWORD belong together: set both or neither.');
  }
  if (given.smtpUrl !== undefined && given.mailFrom === undefined) {
    throw new OperatorError('MAIL_FROM is missing: SMTP_URL needs an address that the mails come from.');
  }
  return {
    host: given.host ?? '127.0.0.1',
    port: wholeNumber('PORT', given.port, 8787, 0, 65_535),
    publicUrl: given.publicUrl === undefined ? undefined : origin('PUBLIC_URL', given.publicUrl),
    trustedProxies: addresses('TRUSTED_PROXIES', given.trustedProxies),
    countryHeader: given.countryHeader === undefined ? undefined : headerName('COUNTRY_HEADER', given.countryHeader),
    dataDir,
    databaseUrl: given.databaseUrl === undefined ? undefined : postgresUrl('DATABASE_URL', given.databaseUrl),
    appDatabaseUrl:
      given.appDatabaseUrl === undefined ? undefined : postgresUrl('APP_DATABASE_URL', given.appDatabaseUrl),
    // Beside the data, not in it: a copied or leaked data folder alone opens nothing.
    keyFile: given.keyFile === undefined ? join(`${dataDir}.keys`, 'master.key') : absolute(given.keyFile),
    auditHeadsFile: given.auditHeadsFile === undefined ? undefined : absolute(given.auditHeadsFile),
    redisUrl: given.redisUrl === undefined ? undefined : redisUrl('REDIS_URL', given.redisUrl),
    stripe: stripeOf(given.stripe),
    rateLimits: rateLimitsOf(given.rateLimits),
    masterKey: secretKey('MASTER_KEY', given.masterKey),
    previousMasterKey: secretKey('MASTER_KEY_PREVIOUS', given.previousMasterKey),
    outgoingAllow: outgoingAllow(given.outgoingAllow),
    smtp: given.smtpUrl === undefined ? undefined : smtp('SMTP_URL', given.smtpUrl),
    mailFrom: given.mailFrom === undefined ? 'ProofPix <proofpix@localhost>' : mailFrom('MAIL_FROM', given.mailFrom),
    osvSource: given.osvSource === undefined ? undefined : osvSource(given.osvSource),
    marketplace: marketplaceOf(given.marketplaceUrl, given.marketplaceRoot),
    ownerEmail: given.ownerEmail === undefined ? undefined : email('PROOFPIX_OWNER_EMAIL', given.ownerEmail),
    ownerPassword:
      given.ownerPassword === undefined ? undefined : password('PROOFPIX_OWNER_PASSWORD', given.ownerPassword),
    demoPlan: oneOf('PROOFPIX_DEMO_PLAN', given.demoPlan, plans, 'enterprise'),
    logLevel: oneOf('LOG_LEVEL', given.logLevel, logLevels, 'info'),
    organisationStorageBytes: wholeNumber(
      'ORGANISATION_STORAGE_BYTES',
      given.organisationStorageBytes,
      limits.organisationStorageBytes,
      0,
      Number.MAX_SAFE_INTEGER,
    ),
    spareRunners: optionalNumber('SPARE_RUNNERS', given.spareRunners, 0, 16),
    spareScanners: optionalNumber('SPARE_SCANNERS', given.spareScanners, 0, 16),
    maximumRunners: optionalNumber('MAXIMUM_RUNNERS', given.maximumRunners, 1, 1_000),
    runnerIdleMilliseconds: 1_000 * wholeNumber('RUNNER_IDLE_SECONDS', given.runnerIdleSeconds, 600, 1, 86_400),
    sandboxRequire: layers('SANDBOX_REQUIRE', given.sandboxRequire),
    pluginLimits: {
      memory: pluginLimit('memory', 'PLUGIN_MEMORY_MAXIMUM', given.pluginMemory),
      timeout: pluginLimit('timeout', 'PLUGIN_TIMEOUT_MAXIMUM', given.pluginTimeout),
      cpu: pluginLimit('cpu', 'PLUGIN_CPU_MAXIMUM', given.pluginCpu),
      requestsPerMinute: pluginLimit(
        'requestsPerMinute',
        'PLUGIN_REQUESTS_PER_MINUTE_MAXIMUM',
        given.pluginRequestsPerMinute,
      ),
    },
    packageRoot: fileURLToPath(new URL('../../', import.meta.url)),
  };
}

function wholeNumber(name: string, text: string | undefined, usual: number, minimum: number, maximum: number): number {
  if (text === undefined) return usual;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new OperatorError(`${name} must be a whole number from ${minimum} to ${maximum}, not "${text}".`);
}

function optionalNumber(name: string, text: string | undefined, minimum: number, maximum: number): number | undefined {
  return text === undefined ? undefined : wholeNumber(name, text, minimum, minimum, maximum);
}

/** The most that a manifest may ask for, when left out. */
function pluginLimit(limit: LimitName, name: string, text: string | undefined): number {
  const { minimum, maximum } = manifestLimits[limit];
  return wholeNumber(name, text, maximum, minimum, maximum);
}

function oneOf<Value extends string>(
  name: string,
  text: string | undefined,
  allowed: readonly Value[],
  usual: Value,
): Value {
  if (text === undefined) return usual;
  const found = allowed.find((value) => value === text);
  if (found !== undefined) return found;
  throw new OperatorError(`${name} must be ${allowed.join(', ')}, not "${text}".`);
}

function addresses(name: string, text: string | undefined): readonly string[] {
  const parts = (text ?? '').split(',').map((part) => part.trim());
  const wrong = parts.find((part) => {
    const [address = '', bits = '0', ...more] = part.split('/');
    const widest = isIP(address) === 6 ? 128 : 32;
    return isIP(address) === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > widest || more.length > 0;
  });
  if (text === undefined) return [];
  if (wrong === undefined) return parts;
  throw new OperatorError(
    `${name} must be addresses or networks like 10.0.0.5, 10.0.0.0/8, separated by commas, not "${text}".`,
  );
}

function layers(name: string, text: string | undefined): readonly SandboxLayer[] {
  if (text === 'all') return sandboxLayerNames;
  const parts = (text ?? '').split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const layer = sandboxLayerNames.find((each) => each === part);
      if (layer !== undefined) return layer;
      throw new OperatorError(`${name} must be all, or some of ${sandboxLayerNames.join(',')}, not "${part}".`);
    });
}

/** The text is not repeated in the message: it holds a password. */
function postgresUrl(name: string, text: string): string {
  const url = URL.parse(text);
  if (url && /^postgres(ql)?:$/.test(url.protocol)) return text;
  throw new OperatorError(`${name} must be like postgres://user:password@host:5432/database.`);
}

/** The text is not repeated in the message: it may hold a password. */
function redisUrl(name: string, text: string): string {
  const url = URL.parse(text);
  if (url && /^rediss?:$/.test(url.protocol) && url.hostname !== '') return text;
  throw new OperatorError(`${name} must be like redis://:password@host:6379, or rediss:// for TLS.`);
}

/** Nothing is repeated in the messages: a key may stand in the place of another. */
function stripeOf(given: ReturnType<typeof read>['stripe']): Config['stripe'] {
  const { secretKey, webhookSecret, apiUrl, professional, enterprise } = given;
  const set = [secretKey, webhookSecret, professional ?? enterprise];
  if (set.every((value) => value === undefined)) return undefined;
  if (secretKey === undefined || webhookSecret === undefined || (professional ?? enterprise) === undefined) {
    throw new OperatorError(
      'STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET and STRIPE_PRICE_PROFESSIONAL or STRIPE_PRICE_ENTERPRISE belong together: set all or none.',
    );
  }
  const url = apiUrl === undefined ? 'https://api.stripe.com' : origin('STRIPE_API_URL', apiUrl);
  return { secretKey, webhookSecret, apiUrl: url, prices: { professional, enterprise } };
}

function rateLimitsOf(
  given: readonly { name: RateLimitName; variable: string; text: string | undefined }[],
): Record<RateLimitName, number> {
  const set = given.map(({ name, variable, text }) => [
    name,
    wholeNumber(variable, text, rateLimits[name].requests, 0, 1_000_000),
  ]);
  return Object.fromEntries(set) as Record<RateLimitName, number>; // each name once
}

/** The text is not repeated in the message. */
function secretKey(name: string, text: string | undefined): Uint8Array | undefined {
  if (text === undefined) return undefined;
  const bytes = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  const isText = /^[0-9a-f]{64}$/i.test(text) || /^[A-Za-z0-9+/_-]{43}=?$/.test(text);
  if (isText && bytes.length === 32) return new Uint8Array(bytes);
  throw new OperatorError(`${name} must be 32 random bytes, as 64 hexadecimal digits or base64.`);
}

function outgoingAllow(text = ''): readonly string[] {
  const entries = text.split(/[\s,]+/).filter((entry) => entry !== '');
  const wrong = entries.find((entry) => readOutgoingAllowEntry(entry) === null);
  if (wrong === undefined) return entries;
  throw new OperatorError(`OUTGOING_ALLOW must be hosts, addresses or networks, separated by commas, not "${wrong}".`);
}

/** The text is not repeated in the message: an address may hold a password. */
function osvSource(text: string): string {
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(text)) return absolute(text);
  const url = URL.parse(text);
  const plain = url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (plain && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '');
  throw new OperatorError(
    'OSV_SOURCE must be like https://api.osv.dev, or the path of a folder or ZIP with advisories of OSV.',
  );
}

/** The text is not repeated in the message: it holds a password. */
function smtp(name: string, text: string): Smtp {
  const url = URL.parse(text);
  const tls = url?.searchParams.get('tls') ?? 'required';
  const only = [...(url?.searchParams.keys() ?? [])].every((key) => key === 'tls');
  const plain = url !== null && url.hostname !== '' && /^\/?$/.test(url.pathname) && url.hash === '' && only;
  if (!plain || !/^smtps?:$/.test(url.protocol) || !['required', 'optional'].includes(tls)) {
    throw new OperatorError(
      `${name} must be like smtps://user:password@mail.example.org or smtp://mail.example.org:587, with ?tls=optional where the server has no TLS.`,
    );
  }
  const secure = url.protocol === 'smtps:';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const here = ['localhost', '127.0.0.1', '::1'].includes(host);
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTls: !secure && !here && tls === 'required',
    user: url.username === '' ? undefined : unescaped(name, url.username),
    password: url.password === '' ? undefined : unescaped(name, url.password),
  };
}

function unescaped(name: string, part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new OperatorError(`${name} holds a % that stands for nothing: write it as %25.`);
  }
}

function mailFrom(name: string, text: string): string {
  const address = /^[^<>\r\n]*<([^\s<>@]+@[^\s<>@]+)>$/.exec(text)?.[1] ?? text;
  if (/^[^\s<>@,;"]+@[^\s<>@,;"]+$/.test(address) && text.length <= 300) return text;
  throw new OperatorError(`${name} must be like ProofPix <proofpix@example.org>, not "${text}".`);
}

function email(name: string, text: string): string {
  if (/^[^\s@]+@[^\s@]+$/.test(text) && text.length <= 254) return text.toLowerCase();
  throw new OperatorError(`${name} must be an e-mail address, not "${text}".`);
}

function password(name: string, text: string): string {
  if (text.length >= 10 && text.length <= 200) return text;
  throw new OperatorError(`${name} must be 10 to 200 characters long.`);
}

function absolute(path: string): string {
  return isAbsolute(path) ? path : resolve(path);
}
