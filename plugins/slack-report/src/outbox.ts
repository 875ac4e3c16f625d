import type { Context } from '@proofpix/sdk/context';
import type { Report } from './summarise.ts';

type Storage = Pick<Context['storage'], 'read' | 'set'>;
type Waiting = Report & { id: number };

/** Reports that wait, shared by all calls of the plugin, which may run at the same time. */
type Outbox = {
  reports: Waiting[];
  /** Counts all reports there ever were. */
  last: number;
  /** Reports that there was no room for. */
  leftOut: number;
  /** Milliseconds: Slack asked for silence until then. */
  until: number;
  /** Milliseconds: somebody is sending until then, or died. */
  lease: number;
};

/** What became of a message. `wait`: seconds until Slack wants the next one. */
export type Outcome = { sent: true } | { sent: false; wait: number };

const key = 'outbox';
const mostWaiting = 50;
const perMessage = 10;
const messagesPerCall = 3;
const leaseMilliseconds = 30_000;
const afterFailure = 60;
const mostTries = 20;

/** On disk before anything is sent, so that neither a full channel nor a crash loses it. */
export async function keep(storage: Storage, report: Report): Promise<void> {
  await change(storage, (outbox) => {
    const reports = [...outbox.reports, { ...report, id: outbox.last + 1 }];
    const room = reports.slice(-mostWaiting);
    const leftOut = outbox.leftOut + reports.length - room.length;
    return { ...outbox, reports: room, last: outbox.last + 1, leftOut };
  });
}

/** Sends what waits, in few messages, unless somebody else does or Slack wants silence. @throws what `send` throws */
export async function sendWaiting(
  storage: Storage,
  send: (reports: readonly Report[], leftOut: number) => Promise<Outcome>,
): Promise<void> {
  for (let message = 0; message < messagesPerCall; message += 1) {
    const now = Date.now();
    const claimed = await change(storage, (outbox) =>
      outbox.reports.length === 0 || outbox.until > now || outbox.lease > now
        ? null
        : { ...outbox, lease: now + leaseMilliseconds },
    );
    if (claimed === null) return;
    const { reports, leftOut } = claimed;
    const taken = reports.slice(0, perMessage);
    let outcome: Outcome = { sent: false, wait: afterFailure };
    try {
      outcome = await send(taken, leftOut);
    } finally {
      // Also when it threw: whoever comes next tries again, after a while.
      await settle(storage, { taken, leftOut, outcome });
    }
    if (!outcome.sent) return;
  }
}

type Settled = { taken: readonly Waiting[]; leftOut: number; outcome: Outcome };

async function settle(storage: Storage, { taken, leftOut, outcome }: Settled): Promise<void> {
  const ids = new Set(taken.map(({ id }) => id));
  await change(storage, (outbox) =>
    outcome.sent
      ? {
          ...outbox,
          reports: outbox.reports.filter(({ id }) => !ids.has(id)),
          leftOut: Math.max(0, outbox.leftOut - leftOut),
          lease: 0,
        }
      : { ...outbox, until: Date.now() + outcome.wait * 1_000, lease: 0 },
  );
}

/** Changes what is stored when nobody else did in between, else looks again. Null changes nothing. */
async function change(storage: Storage, how: (outbox: Outbox) => Outbox | null): Promise<Outbox | null> {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const { value, version } = await storage.read(key);
    // We wrote it in this form.
    const before = (value as Outbox | null) ?? { reports: [], last: 0, leftOut: 0, until: 0, lease: 0 };
    const after = how(before);
    if (after === null) return null;
    try {
      await storage.set(key, after, { ifVersion: version });
      return after;
    } catch (error) {
      if ((error as { code?: string }).code !== 'storage_conflict') throw error;
    }
  }
  throw new Error('Too many reports at the same moment.');
}
