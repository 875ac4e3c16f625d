import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { FollowedMarketplace } from '@proofpix/contract/api/marketplace';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { followedSource } from '@proofpix/contract/plugin-source';
import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import { readContent } from '@proofpix/signatures/trust/content';
import { TrustFault } from '@proofpix/signatures/trust/fault';
import { readTrust, updateWithCatalog, type Trust as Metadata } from '@proofpix/signatures/trust/follow';
import { checkSigned, parseMetadata } from '@proofpix/signatures/trust/metadata';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Log } from '../../../log.ts';
import { OperatorError } from '../../../operator-error.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import type { Trust } from '../../trust/open-trust.ts';
import { askMarketplace, Unreachable, type Get } from './ask-marketplace.ts';
import { isSame, openFollowedStore } from './followed-store.ts';
import { listShard } from './list-followed.ts';
import {
  beginMarketplace,
  deleteOtherMarketplaces,
  findFollowedContent,
  findFollowedFile,
  findMarketplace,
  listFollowedFiles,
  saveConfirmed,
  type TrustedBy,
} from './queries.ts';

/** A kill is to end what runs here within five seconds: this is what may pass before it is noticed. */
const lookMilliseconds = 1_500;
const longestPause = 30_000;
/** A new root is looked for, and the time of the last answer written down. */
const wholeMilliseconds = 60 * 60_000;
const noteMilliseconds = 60_000;

export type Following = AsyncDisposable & {
  source: string;
  get: Get;
  state(): FollowedMarketplace;
  /** @throws Problem marketplace_outdated where what it withdrew since would not be known here */
  refuseOutdated(): void;
};

type Parts = { db: Database; log: Log; trust: Trust; client: GuardedClient };

/**
 * Puts in force what is known of other marketplaces, before anything of them can run. A list that expired is better than
 * none, and what is installed stays under it when its marketplace is not followed any more.
 */
export async function loadFollowed({ db, trust }: Pick<Parts, 'db' | 'trust'>): Promise<void> {
  for (const { source, ...files } of await asSystem(db, 'fill-marketplace', findFollowedContent))
    await trust.setFollowed(source, readContent(files));
}

/** Nothing of another server's is offered where none is followed. */
export async function followNone({ db }: Pick<Parts, 'db'>): Promise<void> {
  await asSystem(db, 'fill-marketplace', (tx) => deleteOtherMarketplaces(tx, null));
}

/** Follows it until it is disposed. A start never waits for the network. @throws OperatorError */
export async function followMarketplace(
  parts: Parts,
  { url, rootFile }: { url: string; rootFile: string | undefined },
): Promise<Following> {
  const { db, log, trust } = parts;
  const source = followedSource(url);
  const ending = new AbortController();
  const get = askMarketplace(parts.client, url, ending.signal);
  const files: FilesOf = { read: (name, maxBytes) => get(`/api/trust/files/${name}`, { maxBytes }) };
  await asSystem(db, 'fill-marketplace', (tx) => deleteOtherMarketplaces(tx, source));
  if (rootFile !== undefined) await trustFile(parts, source, rootFile);

  let state: Pick<FollowedMarketplace, 'state' | 'problem'> = { state: 'starting', problem: null };
  let since = new Date();
  let known = await readKnown(db, source);
  let confirmedAt = known.confirmedAt;
  let noted = 0;
  let whole = 0;
  /** The file of each part of the catalog with which its listings are in line; to begin with, nobody knows. */
  const listed = new Map<string, string>(allShards.map((shard) => [shard, '']));
  let killsListed = '';

  function change(next: typeof state): void {
    if (next.state === state.state && next.problem?.message === state.problem?.message) return;
    if (next.state !== state.state) since = new Date();
    state = next;
    if (next.problem === null) log.info({ source }, 'the marketplace is followed');
    else log.warn({ source, ...next.problem }, 'the marketplace is not followed at the moment');
  }

  async function look(): Promise<void> {
    if (known.root === null) {
      await trustFirst(parts, source, files);
      // Whatever comes next, it is not asked a second time whom to believe.
      known = await readKnown(db, source);
    }
    const timestamp = await files.read('timestamp.json', limits.trustMetadataBytes);
    if (timestamp === null) throw new TrustFault('missing', 'timestamp.json.');
    const now = new Date();
    if (!isSame(timestamp, known.timestamp) || Date.now() - whole > wholeMilliseconds) {
      const store = openFollowedStore(db, source);
      // The one that was just read, so that one look is at one moment.
      const once: FilesOf = {
        read: async (name, maxBytes) => (name === 'timestamp.json' ? timestamp : files.read(name, maxBytes)),
      };
      const { trust: metadata } = await updateWithCatalog(once, store, now);
      if (!(await store.commit(now))) return; // another server was quicker: the next look sees what it wrote
      whole = Date.now();
      await trust.setFollowed(source, metadata);
      known = await readKnown(db, source);
    } else if (known.metadata !== null && Date.parse(known.metadata.expires) <= now.getTime()) {
      throw new TrustFault('expired', `on ${known.metadata.expires}.`);
    }
    confirmedAt = now;
    if (Date.now() - noted > noteMilliseconds) {
      noted = Date.now();
      await asSystem(db, 'fill-marketplace', (tx) => saveConfirmed(tx, source, now));
    }
    await list();
  }

  /** What changed since the listings were written. Of the whole catalog where the kill list is another. */
  async function list(): Promise<void> {
    const kills = JSON.stringify(known.metadata?.killList ?? []);
    if (kills !== killsListed) for (const shard of listed.keys()) listed.set(shard, '');
    for (const shard of new Set([...listed.keys(), ...known.shards.keys()])) {
      const name = known.shards.get(shard);
      if (name !== undefined && listed.get(shard) === name) continue;
      await listShard({ db, trust }, source, shard);
      if (name === undefined) listed.delete(shard);
      else listed.set(shard, name);
    }
    killsListed = kills;
  }

  async function follow(): Promise<void> {
    for (let pause = 0; ;) {
      await wait(pause, undefined, { signal: ending.signal, ref: false });
      try {
        await look();
        change({ state: 'following', problem: null });
        pause = lookMilliseconds;
      } catch (error) {
        if (ending.signal.aborted) return;
        change(refusalOf(error, log));
        // Many servers ask one that comes back: not all at the same moment.
        pause = Math.min(longestPause, Math.max(pause, lookMilliseconds) * 2) * (0.5 + Math.random() / 2);
      }
    }
  }

  const following = follow().catch(() => {}); // aborted: nothing else ends it
  return {
    source,
    get,
    state: () => ({
      source,
      url,
      ...state,
      since: since.toISOString(),
      confirmedAt: confirmedAt?.toISOString() ?? null,
      expires: known.metadata === null ? null : new Date(known.metadata.expires).toISOString(),
      root: known.root,
    }),
    refuseOutdated() {
      if (known.metadata !== null && Date.parse(known.metadata.expires) > Date.now()) return;
      const { message } = state.problem ?? { message: undefined };
      throw new Problem('marketplace_outdated', message);
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      await following;
    },
  };
}

const allShards = Array.from({ length: 256 }, (_, number) => number.toString(16).padStart(2, '0'));

type FilesOf = { read(name: string, maxBytes: number): Promise<Uint8Array | null> };

function refusalOf(error: unknown, log: Log): Pick<FollowedMarketplace, 'state' | 'problem'> {
  if (error instanceof TrustFault) return { state: 'refused', problem: { code: error.code, message: error.message } };
  if (!(error instanceof Unreachable)) log.error({ err: error }, 'the marketplace could not be followed');
  const message = error instanceof Unreachable ? error.message : 'This server failed; see its log.';
  return { state: 'unreachable', problem: { code: 'unreachable', message } };
}

type Known = {
  root: FollowedMarketplace['root'];
  metadata: Metadata | null;
  timestamp: Uint8Array | null;
  /** Files of the catalog, by their part. */
  shards: ReadonlyMap<string, string>;
  confirmedAt: Date | null;
};

/** What is stored of it. Too old or damaged, it is asked for again: the kill list of it is in force all the same. */
async function readKnown(db: Database, source: string): Promise<Known> {
  const { row, root, timestamp, names } = await asSystem(db, 'fill-marketplace', async (tx) => ({
    row: await findMarketplace(tx, source),
    root: await findFollowedFile(tx, source, 'root.json'),
    timestamp: await findFollowedFile(tx, source, 'timestamp.json'),
    names: await listFollowedFiles(tx, source),
  }));
  if (row === undefined || root === null)
    return { root: null, metadata: null, timestamp: null, shards: new Map(), confirmedAt: null };
  const metadata = await readTrust(openFollowedStore(db, source), new Date()).catch((error: unknown) => {
    if (error instanceof TrustFault) return null;
    throw error;
  });
  const shards = names.flatMap((name): [string, string][] => {
    const [, shard] = /^[0-9a-f]{64}\.catalog-([0-9a-f]{2})\.json$/.exec(name) ?? [];
    return shard === undefined ? [] : [[shard, name]];
  });
  return {
    root: {
      sha256: sha256(root),
      version: parseMetadata('root', root, 'root.json').signed.version,
      trustedBy: row.trusted_by,
      trustedAt: row.trusted_at.toISOString(),
    },
    metadata,
    timestamp: metadata === null ? null : timestamp,
    shards: new Map(shards),
    confirmedAt: row.confirmed_at,
  };
}

/** Nobody said what to believe: what it shows first, from then on for good. Whoever sits in between at that moment is believed. */
async function trustFirst(parts: Parts, source: string, files: FilesOf): Promise<void> {
  const root = await files.read('1.root.json', limits.trustMetadataBytes);
  if (root === null) throw new TrustFault('missing', '1.root.json.');
  checkRoot(root);
  await begin(parts, source, { root, trustedBy: 'first-use' });
}

/** The operator says what to believe: also in the place of what was believed before. @throws OperatorError */
async function trustFile(parts: Parts, source: string, path: string): Promise<void> {
  let root: Uint8Array;
  try {
    root = await readFile(path);
    checkRoot(root);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'It cannot be read.';
    throw new OperatorError(`MARKETPLACE_ROOT, ${path}, is no root of a marketplace: ${why}`, { cause });
  }
  const row = await asSystem(parts.db, 'fill-marketplace', (tx) => findMarketplace(tx, source));
  if (row?.first_root === sha256(root)) return;
  await begin(parts, source, { root, trustedBy: 'file' });
}

async function begin(
  { db, log }: Parts,
  source: string,
  { root, trustedBy }: { root: Uint8Array; trustedBy: TrustedBy },
): Promise<void> {
  const firstRoot = sha256(root);
  await asSystem(db, 'fill-marketplace', async (tx) => {
    await beginMarketplace(tx, { source, firstRoot, trustedBy, root });
    await recordAct(tx, {
      organisationId: null,
      actor: systemActor('marketplace'),
      act: 'marketplace.trust',
      subject: { kind: 'marketplace', id: source },
      after: { root: firstRoot, trustedBy },
    });
  });
  log.warn({ source, root: firstRoot, trustedBy }, 'the root of another marketplace is believed from now on');
}

/** @throws TrustFault */
function checkRoot(bytes: Uint8Array): void {
  const root = parseMetadata('root', bytes, 'the root');
  checkSigned(root, 'root', root, 'the root');
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
