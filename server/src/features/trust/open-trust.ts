import { createHash } from 'node:crypto';
import type { TrustState } from '@proofpix/contract/api/trust';
import { isFollowedSource, publisherHere } from '@proofpix/contract/plugin-source';
import type { KillEntry, TrustedKey } from '@proofpix/contract/trust';
import type { SigningKey } from '@proofpix/signatures/keys';
import { killedBy, type Suspect } from '@proofpix/signatures/kill-list';
import type { TrustContent } from '@proofpix/signatures/trust/content';
import type { Signed } from '@proofpix/signatures/trust/metadata';
import { keysOfRole } from '@proofpix/signatures/trust/root';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { openSigningKey } from './open-signing-key.ts';
import { entryOf, followRoot, isOneKey, publishTrust, type DrawCatalog } from './publish-trust.ts';
import {
  findFile,
  findKeys,
  findNewestRoot,
  findPublishedAt,
  findStanding,
  insertKey,
  lockTrust,
  type KillRow,
} from './queries.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';

/** Another server's change, and an entry whose time has come, are noticed after this: well below the five seconds promised. */
const lookMilliseconds = 1_500;
const renewMilliseconds = 60 * 60_000;

/** Keys and kill list as they are in force on this server at this moment. Never asks the database: it is asked at every load. */
export type SourcedSuspect = Suspect & { source: string };

export type Trust = AsyncDisposable & {
  /** Of this server, or of the marketplace that a source names: a key that one of them trusts is nothing to the other. */
  keys(source?: string): readonly TrustedKey[];
  /**
   * The entry that names it now, or null: of our kill list, or of that of the marketplace it came from. No marketplace can
   * end what came from elsewhere, and what our list says of a publisher is about ours of that name.
   */
  killedBy(suspect: SourcedSuspect): KillEntry | null;
  /** Entries in force, whoever made them. */
  kills(): readonly KillEntry[];
  /** What another server's marketplace says, after it was checked. In force on this server when it returns. */
  setFollowed(source: string, content: TrustContent): Promise<void>;
  /** Told when other entries are in force than before, and again where it failed; waited for by whoever changed them. */
  onKills(listener: () => Promise<void>): void;
  /** Changes something and publishes it: both or neither. In force on this server when it returns. */
  change<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result>;
  file(name: string): Promise<Uint8Array | null>;
  state(): TrustState;
  signingKey: SigningKey;
};

type Parts = {
  db: Database;
  log: Log;
  keyFolder: string;
  /** What other servers may install from here. */
  catalog: { draw: DrawCatalog; hasChanged(tx: Tx): Promise<boolean> };
};

/** @throws OperatorError */
export async function openTrust({ db, log, keyFolder, catalog }: Parts): Promise<Trust> {
  const known = (await asSystem(db, 'trust', findPublishedAt)) !== null;
  const signingKey = await openSigningKey(keyFolder, { known });
  let keys: readonly TrustedKey[] = [];
  let standing: readonly (KillEntry & { row: KillRow })[] = [];
  let publishedAt: number | null = null;
  let inForce = '';
  let listener: () => Promise<void> = async () => {};
  let root: Signed<'root'>;
  let rootSha256 = '';
  let looking: Promise<unknown> = Promise.resolve();
  const followed = new Map<string, TrustContent>();

  const isActive = ({ from }: KillEntry) => Date.parse(from) <= Date.now();
  const active = () => standing.filter(isActive).map(({ row }) => row);
  const activeElsewhere = () =>
    [...followed].flatMap(([source, { killList }]) => killList.filter(isActive).map((entry) => ({ source, entry })));

  /** In one transaction, so that nobody believes keys of one moment and a kill list of another. */
  async function load(tx: Tx): Promise<() => void> {
    const [at, foundKeys, rows] = [await findPublishedAt(tx), await findKeys(tx), await findStanding(tx)];
    // Of the file as clients get it.
    const rootBytes = (await findNewestRoot(tx)) ?? new Uint8Array();
    return () => {
      publishedAt = at;
      keys = foundKeys;
      rootSha256 = createHash('sha256').update(rootBytes).digest('hex');
      standing = rows.map((row) => ({ ...entryOf(row), row }));
    };
  }

  /** Tells the listener where other entries are in force than when it was told last. */
  async function tell(): Promise<void> {
    const elsewhere = activeElsewhere().map(({ source, entry: { kind, value, reason } }) =>
      JSON.stringify([source, kind, value, reason]),
    );
    const now = [...active().map(({ id }) => id), ...elsewhere].join(' ');
    if (now === inForce) return;
    await listener();
    // Not before: what failed is tried again at the next look.
    inForce = now;
  }

  async function change<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const { result, apply } = await asSystem(db, 'trust', async (tx) => {
      await lockTrust(tx);
      const done = await work(tx);
      await publishTrust(tx, { key: signingKey, now: new Date(), drawCatalog: catalog.draw });
      return { result: done, apply: await load(tx) };
    });
    apply();
    // It is written and signed: what could not be ended yet is tried again, and whoever asked need not ask again.
    await tell().catch((error: unknown) => log.error({ err: error }, 'the kill list could not be enforced at once'));
    return result;
  }

  /** One look at a time. A database that fails for a moment changes nothing: what was in force stays so. */
  function look(): void {
    looking = looking
      .then(async () => {
        const at = await asSystem(db, 'trust', findPublishedAt);
        if (at !== publishedAt) (await asSystem(db, 'trust', load))();
        await tell();
        // What was released or yanked, by whichever server. Last: a catalog that fails must not hold up the kill list.
        if (await asSystem(db, 'trust', catalog.hasChanged)) await change(async () => {});
      })
      .catch((error: unknown) => log.error({ err: error }, 'the kill list could not be read'));
  }

  function renew(): void {
    void change(async (tx) => {
      root = await followRoot(tx, { keyFolder, key: signingKey, now: new Date() });
    }).catch((error: unknown) => log.error({ err: error }, 'the trust metadata could not be renewed'));
  }

  await change(async (tx) => {
    root = await followRoot(tx, { keyFolder, key: signingKey, now: new Date() });
    const { id: keyId, spki: publicKey } = signingKey;
    const own = { keyId, publicKey, role: 'marketplace', publisher: null, from: new Date(), until: null } as const;
    const actor = systemActor('start');
    const added = await insertKey(tx, { ...own, actor });
    if (added !== null)
      await recordAct(tx, {
        organisationId: null,
        actor,
        act: 'signing-key.add',
        subject: { kind: 'signing-key', id: keyId },
        after: { role: own.role, publicKey },
      });
  });
  const timers = [setInterval(look, lookMilliseconds), setInterval(renew, renewMilliseconds)];
  for (const timer of timers) timer.unref();

  return {
    signingKey,
    keys: (source) => (source === undefined || !isFollowedSource(source) ? keys : (followed.get(source)?.keys ?? [])),
    kills: () => [...active().map(entryOf), ...activeElsewhere().map(({ entry }) => entry)],
    killedBy({ source, ...suspect }) {
      const publishers = suspect.publishers.map((publisher) => publisherHere({ source, publisher }));
      const ours = killedBy(standing, { ...suspect, publishers }, new Date());
      return ours ?? killedBy(followed.get(source)?.killList ?? [], suspect, new Date());
    },
    async setFollowed(source, content) {
      followed.set(source, content);
      await tell();
    },
    onKills: (told) => void (listener = told),
    change,
    file: (name) => asSystem(db, 'trust', (tx) => findFile(tx, name)),
    state: () => ({
      root: { ...showRoot(root, signingKey), sha256: rootSha256 },
      serverKey: { keyId: signingKey.id, publicKey: signingKey.spki },
      killed: active().length,
    }),
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      await looking;
    },
  };
}

function showRoot(root: Signed<'root'>, key: SigningKey): Omit<TrustState['root'], 'sha256'> {
  const { keys, threshold } = keysOfRole(root, 'root');
  const oneKey = isOneKey(root, key);
  return {
    kind: oneKey ? 'one-key' : 'offline',
    says: oneKey
      ? 'One key on this server signs everything: who has this server can sign in its name. "proofpix keys init" makes a root whose keys are kept elsewhere.'
      : `${threshold} of ${keys.length} keys that are kept elsewhere name the key of this server, and can replace it.`,
    version: root.signed.version,
    keys: keys.length,
    threshold,
    expires: root.signed.expires,
  };
}
