import type { Installation } from '@proofpix/host/capabilities';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../../db/tenancy.ts';
import { insertLogLines, insertObserved, trimLog, type LogLine, type ObservedEvent } from './queries.ts';
import { timeOrderedId } from './time-ordered-id.ts';

/** Lines that are kept of an installation. */
const keptLines = 2_000;
/** Lines written since the last trim before the next one. */
const trimAfter = 500;
/** What one installation may have waiting to be written: a plugin that logs faster than the disk loses lines, not the server its memory. */
const pendingChars = 1_000_000;
const pendingCharsTogether = 16_000_000;
/** Events an installation may cause in a minute; more are counted in one line at the end of the minute. */
const eventsPerMinute = 30;
const detailChars = 1_000;

type Pending = { installation: Installation; lines: LogLine[]; chars: number; lost: number; sinceTrim: number };
type Minute = { ends: number; events: number; more: number; type: string };

/** Log lines and the acts that the host saw, in memory until the next write. */
export type History = {
  log(installation: Installation, line: { level: LogLine['level']; message: string }): void;
  event(installation: Installation, type: string, detail: Record<string, string>): void;
  isEmpty(): boolean;
  /** Takes what waits, but for installations whose rows are still to come, to write it in one transaction; `restore` puts it back when that failed. */
  take(isHeld: (installationId: string) => boolean): HistoryBatch;
  restore(batch: HistoryBatch): void;
  forget(installationId: string): void;
};
export type HistoryBatch = {
  lines: LogLine[];
  events: ObservedEvent[];
  trim: { organisationId: string; id: string }[];
};

export function createHistory(onWaiting: () => void): History {
  const pending = new Map<string, Pending>();
  const minutes = new Map<string, Minute>();
  let events: ObservedEvent[] = [];
  let restored: LogLine[] = [];
  let together = 0;

  function endMinutes(now: number): void {
    for (const [id, minute] of minutes) {
      if (minute.ends > now) continue;
      minutes.delete(id);
      if (minute.more === 0) continue;
      const detail = { detail: `${minute.more} more events in the same minute`, count: minute.more };
      events.push({ ...timeOrderedId(), installationId: id, type: minute.type, detail });
    }
  }

  return {
    log(installation, { level, message }) {
      let own = pending.get(installation.id);
      if (!own) pending.set(installation.id, (own = { installation, lines: [], chars: 0, lost: 0, sinceTrim: 0 }));
      const chars = message.length + 100;
      if (own.chars + chars > pendingChars || together + chars > pendingCharsTogether) {
        own.lost += 1;
        return;
      }
      own.chars += chars;
      together += chars;
      own.lines.push({ ...timeOrderedId(), installationId: installation.id, level, message: cleanText(message) });
      onWaiting();
    },

    event(installation, type, detail) {
      const now = Date.now();
      endMinutes(now);
      let minute = minutes.get(installation.id);
      if (!minute) minutes.set(installation.id, (minute = { ends: now + 60_000, events: 0, more: 0, type }));
      if (minute.events >= eventsPerMinute) {
        minute.more += 1;
        minute.type = type;
      } else {
        minute.events += 1;
        const short = Object.entries(detail).map(([name, text]) => [name, text.slice(0, detailChars)]);
        events.push({ ...timeOrderedId(), installationId: installation.id, type, detail: Object.fromEntries(short) });
      }
      onWaiting();
    },

    isEmpty: () =>
      events.length === 0 && restored.length === 0 && ![...pending.values()].some(({ lines }) => lines.length > 0),

    take(isHeld) {
      endMinutes(Date.now());
      const batch: HistoryBatch = { lines: restored, events: [], trim: [] };
      restored = [];
      batch.events = events.filter(({ installationId }) => !isHeld(installationId));
      events = events.filter(({ installationId }) => isHeld(installationId));
      for (const own of pending.values()) {
        if (isHeld(own.installation.id)) continue;
        together -= own.chars;
        if (own.lost > 0) {
          const message = `${own.lost} lines were dropped: they came faster than they could be kept.`;
          own.lines.push({ ...timeOrderedId(), installationId: own.installation.id, level: 'warn', message });
        }
        batch.lines.push(...own.lines);
        own.sinceTrim += own.lines.length;
        if (own.sinceTrim >= trimAfter) {
          batch.trim.push({ organisationId: own.installation.organisationId, id: own.installation.id });
          own.sinceTrim = 0;
        }
        Object.assign(own, { lines: [], chars: 0, lost: 0 });
      }
      return batch;
    },

    restore(batch) {
      restored = [...batch.lines, ...restored].slice(-keptLines);
      events = [...batch.events, ...events].slice(-keptLines);
    },

    forget(installationId) {
      together -= pending.get(installationId)?.chars ?? 0;
      pending.delete(installationId);
      events = events.filter((event) => event.installationId !== installationId);
      minutes.delete(installationId);
    },
  };
}

export async function writeHistory(tx: Tx, batch: HistoryBatch): Promise<void> {
  await insertLogLines(tx, batch.lines);
  await insertObserved(tx, batch.events);
  for (const { organisationId, id } of batch.trim) await trimLog(tx, { organisationId, id, keep: keptLines });
}
