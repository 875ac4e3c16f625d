import { createHash } from 'node:crypto';
import { validateConfig, withDefaults, type ConfigSchema } from '@proofpix/contract/config-schema';
import type { FieldError } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import { storageObstacle } from './storable.ts';

export type ConfigObject = { readonly [key: string]: Json };
/** Values of secrets by JSON pointer. */
export type Secrets = { readonly [pointer: string]: string };

/** A plugin without a schema has nothing to configure. */
const nothingToSet: ConfigSchema = { type: 'object', properties: {} };

export function schemaOf(manifest: { configSchema?: ConfigSchema }): ConfigSchema {
  return manifest.configSchema ?? nothingToSet;
}

function isObject(value: unknown): value is ConfigObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy in which `change` was applied at each place of a secret whose parent exists. */
function atSecrets(
  schema: ConfigSchema,
  config: ConfigObject,
  change: (parent: Record<string, Json>, name: string, pointer: string) => void,
  at = '',
): ConfigObject {
  const copy: Record<string, Json> = { ...config };
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const value = copy[name];
    if (child.writeOnly) change(copy, name, pointer);
    else if (Object.hasOwn(copy, name) && isObject(value)) copy[name] = atSecrets(child, value, change, pointer);
  }
  return copy;
}

/** Takes the secrets out. Null for a secret means: forget it. */
export function takeSecrets(
  schema: ConfigSchema,
  config: ConfigObject,
): { config: ConfigObject; secrets: Secrets; forgotten: string[]; wrong: FieldError[] } {
  const secrets: Record<string, string> = {};
  const forgotten: string[] = [];
  const wrong: FieldError[] = [];
  const rest = atSecrets(schema, config, (parent, name, pointer) => {
    const value = parent[name];
    delete parent[name];
    if (typeof value === 'string') secrets[pointer] = value;
    else if (value === null) forgotten.push(pointer);
    else if (value !== undefined) wrong.push({ field: pointer, message: 'must be text, or null to forget it' });
  });
  return { config: rest, secrets, forgotten, wrong };
}

export function putSecrets(schema: ConfigSchema, config: ConfigObject, secrets: Secrets): ConfigObject {
  return atSecrets(schema, config, (parent, name, pointer) => {
    const value = Object.hasOwn(secrets, pointer) ? secrets[pointer] : undefined;
    if (value !== undefined) parent[name] = value;
  });
}

/** What the plugin sees in the place of a secret. `ctx.http` fills the value in; the plugin never holds it. */
export function secretHandle(installationId: string, pointer: string): string {
  const name = createHash('sha256').update(`proofpix-secret\n${installationId}\n${pointer}`).digest('hex');
  return `proofpix-secret-${name.slice(0, 32)}`;
}

export function secretHandles(installationId: string, pointers: Iterable<string>): Secrets {
  return Object.fromEntries([...pointers].map((pointer) => [pointer, secretHandle(installationId, pointer)]));
}

/** Defaults filled in. An optional object that its defaults alone do not make valid stays left out. */
export function fillDefaults(schema: ConfigSchema, config: ConfigObject): ConfigObject {
  const filled: Record<string, Json> = { ...config };
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const given = Object.hasOwn(filled, name) ? filled[name] : undefined;
    if (given !== undefined) {
      if (child.type === 'object' && isObject(given)) filled[name] = fillDefaults(child, given);
      continue;
    }
    const value = withDefaults(child, undefined);
    if (value === undefined || child.writeOnly) continue;
    const onlyShell = child.default === undefined && isObject(value);
    if (onlyShell && (Object.keys(value).length === 0 || validateConfig(child, value).length > 0)) continue;
    filled[name] = value;
  }
  return filled;
}

/**
 * A stored configuration under a schema that may have changed with an update: values that no longer fit are left out, so
 * that the plugin never gets a value which its schema excludes.
 */
export function fitConfig(schema: ConfigSchema, stored: ConfigObject): ConfigObject {
  const fitting = Object.entries(stored).filter(([name, value]) => {
    const child = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined;
    if (child === undefined) return false;
    // Secrets are kept elsewhere, so a required one is not missing.
    return validateConfig(child, value).every(({ message }) => message === 'is required');
  });
  return fillDefaults(schema, Object.fromEntries(fitting));
}

/** What people see: without secrets. */
export function shownConfig(schema: ConfigSchema, config: ConfigObject): ConfigObject {
  return takeSecrets(schema, fitConfig(schema, config)).config;
}

/** What the plugin sees: a handle in the place of each secret that has a value. */
export function handedConfig(
  schema: ConfigSchema,
  installationId: string,
  config: ConfigObject,
  secretsSet: readonly string[],
): ConfigObject {
  return putSecrets(schema, shownConfig(schema, config), secretHandles(installationId, secretsSet));
}

/** What is wrong with a configuration that somebody sent, secrets put back in. */
export function configErrors(schema: ConfigSchema, config: ConfigObject): FieldError[] {
  const obstacle = storageObstacle(config);
  if (obstacle) return [obstacle];
  if (Buffer.byteLength(JSON.stringify(config)) > limits.configBytes) {
    return [{ field: '/', message: `must be at most ${limits.configBytes / 1024} kB` }];
  }
  return validateConfig(schema, fillDefaults(schema, config));
}

/** What a server could not keep of a manifest that is valid otherwise, or not begin with. */
export function manifestObstacles(manifest: { configSchema?: ConfigSchema }): FieldError[] {
  const obstacle = storageObstacle(manifest);
  return obstacle ? [obstacle] : defaultErrors(schemaOf(manifest));
}

/** What is wrong with the defaults of a manifest's schema: a plugin must not begin with what it excludes itself. */
export function defaultErrors(schema: ConfigSchema): FieldError[] {
  const wrong = validateConfig(schema, fillDefaults(schema, {}));
  return wrong
    .filter(({ message }) => message !== 'is required')
    .map(({ field, message }) => ({ field: `/configSchema (default of ${field})`, message }));
}
