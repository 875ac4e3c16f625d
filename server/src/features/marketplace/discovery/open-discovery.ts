import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { createReplyCache, type ReplyCache } from './reply-cache.ts';
import { hasTrigrams } from './words/queries.ts';

export type Discovery = {
  db: Database;
  replies: ReplyCache;
  /** Whether the database compares words by trigrams; without, the server looks through all words of about the length. */
  trigrams: boolean;
};

export const maximumReplyBytes = 16 * 1024 * 1024;

export async function openDiscovery(db: Database): Promise<Discovery> {
  return {
    db,
    replies: createReplyCache({ maximumBytes: maximumReplyBytes }),
    trigrams: await asSystem(db, 'count-use', hasTrigrams),
  };
}
