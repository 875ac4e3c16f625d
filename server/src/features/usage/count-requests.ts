import { requestsPerMonth } from '@proofpix/contract/access';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import type { MonthCount } from '../../http/limits/admit-request.ts';
import type { Log } from '../../log.ts';
import { addRequests, findRequests } from './queries.ts';
import type { SharedMonths } from './shared-months.ts';

/**
 * Counts are written together. One server lets exactly as many pass as the plan says; one that is killed forgets what it
 * counted since it wrote last. Without Redis another server hears of that as late, so that many more may pass on each.
 */
const writeMilliseconds = 5_000;
/** An organisation that is quiet for so long is read anew. */
const idleMilliseconds = 10 * 60_000;

export type RequestCounts = AsyncDisposable & {
  /** Counts one request of this month, unless they are used up; null where the plan has no limit. */
  count(caller: Pick<Caller, 'organisationId' | 'plan'>): Promise<MonthCount | null>;
  /** One that was counted at that time was refused after all. */
  takeBack(caller: Pick<Caller, 'organisationId' | 'plan'>, at: Date): Promise<void>;
  /** Writes what is counted. @throws Error */
  flush(): Promise<void>;
};

type Entry = {
  organisationId: string;
  month: string;
  /** What the database says; null until somebody asks. */
  stored: number | null;
  /** Counted here, and not yet written or on its way. */
  pending: number;
  writing: number;
  usedAt: number;
};

type Taken = { allowed: boolean; used: number };

export function countRequests(parts: {
  db: Database;
  log: Log;
  shared?: SharedMonths | undefined;
  now?: () => Date;
}): RequestCounts {
  const { db, log, shared, now = () => new Date() } = parts;
  const entries = new Map<string, Entry>();
  let flushing: Promise<void> = Promise.resolve();

  function entryOf(organisationId: string, time: Date): Entry {
    const month = monthOf(time);
    const key = `${organisationId} ${month}`;
    let entry = entries.get(key);
    if (entry === undefined) {
      entry = { organisationId, month, stored: null, pending: 0, writing: 0, usedAt: 0 };
      entries.set(key, entry);
    }
    entry.usedAt = time.getTime();
    return entry;
  }

  async function load(entry: Entry): Promise<void> {
    if (entry.stored !== null) return;
    const { organisationId, month } = entry;
    const found = await withOrganisation(db, organisationId, (tx) => findRequests(tx, organisationId, month));
    // Somebody else may have been quicker, and what was written since then counts.
    entry.stored ??= found;
  }

  const usedOf = ({ stored, writing, pending }: Entry): number => (stored ?? 0) + writing + pending;

  async function takeHere(entry: Entry, limit: number): Promise<Taken> {
    await load(entry);
    // From here on in one go: of many at once each sees those before it.
    const used = usedOf(entry);
    if (used >= limit) return { allowed: false, used };
    entry.pending += 1;
    return { allowed: true, used: used + 1 };
  }

  async function takeShared(entry: Entry, limit: number): Promise<Taken | null> {
    const before = async () => {
      await load(entry);
      return usedOf(entry);
    };
    const taken = await shared?.take(`${entry.organisationId}:${entry.month}`, limit, before);
    if (taken?.allowed === true) entry.pending += 1;
    return taken ?? null;
  }

  async function write(): Promise<void> {
    const waiting = [...entries.values()].filter(({ pending }) => pending !== 0);
    for (const entry of waiting) [entry.writing, entry.pending] = [entry.pending, 0];
    try {
      if (waiting.length > 0) {
        const rows = waiting.map(({ organisationId, month, writing }) => ({
          organisationId,
          month,
          requests: writing,
        }));
        const written = await asSystem(db, 'count-requests', (tx) => addRequests(tx, rows));
        const stored = new Map(written.map((row) => [`${row.organisationId} ${row.month}`, row.requests]));
        for (const entry of waiting) {
          entry.stored = stored.get(`${entry.organisationId} ${entry.month}`) ?? null;
          entry.writing = 0;
        }
      }
    } catch (error) {
      for (const entry of waiting) [entry.pending, entry.writing] = [entry.pending + entry.writing, 0];
      throw error;
    }
    const idle = now().getTime() - idleMilliseconds;
    for (const [key, { pending, usedAt }] of entries) if (pending === 0 && usedAt < idle) entries.delete(key);
  }

  async function flush(): Promise<void> {
    const mine = flushing.then(write);
    flushing = mine.catch(() => {});
    await mine;
  }

  const timer = setInterval(() => {
    flush().catch((error: unknown) => log.error({ err: error }, 'counted requests could not be written'));
  }, writeMilliseconds);
  timer.unref();

  return {
    async count({ organisationId, plan }) {
      const time = now();
      const limit = requestsPerMonth[plan];
      const entry = entryOf(organisationId, time);
      if (limit === null) {
        entry.pending += 1;
        return null;
      }
      const taken = (await takeShared(entry, limit)) ?? (await takeHere(entry, limit));
      return { ...taken, limit, resetsAt: nextMonth(time) };
    },
    async takeBack({ organisationId, plan }, at) {
      entryOf(organisationId, at).pending -= 1;
      if (requestsPerMonth[plan] !== null) await shared?.takeBack(`${organisationId}:${monthOf(at)}`);
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush().catch((error: unknown) => log.error({ err: error }, 'counted requests could not be written'));
    },
  };
}

/** The first day of its month, UTC. */
export function monthOf(time: Date): string {
  return `${time.toISOString().slice(0, 7)}-01`;
}

export function nextMonth(time: Date): Date {
  return new Date(Date.UTC(time.getUTCFullYear(), time.getUTCMonth() + 1));
}
