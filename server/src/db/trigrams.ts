import type { Executor } from './executor.ts';

export const trigramsMissing =
  'The database has no trigrams, so words that were mistyped in the marketplace are found the slow way. Run as an administrator, in this database: create extension pg_trgm; and start this server again.';

/**
 * Makes the index that finds words by their trigrams, at each start: an administrator may have added the extension since.
 * Gives false where it is not there and may not be added; the server works without.
 */
export async function ensureTrigrams(executor: Executor): Promise<boolean> {
  const look = async () => {
    const [found] = await executor.query<{ extension: boolean; index: boolean }>(`
      select exists (select from pg_extension where extname = 'pg_trgm') as extension,
        to_regclass('public.marketplace_words_trigrams') is not null as index`);
    return found ?? { extension: false, index: false };
  };
  const { extension, index } = await look();
  if (index) return true;
  try {
    // As whoever is connected: proofpix_owner may make tables and nothing else.
    if (!extension) await executor.exec('create extension if not exists pg_trgm with schema public');
  } catch {
    // Another server may have added it at this very moment.
    if (!(await look()).extension) return false;
  }
  await executor.exec(`begin; set local role proofpix_owner;
    create index if not exists marketplace_words_trigrams on marketplace_words using gin (word gin_trgm_ops) with (fastupdate = off); commit;`);
  return true;
}
