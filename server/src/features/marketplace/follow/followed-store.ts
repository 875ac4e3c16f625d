import { isShardName } from '@proofpix/signatures/trust/content';
import type { TrustStore } from '@proofpix/signatures/trust/follow';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import {
  deleteFollowedFile,
  findFollowedFile,
  listFollowedFiles,
  lockFollowed,
  makeCurrent,
  saveConfirmed,
  saveFollowedFile,
} from './queries.ts';

export type FollowedStore = TrustStore & {
  /** Writes what was changed, all or nothing. False where another server was quicker: then nothing is, and the next try sees its. */
  commit(now: Date): Promise<boolean>;
};

const timestampName = 'timestamp.json';

/** What one update reads and changes. The network is asked meanwhile, so no transaction is open until `commit`. */
export function openFollowedStore(db: Database, source: string): FollowedStore {
  const changed = new Map<string, Uint8Array | null>();
  const find = (name: string) => asSystem(db, 'fill-marketplace', (tx) => findFollowedFile(tx, source, name));
  let before: Promise<Uint8Array | null> | undefined;
  /** As it was when this update began. */
  const timestampBefore = () => (before ??= find(timestampName));

  return {
    async read(name) {
      const own = changed.get(name);
      if (own !== undefined) return own;
      return name === timestampName ? timestampBefore() : find(name);
    },
    async write(name, bytes) {
      // Named by its content and large: it is nothing until the timestamp leads to it.
      if (isShardName(name.slice(65)))
        return asSystem(db, 'fill-marketplace', (tx) => saveFollowedFile(tx, { source, name, bytes, current: false }));
      changed.set(name, bytes);
    },
    async remove(name) {
      changed.set(name, null);
    },
    async names() {
      const stored = await asSystem(db, 'fill-marketplace', (tx) => listFollowedFiles(tx, source));
      const added = [...changed].filter(([, bytes]) => bytes !== null).map(([name]) => name);
      return [...new Set([...stored, ...added])].filter((name) => changed.get(name) !== null);
    },
    async commit(now) {
      const expected = await timestampBefore();
      return asSystem(db, 'fill-marketplace', async (tx) => {
        await lockFollowed(tx, source);
        if (!isSame(await findFollowedFile(tx, source, timestampName), expected)) return false;
        for (const [name, bytes] of changed) {
          if (bytes === null) await deleteFollowedFile(tx, source, name);
          else await saveFollowedFile(tx, { source, name, bytes, current: true });
        }
        await makeCurrent(tx, source);
        await saveConfirmed(tx, source, now);
        return true;
      });
    },
  };
}

export function isSame(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (one === null || other === null) return one === other;
  return Buffer.from(one).equals(other);
}
