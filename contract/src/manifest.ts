import { Type, type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { checkConfigSchema, type ConfigSchema } from './config-schema.ts';
import type { FieldError } from './errors.ts';
import { defaultPriority, hooks, isBuiltInHook } from './hooks.ts';
import { readHostPattern } from './host-pattern.ts';
import { JsonValue } from './json.ts';
import { manifestLimits } from './limits.ts';
import { PermissionName } from './permission-name.ts';
import { permissionNames, type Permission } from './permissions.ts';

const closed = { additionalProperties: false };
const pluginIdPattern = '[a-z0-9][a-z0-9-]{1,48}[a-z0-9]';

/** Ids that would collide with the routes beside `/api/plugins/:id`. */
export const reservedPluginIds = ['install', 'hooks', 'marketplace'] as const;

export const PluginId = Type.String({
  pattern: `^${pluginIdPattern}$`,
  description: 'a-z, 0-9 and -, 3 to 50 characters',
});
const semver =
  '^(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z-]+(\\.[0-9A-Za-z-]+)*)?(\\+[0-9A-Za-z-.]+)?$';
export const Version = Type.String({ pattern: semver, maxLength: 64, description: 'A semantic version' });
const Range = Type.String({ minLength: 1, maxLength: 100, description: 'A semver range' });
const Link = Type.String({ maxLength: 500, pattern: '^https?://' });

const HookReference = Type.Union([
  Type.String({ maxLength: 120 }),
  Type.Object(
    { name: Type.String({ maxLength: 120 }), priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000 })) },
    closed,
  ),
]);

const CustomHookDeclaration = Type.Object(
  { input: Type.Optional(JsonValue), output: Type.Optional(JsonValue), permission: Type.Optional(PermissionName) },
  closed,
);

const bounded = ({ minimum, maximum, default: value }: { minimum: number; maximum: number; default: number }) =>
  Type.Optional(Type.Integer({ minimum, maximum, default: value }));

/** A kind of report that a plugin writes in `export:generate`, as people choose it. */
export const ExportFormat = Type.Object(
  {
    format: Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,49}$',
      description: 'What `export:generate` gets as `format`',
    }),
    name: Type.String({ minLength: 2, maxLength: 60 }),
    description: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { title: 'ExportFormat', ...closed },
);
export type ExportFormat = Static<typeof ExportFormat>;

/** `manifest.json`: the validator, the TypeScript type and the file that editors use are all this one schema. */
export const Manifest = Type.Object(
  {
    $schema: Type.Optional(Type.String({ maxLength: 500 })),
    id: PluginId,
    name: Type.String({ minLength: 3, maxLength: 100 }),
    version: Version,
    description: Type.String({ minLength: 10, maxLength: 500 }),
    author: Type.Union([
      Type.String({ minLength: 1, maxLength: 200 }),
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: 200 }),
          email: Type.Optional(Type.String({ maxLength: 200 })),
          url: Type.Optional(Link),
        },
        closed,
      ),
    ]),
    main: Type.Optional(Type.String({ minLength: 1, maxLength: 200, default: 'index.js' })),
    type: Type.Enum(['processor', 'connector', 'analyzer', 'utility']),
    category: Type.Enum([
      'file-processing',
      'data-analysis',
      'integration',
      'security',
      'reporting',
      'automation',
      'other',
    ]),
    permissions: Type.Optional(Type.Array(PermissionName, { maxItems: permissionNames.length })),
    permissionReasons: Type.Optional(
      Type.Record(Type.String(), Type.String({ minLength: 3, maxLength: 200 }), {
        description: 'Why it asks for each, in a sentence: shown where somebody decides on it',
      }),
    ),
    hooks: Type.Optional(Type.Array(HookReference, { maxItems: 50 })),
    customHooks: Type.Optional(
      Type.Record(
        Type.String({ pattern: `^${pluginIdPattern}:[a-z0-9][a-z0-9-]{0,48}$` }),
        CustomHookDeclaration,
        closed,
      ),
    ),
    exportFormats: Type.Optional(
      Type.Array(ExportFormat, {
        maxItems: 20,
        description: 'Without it `export:generate` is called for every format, and people find none to choose',
      }),
    ),
    proofpixVersion: Type.Optional(Range),
    nodeVersion: Type.Optional(Range),
    hosts: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 253 }), { maxItems: 50 })),
    configSchema: Type.Optional(Type.Unsafe<ConfigSchema>(Type.Object({}))),
    limits: Type.Optional(
      Type.Object(
        {
          memory: bounded(manifestLimits.memory),
          timeout: bounded(manifestLimits.timeout),
          cpu: bounded(manifestLimits.cpu),
          requestsPerMinute: bounded(manifestLimits.requestsPerMinute),
        },
        closed,
      ),
    ),
    pluginDependencies: Type.Optional(Type.Record(PluginId, Range, closed)),
    keywords: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 50 }), { maxItems: 20 })),
    license: Type.Optional(Type.String({ maxLength: 100 })),
    homepage: Type.Optional(Link),
    repository: Type.Optional(
      Type.Union([Link, Type.Object({ type: Type.Optional(Type.String()), url: Link }, closed)]),
    ),
  },
  { title: 'ProofPix plugin manifest', ...closed },
);
export type Manifest = Static<typeof Manifest>;

let compiled: ReturnType<typeof Compile<typeof Manifest>> | undefined;

/** Compiled at its first use: a start that installs nothing does not wait for it. */
const manifestValidator = () => (compiled ??= Compile(Manifest));

/**
 * Every rule a manifest must meet that can be judged from the manifest alone (whether version ranges fit this platform
 * is judged where semver is at hand, in scanner/). Errors name the field by JSON pointer.
 */
export function checkManifest(
  value: unknown,
): { manifest: Manifest; errors: [] } | { manifest: null; errors: FieldError[] } {
  const wrong: FieldError[] = schemaErrors(value);
  if (wrong.length > 0) return { manifest: null, errors: wrong };
  const manifest = value as Manifest; // the schema said so
  if (reservedPluginIds.some((id) => id === manifest.id)) {
    wrong.push({ field: '/id', message: `is reserved (${reservedPluginIds.join(', ')})` });
  }
  for (const [index, host] of (manifest.hosts ?? []).entries()) {
    const { error } = readHostPattern(host);
    if (error !== null) wrong.push({ field: `/hosts/${index}`, message: error });
  }
  const asked = new Set<Permission>(manifest.permissions);
  for (const name of Object.keys(manifest.permissionReasons ?? {})) {
    if ([...asked].some((permission) => permission === name)) continue;
    wrong.push({ field: `/permissionReasons/${name}`, message: 'is not a permission that it asks for' });
  }
  for (const [name, declaration] of Object.entries(manifest.customHooks ?? {})) {
    const field = `/customHooks/${name}`;
    if (!name.startsWith(`${manifest.id}:`)) wrong.push({ field, message: `must begin with "${manifest.id}:"` });
    if (declaration.input !== undefined) wrong.push(...checkConfigSchema(declaration.input, `${field}/input`));
    if (declaration.output !== undefined) wrong.push(...checkConfigSchema(declaration.output, `${field}/output`));
  }
  const seen = new Set<string>();
  manifestHooks(manifest).forEach(({ name }, index) => {
    const field = `/hooks/${index}`;
    if (seen.has(name)) wrong.push({ field, message: `names ${name} twice` });
    seen.add(name);
    if (isBuiltInHook(name)) {
      const { permission } = hooks[name];
      if (!asked.has(permission)) wrong.push({ field, message: `${name} needs the permission "${permission}"` });
    } else if (
      !/^[a-z0-9-]{3,50}:[a-z0-9-]{1,49}$/.test(name) ||
      name.startsWith('file:') ||
      name.startsWith('data:')
    ) {
      wrong.push({ field, message: `${name} is not a hook of this platform` });
    } else if (name.startsWith(`${manifest.id}:`) && !Object.hasOwn(manifest.customHooks ?? {}, name)) {
      wrong.push({ field, message: `${name} is not declared in customHooks` });
    }
  });
  if (manifest.exportFormats !== undefined && !seen.has('export:generate')) {
    wrong.push({ field: '/exportFormats', message: 'needs the hook "export:generate"' });
  }
  if (manifest.configSchema !== undefined) {
    wrong.push(...checkConfigSchema(manifest.configSchema));
    if (manifest.configSchema.type !== 'object') wrong.push({ field: '/configSchema/type', message: 'must be object' });
  }
  return wrong.length > 0 ? { manifest: null, errors: wrong } : { manifest, errors: [] };
}

/** The hooks of a manifest in one form: name and priority. */
export function manifestHooks(manifest: Manifest): { name: string; priority: number }[] {
  return (manifest.hooks ?? []).map((hook) =>
    typeof hook === 'string'
      ? { name: hook, priority: defaultPriority }
      : { name: hook.name, priority: hook.priority ?? defaultPriority },
  );
}

export function authorName(manifest: Manifest): string {
  return typeof manifest.author === 'string' ? manifest.author : manifest.author.name;
}

/** Things that are allowed but that somebody should know before installing. */
export function manifestWarnings(manifest: Manifest): string[] {
  const warnings: string[] = [];
  if (manifest.permissions?.includes('http') && !manifest.hosts?.length) {
    warnings.push('Asks for http but names no hosts: it will reach none.');
  }
  if (!manifest.hooks?.length) warnings.push('Declares no hooks: nothing will call it.');
  return warnings;
}

function schemaErrors(value: unknown): FieldError[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ field: '/', message: 'must be a JSON object' }];
  }
  if (manifestValidator().Check(value)) return [];
  const wrong = new Map<string, string>();
  for (const error of manifestValidator().Errors(value)) {
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) wrong.set(`${error.instancePath}/${name}`, 'is required');
    } else if (error.keyword === 'additionalProperties') {
      for (const name of error.params.additionalProperties)
        wrong.set(`${error.instancePath}/${name}`, 'is not a known field');
    } else if (error.keyword !== 'boolean' && !wrong.has(error.instancePath)) {
      wrong.set(error.instancePath, messageOf(error.instancePath, error.message));
    }
  }
  // The validator stops after its first errors, and those may all be of the kind left out above. It said no all the same.
  if (wrong.size === 0) wrong.set('/', 'has fields that are not known, too many to name them');
  return [...wrong].map(([field, message]) => ({ field, message }));
}

/** The validator speaks of union branches; people need the allowed values. */
function messageOf(field: string, message: string): string {
  if (field === '/type') return 'must be processor, connector, analyzer or utility';
  if (field === '/category') {
    return 'must be file-processing, data-analysis, integration, security, reporting, automation or other';
  }
  if (field.startsWith('/permissions/')) return `must be one of ${permissionNames.join(', ')}`;
  if (field === '/id') return 'must be 3 to 50 characters of a-z, 0-9 and -';
  if (field === '/version') return 'must be a semantic version such as 1.2.0';
  return message;
}
