import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { validateConfig, type ConfigSchema } from '@proofpix/contract/config-schema';
import { errors, Problem, type ErrorCode, type FieldError } from '@proofpix/contract/errors';
import { hooks, isBuiltInHook, type HookName } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { StepError } from '@proofpix/contract/runs';
import { parseJson } from './json-text.ts';
import { cleanText } from './clean-text.ts';

export type CheckedResult = { ok: true; value: Json; notes: string[] } | { ok: false; error: StepError };

/** What gives the shape of a result: a hook of ours, a stranger's schema, or nothing. */
export type ResultShape = { hook: HookName } | { schema: ConfigSchema } | null;

/** The frame itself was not what a runner sends: the runner, not its plugin, is broken. */
export class BrokenResult extends Error {}

/** Error codes that a runner may give; any other would let a plugin dress up as the platform. */
const codesOfPlugins: ReadonlySet<string> = new Set<ErrorCode>([
  'plugin_error',
  'plugin_memory',
  'plugin_result_invalid',
  'plugin_hook_missing',
  'plugin_load_failed',
  'permission_denied',
  'call_ended',
  'host_call_unknown',
  'host_call_invalid',
  'host_call_limit',
  'storage_quota',
  'no_file',
]);
const messageChars = 2_000;
const stackChars = 8_000;
const reportedErrors = 20;
const maximumKeyChars = 1_000;
const refusedKeys = new Set(['__proto__', 'constructor', 'prototype']);
/** Depth of `{"ok":true,"value":…}` around the value. */
const wrapperDepth = 1;

// Compiled once: interpreting a schema costs more than the call across the process boundary.
const outputs = new Map<HookName, { Check(value: unknown): boolean; Errors(value: unknown): SchemaErrors }>();
type SchemaErrors = Iterable<{ instancePath: string; message: string }>;

function outputOf(hook: HookName): { Check(value: unknown): boolean; Errors(value: unknown): SchemaErrors } {
  let compiled = outputs.get(hook);
  if (compiled === undefined) {
    const schema: TSchema = hooks[hook].output;
    compiled = Compile(schema);
    outputs.set(hook, compiled);
  }
  return compiled;
}

/** Judges the JSON text of a `result` frame. @throws BrokenResult when it is not one */
export function checkResult(text: string, shape: ResultShape): CheckedResult {
  try {
    // Three bytes a character at most.
    if (text.length > limits.resultJsonBytes / 3 && Buffer.byteLength(text) > limits.resultJsonBytes) {
      throw new Problem('plugin_result_invalid', `It is larger than ${limits.resultJsonBytes / 1024 / 1024} MB.`);
    }
    const body = readBody(text);
    if (!body.ok) return { ok: false, error: body.error };
    const notes = new Set<string>();
    const value = cleanValue(body.value, null, { path: [], notes, escapes: text.includes('\\u') });
    const shaped = value === null && isObjectHook(shape) ? {} : value;
    checkShape(shape, shaped);
    return { ok: true, value: shaped, notes: notes.size === 0 ? [] : [...notes].slice(0, limits.resultNotes) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { code, message, fields } = error;
    return { ok: false, error: { code, message, ...(fields.length > 0 ? { errors: [...fields] } : {}) } };
  }
}

function readBody(text: string): { ok: true; value: unknown } | { ok: false; error: StepError } {
  let body: unknown;
  try {
    body = parseJson(text, { depth: limits.jsonDepth + wrapperDepth, code: 'plugin_result_invalid' });
  } catch (error) {
    if (error instanceof SyntaxError) throw new BrokenResult('The result is not JSON.');
    throw error;
  }
  if (typeof body !== 'object' || body === null || !('ok' in body)) throw new BrokenResult('The result has no form.');
  if (body.ok === true) return { ok: true, value: 'value' in body ? body.value : null };
  if (body.ok !== false || !('error' in body)) throw new BrokenResult('The result has no form.');
  return { ok: false, error: cleanError(body.error) };
}

/** The error of a plugin as it may be shown: known code, texts cut and cleaned. */
export function cleanError(error: unknown): StepError {
  const { code, message, stack } = (typeof error === 'object' && error !== null ? error : {}) as Record<
    string,
    unknown
  >; // unknown until looked at
  // The registry's keys: a name that is not there is no error code.
  const known = typeof code === 'string' && codesOfPlugins.has(code) ? (code as ErrorCode) : 'plugin_error';
  const text = typeof message === 'string' ? cleanText(message.slice(0, messageChars)) : '';
  return {
    code: known,
    message: text === '' ? errors[known][1] : text,
    ...(typeof stack === 'string' && stack !== '' ? { stack: cleanText(stack.slice(0, stackChars)) } : {}),
  };
}

/** A hook that gives an object may give nothing: a plugin that found nothing need not say so. */
function isObjectHook(shape: ResultShape): boolean {
  return shape !== null && 'hook' in shape && (shape.hook === 'file:process' || shape.hook === 'data:analyze');
}

/** What a walk through one result carries. */
type Walk = {
  /** Names and indexes from the top to the container that is looked at: put together only when something is said. */
  readonly path: (string | number)[];
  readonly notes: Set<string>;
  /** Neither NUL nor half a character can stand in JSON but as an escape: without one there is nothing to replace. */
  readonly escapes: boolean;
};

/**
 * Walks the value (its depth and number of values were checked on the text): refuses what could harm whoever handles it
 * later, replaces what databases refuse and says so. Changes in place; only copies where a key must change.
 */
function cleanValue(value: unknown, at: string | number | null, walk: Walk): Json {
  if (typeof value === 'string') return cleanString(value, at, walk);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw invalid(pathOf(walk, at), 'is not a finite number');
    return value;
  }
  if (typeof value !== 'object' || value === null) return value as null | boolean; // all that JSON.parse gives besides
  if (at !== null) walk.path.push(at);
  const cleaned = Array.isArray(value) ? cleanList(value, walk) : cleanRecord(value as Record<string, unknown>, walk); // an object that is no array
  if (at !== null) walk.path.pop();
  return cleaned;
}

function cleanList(list: unknown[], walk: Walk): Json {
  for (let index = 0; index < list.length; index += 1) {
    const cleaned = cleanValue(list[index], index, walk);
    if (cleaned !== list[index]) list[index] = cleaned;
  }
  return list as Json[]; // just made so
}

function cleanRecord(record: Record<string, unknown>, walk: Walk): Json {
  let renamed = false;
  for (const key of Object.keys(record)) {
    if (refusedKeys.has(key)) throw invalid(pathOf(walk, null), `has a key named ${key}`);
    if (key.length > maximumKeyChars) {
      throw invalid(pathOf(walk, null), `has a key longer than ${maximumKeyChars} characters`);
    }
    renamed ||= walk.escapes && cleanText(key) !== key;
    const cleaned = cleanValue(record[key], key, walk);
    if (cleaned !== record[key]) record[key] = cleaned;
  }
  return renamed ? renameKeys(record, walk) : (record as { [key: string]: Json }); // just made so
}

function cleanString(value: string, at: string | number | null, walk: Walk): string {
  if (value.length > limits.resultStringChars) {
    throw invalid(pathOf(walk, at), `is text of more than ${limits.resultStringChars} characters`);
  }
  const cleaned = walk.escapes ? cleanText(value) : value;
  if (cleaned !== value && walk.notes.size < limits.resultNotes) {
    walk.notes.add(`Replaced NUL or broken characters in ${place(pathOf(walk, at))} with U+FFFD.`);
  }
  return cleaned;
}

/** A JSON pointer to something in the container that the walk is at. */
function pathOf(walk: Walk, at: string | number | null): string {
  return [...walk.path, ...(at === null ? [] : [at])].map((name) => `/${name}`).join('');
}

function renameKeys(record: Record<string, unknown>, walk: Walk): { [key: string]: Json } {
  const renamed: { [key: string]: Json } = {};
  for (const [key, value] of Object.entries(record)) {
    const cleaned = cleanText(key);
    if (Object.hasOwn(renamed, cleaned))
      throw invalid(pathOf(walk, null), 'has two keys that differ only in NUL or broken characters');
    renamed[cleaned] = value as Json; // cleaned before
  }
  walk.notes.add(`Replaced NUL or broken characters in a key of ${place(pathOf(walk, null))} with U+FFFD.`);
  return renamed;
}

function checkShape(shape: ResultShape, value: Json): void {
  if (shape === null) return;
  const wrong =
    'hook' in shape ? builtInErrors(shape.hook, value) : validateConfig(shape.schema, value).slice(0, reportedErrors);
  if (wrong.length > 0) throw new Problem('plugin_result_invalid', undefined, wrong);
}

function builtInErrors(hook: HookName, value: Json): FieldError[] {
  const findings = typeof value === 'object' && value !== null && 'findings' in value ? value.findings : undefined;
  if (Array.isArray(findings) && findings.length > limits.findingsPerResult) {
    return [{ field: '/findings', message: `must have at most ${limits.findingsPerResult} items` }];
  }
  const compiled = outputOf(hook);
  return compiled.Check(value) ? [] : schemaErrors(compiled.Errors(value));
}

/** The first errors of a schema check, by field. */
export function schemaErrors(found: SchemaErrors): FieldError[] {
  const wrong: FieldError[] = [];
  for (const { instancePath, message } of found) {
    if (wrong.length === reportedErrors) break;
    wrong.push({ field: place(instancePath), message });
  }
  return wrong;
}

export function shapeOf(hook: string, declared: ConfigSchema | undefined): ResultShape {
  if (isBuiltInHook(hook)) return { hook };
  return declared === undefined ? null : { schema: declared };
}

function invalid(at: string, message: string): Problem {
  return new Problem('plugin_result_invalid', undefined, [{ field: place(at), message }]);
}

/** A JSON pointer that is safe and short enough to show: its names are the plugin's. */
function place(at: string): string {
  return at === '' ? '/' : cleanText(at.slice(0, 200));
}
