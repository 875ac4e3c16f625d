/**
 * What a name looks like: names with the same skeleton are read as one another at a glance. Ids are a-z, 0-9 and - already,
 * so letters of other alphabets never get here (attack: publishers.test.ts); what is left are digits for letters, doubled
 * and swapped letters, and separators.
 */
export function skeletonOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll('-', '')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
    .replaceAll('cl', 'd')
    .replace(/[01345l7]/g, (digit) => lookAlikes[digit] ?? digit)
    .replace(/(.)\1+/g, '$1');
}
const lookAlikes: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', l: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't' };

/** One letter added, left out, changed or swapped with its neighbour: how a name is mistyped. */
export function isOneSlip(name: string, other: string): boolean {
  if (name === other) return false;
  const [short, long] = name.length <= other.length ? [name, other] : [other, name];
  if (long.length - short.length > 1) return false;
  let start = 0;
  while (start < short.length && short[start] === long[start]) start += 1;
  let end = 0;
  while (end < short.length - start && short.at(-1 - end) === long.at(-1 - end)) end += 1;
  if (long.length - start - end <= 1) return true;
  const swapped = short.length === long.length && short.length - start - end === 2;
  return swapped && short[start] === long[start + 1] && short[start + 1] === long[start];
}
