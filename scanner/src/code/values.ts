import type { Binding } from './scopes.ts';
import type { ClassNode, FunctionNode, Node, NodeOf } from './syntax.ts';

export type Primitive = string | number | boolean | bigint | null | undefined;

/** What an expression may be. No value at all stands for "unknown". */
export type Value =
  /** `hidden`: put together from pieces, or decoded, where a plain text would have done. */
  | { kind: 'primitive'; value: Primitive; hidden: boolean; decoded: boolean }
  /** Something that the engine or Node gives: `globalThis`, `process.env`, `module:fs`, `module:fs.readFile()`. */
  | { kind: 'path'; path: string; hidden: boolean }
  | { kind: 'list'; items: Value[][] }
  | { kind: 'record'; node: NodeOf<'ObjectExpression'>; env: Env }
  | { kind: 'class'; node: ClassNode }
  | { kind: 'instance'; node: ClassNode }
  | { kind: 'function'; node: FunctionNode; env: Env }
  | { kind: 'bound'; target: Value; args: Value[][] }
  | { kind: 'regexp'; pattern: string; flags: string }
  /** The constructor of something unknown. */
  | { kind: 'constructor' }
  /** Text that came out of a decoder and cannot be read here. */
  | { kind: 'decoded' };

/** Parameters while a function of the file is followed with known arguments. */
export type Env = { values: ReadonlyMap<Binding, Value[]>; self: Value[] } | null;

export const mostAlternatives = 6;
export const mostTextChars = 20_000;
const mostItems = 2_000;
/** Of a list and of the lists inside of it: also how deep they are followed. */
const mostParts = 2_000;
/** No rule asks for longer ones, and chains of members would make them grow without end. */
export const longestPath = 120;

export function primitive(value: Primitive, hidden = false, decoded = false): Value {
  return { kind: 'primitive', value, hidden, decoded };
}

export function pathValue(path: string, hidden = false): Value {
  return { kind: 'path', path, hidden };
}

export function listOf(items: readonly Value[][]): Value[] {
  return items.length > mostItems ? [] : [{ kind: 'list', items: [...items] }];
}

/** The text that a value is when a program writes it as one, or null. */
export function textOf(value: Value): string | null {
  if (value.kind === 'primitive') return typeof value.value === 'bigint' ? `${value.value}` : String(value.value);
  if (value.kind === 'list') return textOfList(value.items, { left: mostParts });
  return value.kind === 'path' && value.path === 'globalThis' ? '[object global]' : null;
}

/** Lists of lists of one list are short to write and long to read: the parts of all levels are counted together. */
function textOfList(items: readonly Value[][], budget: { left: number }): string | null {
  const parts: string[] = [];
  for (const [item] of items) {
    budget.left -= 1;
    if (item === undefined || budget.left < 0) return null;
    const empty = item.kind === 'primitive' && (item.value === null || item.value === undefined);
    const part = empty ? '' : item.kind === 'list' ? textOfList(item.items, budget) : textOf(item);
    if (part === null) return null;
    parts.push(part);
  }
  return parts.join(',').slice(0, mostTextChars);
}

export function isText(value: Value): value is Value & { kind: 'primitive'; value: string } {
  return value.kind === 'primitive' && typeof value.value === 'string';
}

export function pathsOf(values: readonly Value[]): string[] {
  return values.flatMap((value) => {
    if (value.kind === 'path') return [value.path];
    return value.kind === 'bound' ? pathsOf([value.target]) : [];
  });
}

export function textsOf(values: readonly Value[]): string[] {
  return values.flatMap((value) => (isText(value) ? [value.value] : []));
}

export function uniqueValues(values: Value[]): Value[] {
  if (values.length < 2) return values;
  const seen = new Set<string | Node>();
  const kept: Value[] = [];
  for (const value of values) {
    const mark = markOf(value);
    if (mark !== null && seen.has(mark)) continue;
    if (mark !== null) seen.add(mark);
    kept.push(value);
    if (kept.length >= mostAlternatives) break;
  }
  return kept;
}

function markOf(value: Value): string | Node | null {
  if (value.kind === 'path') return `path ${value.path}`;
  if (value.kind === 'primitive') return `${typeof value.value} ${String(value.value)}`;
  if (value.kind === 'class' || value.kind === 'record' || value.kind === 'function') return value.node;
  return value.kind === 'constructor' || value.kind === 'decoded' ? value.kind : null;
}
