import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { cleanError } from './check-result.ts';
import { parseJson } from './json-text.ts';

const Name = Type.String({ maxLength: 200 });
const Loaded = Compile(
  Type.Object({
    ok: Type.Literal(true),
    hooks: Type.Array(Name, { maxItems: 1_000 }),
    lifecycle: Type.Array(Name, { maxItems: 100 }),
  }),
);

type Judged = { ok: true; hooks: string[]; lifecycle: string[] } | { ok: false; problem: Problem };

/** What a runner said about the plugin it loaded; null when that is nothing that a runner of ours says. */
export function readLoaded(json: string): Judged | null {
  try {
    const body = parseJson(json, { depth: limits.jsonDepth, code: 'plugin_load_failed' });
    if (Loaded.Check(body)) return { ok: true, hooks: body.hooks, lifecycle: body.lifecycle };
    if (typeof body !== 'object' || body === null) return null;
    // Names are the plugin's: too many or too long ones are its author's mistake, not an attack.
    if ('hooks' in body && Array.isArray(body.hooks) && body.hooks.every((name) => typeof name === 'string'))
      return { ok: false, problem: new Problem('plugin_load_failed', 'It has too many hooks, or too long names.') };
    if (!('error' in body)) return null;
    const { code, message, stack } = cleanError(body.error);
    // The first frame: of the author's own source, where the package has a map of it.
    const where = stack?.split('\n').find((line) => line.startsWith('    at '));
    if (code === 'plugin_memory') return { ok: false, problem: new Problem(code) };
    return {
      ok: false,
      problem: new Problem('plugin_load_failed', where === undefined ? message : `${message} ${where.trim()}`),
    };
  } catch (error) {
    return error instanceof Problem ? { ok: false, problem: error } : null;
  }
}
