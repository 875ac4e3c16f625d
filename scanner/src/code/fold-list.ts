import type { Follow } from './follow.ts';
import { listOf, mostTextChars, primitive, textOf, type Value } from './values.ts';

/** Callbacks are followed item by item, and a hostile list is long. */
const mostFollowed = 200;
const mostChosen = 6;

/** `[…].method(…)`, or null where it cannot be told. */
export function foldListMethod(items: Value[][], method: string, args: Value[][], follow: Follow): Value[] | null {
  const [first, second] = args;
  const callback = first?.[0];
  const call = (value: Value[], index: number) =>
    callback === undefined ? [] : follow.apply(callback, [value, [primitive(index)]], []);
  /** Items that the callback takes, or of which it cannot be told; for `find` up to the first that it surely takes. */
  const chosen = (): Value[][] => {
    if (callback?.kind !== 'function' || items.length > mostFollowed) return items;
    const kept: Value[][] = [];
    for (const [index, item] of items.entries()) {
      const [verdict, ...others] = call(item, index);
      const known = verdict?.kind === 'primitive' && others.length === 0;
      if (known && !verdict.value) continue;
      if (known && method === 'find') return [item, ...kept];
      kept.push(item);
    }
    return kept;
  };
  switch (method) {
    case 'join': {
      const between = callback === undefined ? ',' : textOf(callback);
      const parts = items.map(([item]) => (item === undefined ? null : textOf(item)));
      if (between === null || parts.includes(null)) return decodedAmong(items);
      const text = parts.join(between);
      return text.length <= mostTextChars ? [primitive(text, items.length > 1)] : null;
    }
    case 'toString':
      return foldListMethod(items, 'join', [], follow);
    case 'reverse':
    case 'toReversed':
      return listOf(items.toReversed());
    case 'slice': {
      const bounds = args.map(([value]) => (value?.kind === 'primitive' ? Number(value.value) : Number.NaN));
      return bounds.some(Number.isNaN) ? null : listOf(items.slice(...bounds));
    }
    case 'concat':
      return listOf([...items, ...args.flatMap((arg) => (arg[0]?.kind === 'list' ? arg[0].items : [arg]))]);
    case 'at': {
      const index = callback?.kind === 'primitive' ? Number(callback.value) : Number.NaN;
      return items.at(index) ?? null;
    }
    case 'pop':
      return items.at(-1) ?? null;
    case 'shift':
      return items[0] ?? null;
    case 'find':
    case 'filter':
      return method === 'filter' ? listOf(chosen()) : chosen().slice(0, mostChosen).flat();
    case 'map':
    case 'flatMap':
    case 'forEach':
      return items.length > mostFollowed ? null : listOf(items.map(call));
    case 'reduce': {
      if (callback === undefined || items.length > mostFollowed) return null;
      const rest = second === undefined ? items.slice(1) : items;
      let total = second ?? items[0] ?? [];
      for (const item of rest) total = follow.apply(callback, [total, item], []);
      return total;
    }
    default:
      return null;
  }
}

function decodedAmong(items: readonly Value[][]): Value[] | null {
  return items.some((item) => item.some(({ kind }) => kind === 'decoded')) ? [{ kind: 'decoded' }] : null;
}
