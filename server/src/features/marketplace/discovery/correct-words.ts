import type { Tx } from '../../../db/tenancy.ts';
import { listNearWords, readWords, type KnownWord } from './words/queries.ts';

/** A word that few plugins have, beside one a slip away that many have: made to catch those who mistype it, or mistyped. */
const few = 2;
const manyMore = 10;

export type Corrections = {
  /** The words, with what occurs nowhere replaced by what is near. */
  words: string[];
  /** Some occurred nowhere, and were replaced. */
  replaced: boolean;
  /** Some occur, but hardly anybody means them. */
  suggested: string[] | null;
};

export async function correctWords(tx: Tx, words: readonly string[], trigrams: boolean): Promise<Corrections> {
  const known = new Map((await readWords(tx, words)).map((each) => [each.word, each]));
  const result: string[] = [];
  const suggested: string[] = [];
  let [replaced, anySuggested] = [false, false];
  for (const word of words) {
    const { listings = 0, begins = false } = known.get(word) ?? {};
    // A beginning of something is being typed, unless hardly anything begins so.
    const near = listings <= few ? nearestWord(word, await listNearWords(tx, word, trigrams)) : null;
    if (near !== null && !begins) {
      replaced = true;
      result.push(near.word);
      suggested.push(near.word);
    } else {
      const meant = near !== null && near.listings >= manyMore * Math.max(1, listings) && listings > 0;
      anySuggested ||= meant;
      result.push(word);
      suggested.push(meant ? near.word : word);
    }
  }
  return { words: result, replaced, suggested: anySuggested ? suggested : null };
}

/** The one with the fewest slips; among those the most frequent. Null where none is near enough to be meant. */
function nearestWord(word: string, candidates: readonly KnownWord[]): KnownWord | null {
  const most = word.length < 6 ? 1 : 2;
  let best: { known: KnownWord; slips: number } | null = null;
  for (const known of candidates) {
    if (known.word === word) continue;
    const slips = countSlips(word, known.word, most);
    if (slips > most) continue;
    const better =
      best === null ||
      slips < best.slips ||
      (slips === best.slips &&
        (known.listings > best.known.listings ||
          (known.listings === best.known.listings && known.word < best.known.word)));
    if (better) best = { known, slips };
  }
  return best?.known ?? null;
}

/** Letters added, left out, changed or swapped with a neighbour; more than `most` is told as `most + 1`. */
function countSlips(one: string, other: string, most: number): number {
  const [a, b] = [[...one], [...other]];
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [before, last] = [new Array<number>(), Array.from({ length: b.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        slips = Math.min(slips, (before[j - 2] ?? 0) + 1);
      row.push(slips);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length] ?? most + 1;
}
