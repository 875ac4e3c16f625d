import { sql } from 'kysely';
import type { Tx } from '../../../../db/tenancy.ts';

export type KnownWord = { word: string; listings: number };

/** Beyond every character that a word can go on with. */
const end = '\u{10FFFF}';
const nearest = 100;

/** How many plugins have exactly each word, and whether any has one that begins so. */
export async function readWords(
  tx: Tx,
  words: readonly string[],
): Promise<{ word: string; listings: number; begins: boolean }[]> {
  const { rows } = await sql<{ word: string; listings: number; begins: boolean }>`
    select typed.word, coalesce(known.listings, 0) as listings,
      exists (select from marketplace_words as w where w.word between typed.word and typed.word || ${end}) as begins
    from json_array_elements_text(${JSON.stringify(words)}::json) as typed (word)
    left join marketplace_words as known on known.word = typed.word collate "C"`.execute(tx);
  return rows;
}

/** The most frequent words with a beginning. */
export async function completeWord(tx: Tx, beginning: string, limit: number): Promise<string[]> {
  const { rows } = await sql<{ word: string }>`
    select word from marketplace_words where word between ${beginning} and ${beginning + end}
    order by listings desc, word limit ${limit}`.execute(tx);
  return rows.map(({ word }) => word);
}

/**
 * Words that could be meant by one: by the trigrams that they share, or, on a database without them, all of about the
 * length. Who asks measures the distance itself, so that both ways end at the same word.
 */
export async function listNearWords(tx: Tx, word: string, trigrams: boolean): Promise<KnownWord[]> {
  if (!trigrams) {
    const { rows } = await sql<KnownWord>`select word, listings from marketplace_words
      where length(word) between ${word.length - 2}::integer and ${word.length + 2}::integer`.execute(tx);
    return rows;
  }
  // Low: of two letters swapped in a short word, one trigram in six is left.
  await sql`select set_config('pg_trgm.similarity_threshold', '0.12', true)`.execute(tx);
  const { rows } = await sql<KnownWord>`select word, listings from marketplace_words where word % ${word}
    and length(word) between ${word.length - 2}::integer and ${word.length + 2}::integer
    order by similarity(word, ${word}) desc, listings desc, word limit ${nearest}`.execute(tx);
  return rows;
}

export async function hasTrigrams(tx: Tx): Promise<boolean> {
  const { rows } = await sql`select from pg_extension where extname = 'pg_trgm'`.execute(tx);
  return rows.length > 0;
}
