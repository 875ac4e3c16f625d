import {
  apply,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isTypedArray,
  NumberOf,
  StringOf,
  toJson,
} from './intrinsics.ts';
import { capped } from './errors.ts';

const lineChars = 8_192;
const entriesShown = 100;
const depthShown = 3;

type State = { seen: object[]; left: number };

/** Any value as readable text of bounded length. Never runs a getter. */
export function inspect(value: unknown, limit: number = lineChars): string {
  try {
    return capped(show(value, 0, { seen: [], left: 1_000 }), limit);
  } catch {
    return '[unreadable]';
  }
}

/** `console.log('%s is %d', …)`: the web console's directives, then the rest separated by spaces. */
export function format(values: readonly unknown[], limit: number = lineChars): string {
  const [first, ...rest] = values;
  let text = '';
  let next = 0;
  if (typeof first === 'string') {
    text = first.replaceAll(/%[sdifjoOc%]/g, (directive) => {
      if (directive === '%%') return '%';
      if (next >= rest.length) return directive;
      const value = rest[next];
      next += 1;
      if (directive === '%s') return typeof value === 'string' ? value : inspect(value, limit);
      if (directive === '%d') return typeof value === 'object' ? 'NaN' : safeNumber(value);
      if (directive === '%i') return StringOf(Math.trunc(NumberOf(safeNumber(value))));
      if (directive === '%f') return safeNumber(value);
      if (directive === '%j') return safeJson(value);
      return directive === '%c' ? '' : inspect(value, limit);
    });
  } else if (values.length > 0) {
    text = inspect(first, limit);
  }
  for (; next < rest.length && text.length <= limit; next += 1) {
    const value = rest[next];
    text += ` ${typeof value === 'string' ? capped(value, limit) : inspect(value, limit)}`;
  }
  return capped(text, limit);
}

function safeNumber(value: unknown): string {
  return typeof value === 'symbol' ? 'NaN' : StringOf(typeof value === 'bigint' ? value : NumberOf(value));
}

function safeJson(value: unknown): string {
  try {
    return toJson(value) ?? 'undefined';
  } catch {
    return '[Circular]';
  }
}

function show(value: unknown, depth: number, state: State): string {
  state.left -= 1;
  if (state.left < 0) return '…';
  if (typeof value === 'string') return depth === 0 ? value : quoted(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return StringOf(value);
  if (state.seen.includes(value)) return '[Circular]';
  if (typeof value === 'function') return `[Function: ${dataProperty(value, 'name') || '(anonymous)'}]`;
  if (value instanceof Error) {
    const stack = dataProperty(value, 'stack');
    return stack !== '' ? stack : `${dataProperty(value, 'name') || 'Error'}: ${dataProperty(value, 'message')}`;
  }
  if (value instanceof Date) return NumberOf.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return apply(RegExp.prototype.toString, value, []) as string; // toString gives text
  if (depth >= depthShown) return isArray(value) ? '[Array]' : '[Object]';
  state.seen.push(value);
  const text = showEntries(value, depth, state);
  state.seen.pop();
  return text;
}

function showEntries(value: object, depth: number, state: State): string {
  const parts: string[] = [];
  const inner = (entry: unknown): string => show(entry, depth + 1, state);
  if (isArray(value) || isTypedArray(value)) {
    const list = value as ArrayLike<unknown>; // both are indexed
    for (let index = 0; index < list.length && index < entriesShown; index += 1) parts.push(inner(list[index]));
    if (list.length > entriesShown) parts.push(`… ${list.length - entriesShown} more`);
    const body = parts.length === 0 ? '[]' : `[ ${parts.join(', ')} ]`;
    return isArray(value) ? body : `${typeName(value)}(${list.length}) ${body}`;
  }
  if (value instanceof Map) {
    for (const [key, entry] of value) {
      if (parts.length >= entriesShown) break;
      parts.push(`${inner(key)} => ${inner(entry)}`);
    }
    return `Map(${value.size}) ${braces(parts)}`;
  }
  if (value instanceof Set) {
    for (const entry of value) {
      if (parts.length >= entriesShown) break;
      parts.push(inner(entry));
    }
    return `Set(${value.size}) ${braces(parts)}`;
  }
  for (const key of Object.keys(value)) {
    if (parts.length >= entriesShown) {
      parts.push('…');
      break;
    }
    const descriptor = getOwnPropertyDescriptor(value, key);
    const entry = descriptor !== undefined && 'value' in descriptor ? inner(descriptor.value) : '[Getter]';
    parts.push(`${/^[A-Za-z_$][\w$]*$/.test(key) ? key : quoted(key)}: ${entry}`);
  }
  const name = typeName(value);
  return name === 'Object' ? braces(parts) : `${name} ${braces(parts)}`;
}

function braces(parts: readonly string[]): string {
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function quoted(text: string): string {
  return `'${capped(text, 1_000).replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}

function typeName(value: object): string {
  const prototype: unknown = getPrototypeOf(value);
  if (typeof prototype !== 'object' || prototype === null) return '[Object: null prototype]';
  const maker: unknown = getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof maker === 'function' ? dataProperty(maker, 'name') : 'Object';
}

function dataProperty(value: object, key: string): string {
  for (let at: unknown = value, steps = 0; typeof at === 'object' || typeof at === 'function'; steps += 1) {
    if (at === null || steps > 10) break;
    const descriptor = getOwnPropertyDescriptor(at, key);
    // V8 gives `stack` as an accessor pair on some versions: reading it runs the engine's code only.
    if (descriptor !== undefined) {
      const text: unknown =
        'value' in descriptor ? descriptor.value : key === 'stack' ? descriptor.get?.call(value) : '';
      return typeof text === 'string' ? text : '';
    }
    at = getPrototypeOf(at);
  }
  return '';
}
