import type { Json } from './json.ts';
import type { FieldError } from './errors.ts';
import { limits } from './limits.ts';

/**
 * The schema of a plugin's configuration and of custom hooks. It comes from strangers, so only a short list of keywords
 * exists, it is interpreted and never compiled, and nothing in it can take super-linear time (no pattern, $ref,
 * combinators or uniqueItems: a hostile schema of those hangs the usual validators).
 */
export type ConfigSchema = {
  type: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  title?: string;
  description?: string;
  default?: Json;
  enum?: Json[];
  properties?: Record<string, ConfigSchema>;
  required?: string[];
  items?: ConfigSchema;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  /** Marks a secret: never given back, and an opaque handle to the plugin. Only for strings. */
  writeOnly?: boolean;
};

const types = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean']);
const numbers = new Set(['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems']);
const texts = new Set(['title', 'description']);
const dangerousKeys = new Set(['__proto__', 'constructor', 'prototype']);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with a schema that a stranger wrote; an empty list when it may be used as `ConfigSchema`. */
export function checkConfigSchema(schema: unknown, field = '/configSchema'): FieldError[] {
  const wrong: FieldError[] = [];
  let properties = 0;
  const text = JSON.stringify(schema) ?? '';
  if (text.length > limits.configSchemaBytes) {
    return [{ field, message: `must be at most ${limits.configSchemaBytes / 1024} kB` }];
  }

  function check(node: unknown, at: string, depth: number, inItems: boolean): void {
    if (!isRecord(node)) return void wrong.push({ field: at, message: 'must be an object' });
    if (depth > limits.configSchemaDepth) {
      return void wrong.push({ field: at, message: `is nested deeper than ${limits.configSchemaDepth}` });
    }
    if (typeof node.type !== 'string' || !types.has(node.type)) {
      wrong.push({ field: `${at}/type`, message: `must be one of ${[...types].join(', ')}` });
    }
    for (const [key, value] of Object.entries(node)) checkKeyword(node, key, value, `${at}/${key}`, depth, inItems);
  }

  function checkKeyword(
    node: Record<string, unknown>,
    key: string,
    value: unknown,
    at: string,
    depth: number,
    inItems: boolean,
  ): void {
    const refuse = (message: string) => void wrong.push({ field: at, message });
    if (key === 'type' || key === 'default') return;
    if (texts.has(key)) return typeof value === 'string' ? undefined : refuse('must be text');
    if (numbers.has(key)) return Number.isFinite(value) ? undefined : refuse('must be a number');
    if (key === 'enum') return Array.isArray(value) && value.length > 0 ? undefined : refuse('must be a list');
    if (key === 'items') return check(value, at, depth + 1, true);
    if (key === 'writeOnly') {
      if (typeof value !== 'boolean') return refuse('must be true or false');
      // A secret has one fixed place; in a list it would have none, and so would be kept and given back as plain text.
      if (value && inItems) return refuse('is not allowed inside items');
      return node.type === 'string' ? undefined : refuse('is only allowed for text');
    }
    if (key === 'required') {
      return Array.isArray(value) && value.every((name) => typeof name === 'string')
        ? undefined
        : refuse('must be a list of property names');
    }
    if (key === 'properties') {
      if (!isRecord(value)) return refuse('must be an object');
      for (const [name, child] of Object.entries(value)) {
        properties += 1;
        if (dangerousKeys.has(name)) refuse(`must not have a property named ${name}`);
        check(child, `${at}/${name}`, depth + 1, inItems);
      }
      return;
    }
    refuse('is not an allowed keyword');
  }

  check(schema, field, 1, false);
  if (properties > limits.configSchemaProperties) {
    wrong.push({ field, message: `has more than ${limits.configSchemaProperties} properties` });
  }
  return wrong;
}

/** A value with a hundred thousand mistakes is described by its first ones. */
const reportedErrors = 50;

/** Checks a value against a schema that `checkConfigSchema` accepted. Properties the schema does not name are errors. */
export function validateConfig(schema: ConfigSchema, value: unknown, field = ''): FieldError[] {
  const wrong: FieldError[] = [];
  collectErrors(schema, value, field, wrong);
  return wrong;
}

function collectErrors(schema: ConfigSchema, value: unknown, field: string, wrong: FieldError[]): void {
  if (wrong.length >= reportedErrors) return;
  const refuse = (message: string) => void wrong.push({ field: field === '' ? '/' : field, message });
  if (!hasType(schema.type, value)) {
    return refuse(`must be ${schema.type === 'integer' ? 'a whole number' : `of type ${schema.type}`}`);
  }
  if (schema.enum !== undefined) checkEnum(schema.enum, value, refuse);
  if (typeof value === 'number') between(value, schema.minimum, schema.maximum, '', refuse);
  if (typeof value === 'string') between(value.length, schema.minLength, schema.maxLength, ' characters', refuse);
  if (Array.isArray(value)) {
    between(value.length, schema.minItems, schema.maxItems, ' items', refuse);
    const { items } = schema;
    if (items) value.forEach((item: unknown, index) => collectErrors(items, item, `${field}/${index}`, wrong));
  } else if (isRecord(value)) {
    const known = schema.properties ?? {};
    for (const name of schema.required ?? []) {
      if (!Object.hasOwn(value, name)) wrong.push({ field: `${field}/${name}`, message: 'is required' });
    }
    for (const [name, child] of Object.entries(value)) {
      if (wrong.length >= reportedErrors) return;
      const childSchema = Object.hasOwn(known, name) ? known[name] : undefined;
      if (childSchema) collectErrors(childSchema, child, `${field}/${name}`, wrong);
      else wrong.push({ field: `${field}/${name}`, message: 'is not a known property' });
    }
  }
}

/** The value is written once, not once for each allowed value: 10 MB against a list of thousands would take minutes. */
function checkEnum(allowed: readonly Json[], value: unknown, refuse: (message: string) => void): void {
  const texts = allowed.map((each) => JSON.stringify(each));
  if (!texts.includes(JSON.stringify(value))) refuse(`must be one of ${texts.join(', ')}`);
}

/** A copy of the value with the defaults of missing properties filled in. */
export function withDefaults(schema: ConfigSchema, value: Json | undefined): Json | undefined {
  if (value === undefined) {
    if (schema.default !== undefined) return schema.default;
    if (schema.type !== 'object' || schema.properties === undefined) return undefined;
    value = {};
  }
  if (schema.type !== 'object' || !isRecord(value)) return value;
  const filled: Record<string, Json> = { ...(value as Record<string, Json>) }; // isRecord, and it is JSON
  for (const [name, child] of Object.entries(schema.properties ?? {})) {
    const childValue = withDefaults(child, filled[name]);
    if (childValue !== undefined) filled[name] = childValue;
  }
  return filled;
}

/** Paths (JSON pointers) of the properties marked as secrets. */
export function secretPaths(schema: ConfigSchema, at = ''): string[] {
  if (schema.writeOnly) return [at];
  return Object.entries(schema.properties ?? {}).flatMap(([name, child]) => secretPaths(child, `${at}/${name}`));
}

function hasType(type: ConfigSchema['type'], value: unknown): boolean {
  if (type === 'object') return isRecord(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'number') return Number.isFinite(value);
  return typeof value === type;
}

function between(
  size: number,
  minimum: number | undefined,
  maximum: number | undefined,
  unit: string,
  refuse: (message: string) => void,
): void {
  if (minimum !== undefined && size < minimum) refuse(`must be at least ${minimum}${unit}`);
  if (maximum !== undefined && size > maximum) refuse(`must be at most ${maximum}${unit}`);
}
