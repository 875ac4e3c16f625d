/** Those in which every typed word begins some word, or else stands anywhere; the former first, in their own order. */
export function best<Item>(items: readonly Item[], typed: string, text: (item: Item) => string): Item[] {
  const words = plain(typed)
    .split(/\s+/)
    .filter((word) => word !== '');
  const ranked = items.map((item) => ({ item, rank: rankOf(plain(text(item)), words) }));
  return [0, 1].flatMap((rank) => ranked.filter((each) => each.rank === rank).map(({ item }) => item));
}

function rankOf(text: string, words: readonly string[]): number | null {
  if (!words.every((word) => text.includes(word))) return null;
  const starts = text.split(/[^\p{L}\p{N}]+/u);
  return words.every((word) => starts.some((start) => start.startsWith(word))) ? 0 : 1;
}

/** Without accents and capitals, so that "fälle" is found by "falle". */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
