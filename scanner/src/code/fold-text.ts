import type { Follow } from './follow.ts';
import { isText, listOf, mostTextChars, primitive, textOf, type Value } from './values.ts';

/** Methods of texts that give the same for the same, and nothing that a guest could have replaced in here. */
const plainMethods: ReadonlySet<string> = new Set(
  (
    'slice substring substr charAt charCodeAt codePointAt at concat toLowerCase toUpperCase trim trimStart trimEnd indexOf ' +
    'lastIndexOf normalize toString valueOf toLocaleLowerCase toLocaleUpperCase startsWith endsWith includes'
  ).split(' '),
);

/** `text.method(…)`, or null where it cannot be told. */
export function foldTextMethod(text: string, method: string, args: Value[][], follow: Follow): Value[] | null {
  const given = args.map(([value]) => value);
  if (plainMethods.has(method)) {
    const plain = given.map((value) => (value?.kind === 'primitive' ? value.value : undefined));
    if (given.some((value) => value !== undefined && value.kind !== 'primitive')) return null;
    const result: unknown = Reflect.apply(Reflect.get(String.prototype, method), text, plain);
    return isFoldable(result) ? [primitive(result, true)] : null;
  }
  const [first, second] = given;
  if (method === 'split') {
    if (first === undefined) return listOf([[primitive(text)]]);
    const parts = isText(first) ? text.split(first.value, 2_001) : splitByPattern(text, first);
    return parts === null ? null : listOf(parts.map((part) => [primitive(part, true)]));
  }
  if (method === 'repeat' || method === 'padStart' || method === 'padEnd') {
    if (first?.kind !== 'primitive' || typeof first.value !== 'number') return null;
    if (!(first.value >= 0 && first.value * Math.max(1, text.length) <= mostTextChars)) return null;
    const filler = second !== undefined && isText(second) ? second.value : ' ';
    return [primitive(method === 'repeat' ? text.repeat(first.value) : text[method](first.value, filler), true)];
  }
  if (method === 'replace' || method === 'replaceAll') return foldReplace(text, method, first, second, follow);
  return null;
}

function foldReplace(
  text: string,
  method: 'replace' | 'replaceAll',
  from: Value | undefined,
  to: Value | undefined,
  follow: Follow,
): Value[] | null {
  if (from === undefined || to === undefined) return null;
  const replacement = to.kind === 'function' ? null : textOf(to);
  if (isText(from)) {
    if (replacement === null) return null;
    const result =
      method === 'replace' ? text.replace(from.value, replacement) : text.replaceAll(from.value, replacement);
    return isFoldable(result) ? [primitive(result, true)] : null;
  }
  const pattern = safePattern(text, from);
  if (pattern === null) return null;
  if (replacement !== null) return [primitive(text.replace(pattern, replacement).slice(0, mostTextChars), true)];
  if (to.kind !== 'function') return null;
  let known = true;
  const result = text.replace(pattern, (match: string) => {
    const [value] = known ? follow.apply(to, [[primitive(match)]], []) : [];
    const part = value === undefined ? null : textOf(value);
    if (part === null) known = false;
    return part ?? '';
  });
  return known && isFoldable(result) ? [primitive(result, true)] : [{ kind: 'decoded' }];
}

function splitByPattern(text: string, value: Value): string[] | null {
  const pattern = safePattern(text, value);
  return pattern === null ? null : text.split(pattern, 2_001);
}

/** Patterns come from the file: only short ones without what backtracks, on short texts. */
function safePattern(text: string, value: Value): RegExp | null {
  if (value.kind !== 'regexp' || text.length > 5_000 || value.pattern.length > 60) return null;
  if (/[+*}]\)?[+*{]|\([^)]*[+*{|][^)]*\)|\\\d|[+*][^+*]*[+*]/.test(value.pattern)) return null;
  try {
    return new RegExp(value.pattern, value.flags);
  } catch {
    return null;
  }
}

function isFoldable(value: unknown): value is string | number | boolean | undefined {
  if (typeof value === 'string') return value.length <= mostTextChars;
  return typeof value === 'number' || typeof value === 'boolean' || value === undefined;
}

export function foldNumberText(value: unknown, radix: Value | undefined): Value[] | null {
  if (typeof value !== 'number') return null;
  const base = radix?.kind === 'primitive' ? Number(radix.value) : 10;
  return base >= 2 && base <= 36 ? [primitive(value.toString(base), base !== 10)] : null;
}
