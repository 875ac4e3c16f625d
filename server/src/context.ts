import { join } from 'node:path';
import { createHost, type Host } from '@proofpix/host/host';
import { createGuardedClient, type GuardedClientOptions } from '@proofpix/host/http/guarded-client';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { createEvents } from './events.ts';
import { createAttempts } from './features/accounts/attempts.ts';
import { bindAccountRoutes } from './features/accounts/routes.ts';
import { createSignIn } from './features/accounts/sign-in.ts';
import { keepSealing } from './features/keys/seal-again.ts';
import { openMarketplace } from './features/marketplace/open-marketplace.ts';
import { bindMarketplaceRoutes } from './features/marketplace/routes.ts';
import { bindOauthRoutes } from './features/oauth/routes.ts';
import { createOauthPort } from './features/oauth/give-token.ts';
import { openOauth } from './features/oauth/open-oauth.ts';
import { keepRollingUp } from './features/plugins/analytics/roll-up.ts';
import { createCapabilities } from './features/plugins/capabilities.ts';
import { openPlugins, type OpenPlugins } from './features/plugins/open-plugins.ts';
import { createPluginLimits } from './features/plugins/limits/organisation-limits.ts';
import { bindPluginRoutes } from './features/plugins/routes.ts';
import { openRuns } from './features/runs/open-runs.ts';
import { bindRunRoutes } from './features/runs/routes.ts';
import { bindSecurityRoutes } from './features/security/routes.ts';
import { bindServerRoutes } from './features/server/routes.ts';
import { requireLayers, sandboxState } from './features/server/sandbox.ts';
import { openWebhooks } from './features/webhooks/open-webhooks.ts';
import { createWebhookSender } from './features/webhooks/outgoing/send-message.ts';
import { bindWebhookRoutes } from './features/webhooks/routes.ts';
import { createApp } from './http/app.ts';
import type { App } from './http/bind.ts';
import { closeApp } from './http/close-app.ts';
import { ownUrl } from './http/own-url.ts';
import { createLog, type Log } from './log.ts';
import type { Data } from './open-data.ts';
import { openQueue } from './queue.ts';

/** The opened server. Disposing it drains and ends everything in the reverse order. */
export type Context = AsyncDisposable & {
  app: App;
  db: Database;
  host: Host;
  plugins: OpenPlugins;
  log: Log;
  /** Where people reach it, once it listens. */
  url: () => string;
};

export type ContextOptions = {
  data: Promise<Data>;
  version: string;
  checkReplies?: boolean;
  /** For tests: names that no name server knows, and certificates that nobody else trusts. */
  outgoing?: Pick<GuardedClientOptions, 'resolve' | 'ca'>;
};

/** The only place where things are opened and put together. @throws OperatorError */
export async function openContext(config: Config, options: ContextOptions): Promise<Context> {
  await using opened = new AsyncDisposableStack();
  // Standard output is for people: the address and the link.
  const log = createLog(config.logLevel, process.stderr);
  const required = requireLayers(config.sandboxRequire);
  required.catch(() => {}); // thrown below, when what is open can be closed
  const { db, keys, objects } = opened.use(await options.data);
  await required;
  for (const warning of db.warnings) log.warn(warning);
  opened.use(keepSealing({ db, keys, log }));
  const events = createEvents((error) => log.error({ err: error }, 'a listener failed'));
  const sender = createWebhookSender({ db });
  const listening: { ports: readonly number[] } = { ports: [config.port] };
  const client = createGuardedClient({
    ...options.outgoing,
    outgoingAllow: config.outgoingAllow,
    ourselves: () => ourselves(config, listening.ports),
  });
  const oauth = createOauthPort({ db, keys, client, log });
  const capabilities = opened.use(createCapabilities({ db, keys, log, events, oauth, webhooks: sender, client }));
  const host = opened.use(
    createHost({
      capabilities,
      spareRunners: config.spareRunners,
      maximumRunners: config.maximumRunners,
      idleMilliseconds: config.runnerIdleMilliseconds,
    }),
  );
  // Together: each mostly waits for the database. All are awaited, so that what did open is closed when another did not.
  const [openedPlugins, openedQueue, openedMarketplace] = await Promise.allSettled([
    openPlugins({
      db,
      keys,
      objects,
      log,
      host,
      capabilities,
      events,
      limits: createPluginLimits(config.pluginLimits),
    }),
    openQueue(db, log),
    openMarketplace({ db, log, pluginsFolder: join(config.packageRoot, 'plugins') }),
  ]);
  if (openedPlugins.status === 'fulfilled') opened.use(openedPlugins.value);
  if (openedQueue.status === 'fulfilled') opened.use(openedQueue.value);
  const [plugins, queue, marketplace] = [valueOf(openedPlugins), valueOf(openedQueue), valueOf(openedMarketplace)];
  const { organisationStorageBytes } = config;
  const webhooks = opened.use(await openWebhooks({ db, keys, log, queue, host, client, sender }));
  opened.use(await keepRollingUp({ db, queue, host, log }));
  const runs = opened.use(await openRuns({ db, objects, queue, events, host, log, organisationStorageBytes }));

  const ending = new AbortController();
  const app = await createApp({
    log,
    host: config.host,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    signIn: createSignIn(db),
    ending: ending.signal,
    checkReplies: options.checkReplies ?? false,
    webFolder: join(config.packageRoot, 'web', 'dist'),
  });
  opened.defer(() => closeApp(app, ending));
  app.server.on('listening', () => {
    listening.ports = app.addresses().flatMap((one) => (typeof one === 'string' ? [] : [one.port]));
  });
  bindServerRoutes(app, {
    version: options.version,
    publicUrl: config.publicUrl,
    checks: { database: () => db.ping(), objects: () => objects.ping(), sandbox: () => host.ping() },
    sandbox: sandboxState,
  });
  bindAccountRoutes(app, {
    db,
    attempts: createAttempts(),
    secureCookies: config.publicUrl?.startsWith('https:') ?? false,
  });
  bindPluginRoutes(app, { plugins, marketplace });
  bindMarketplaceRoutes(app, { db });
  bindRunRoutes(app, runs);
  bindSecurityRoutes(app, { db, host, flush: () => capabilities.flush() });
  bindWebhookRoutes(app, webhooks);
  const url = () => ownUrl(app, config);
  const accounts = await openOauth({ db, keys, log, queue, host, client, ownUrl: url });
  bindOauthRoutes(app, { ...accounts, secureCookies: config.publicUrl?.startsWith('https:') ?? false });

  const owned = opened.move();
  return { app, db, host, plugins, log, url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** Where this server answers: what tenants may ask other servers for must never come back to it. */
function ourselves({ publicUrl }: Config, ports: readonly number[]): { hostnames: string[]; ports: number[] } {
  if (publicUrl === undefined) return { hostnames: [], ports: [...ports] };
  const url = new URL(publicUrl);
  const usual = url.protocol === 'https:' ? 443 : 80;
  return { hostnames: [url.hostname], ports: [...ports, url.port === '' ? usual : Number(url.port)] };
}
