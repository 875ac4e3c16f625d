import { pathValue, textOf, type Value } from './values.ts';

export const globalGetter = 'getter of globalThis';

/** `Function('return this')`: what libraries ask for the global object. */
export function madeFromText(args: Value[][]): Value[] {
  const [body] = args.at(-1) ?? [];
  const text = body === undefined ? null : textOf(body);
  return text !== null && /^\s*return\s+(?:this|globalThis|self|window|global)\s*;?\s*$/.test(text)
    ? [pathValue(globalGetter)]
    : [];
}
