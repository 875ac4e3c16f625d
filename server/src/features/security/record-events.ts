import { createHash } from 'node:crypto';
import { limits } from '@proofpix/contract/limits';
import type { Json } from '@proofpix/contract/json';
import type { ViolationSeverity } from '@proofpix/contract/violations';
import type { Installation } from '@proofpix/host/capabilities';
import { cleanText } from '@proofpix/host/clean-text';
import { timeOrderedId } from '../plugins/history/time-ordered-id.ts';
import type { NewSecurityEvent, Repeat } from './queries.ts';

/** New rows of one installation in a minute; beyond, what happens is added to the count of the newest of its type. */
const rowsPerMinute = 30;
/** The same for critical ones, which a runner that an attacker owns could make up. */
const criticalPerMinute = 200;
/** Rows of one organisation that wait for the database, so that one with hostile plugins cannot fill the memory. */
const waitingRows = 500;
const titleChars = 200;
const detailChars = 2_000;

export type Happened = {
  type: string;
  severity: ViolationSeverity;
  title: string;
  detail: string;
  evidence: { readonly [name: string]: Json };
};

/** `repeated`: added to the count of one that is there, or will be in a moment. */
export type Recorded = { event: NewSecurityEvent; repeated: boolean };

export type SecurityBatch = { events: NewSecurityEvent[]; repeats: Repeat[] };

/** What happened since the last write, in memory: repeats and floods are counted, critical events are never dropped. */
export type SecurityRecord = {
  add(installation: Installation, happened: Happened): Recorded;
  isEmpty(): boolean;
  /** Takes what waits, but for installations whose rows are still to come; `restore` puts it back. */
  take(isHeld: (installationId: string) => boolean): SecurityBatch;
  restore(batch: SecurityBatch): void;
  /** How many were dropped since the last time: an organisation had too many waiting, and none to count them in. */
  takeLost(): number;
};

type Minute = {
  ends: number;
  rows: number;
  critical: number;
  byText: Map<string, string>;
  byType: Map<string, string>;
};

export function createSecurityRecord(now: () => number = Date.now): SecurityRecord {
  const minutes = new Map<string, Minute>();
  let waiting = new Map<string, NewSecurityEvent>();
  let repeats = new Map<string, Repeat>();
  const waitingOf = new Map<string, number>();
  let lost = 0;

  function minuteOf(installationId: string): Minute {
    const at = now();
    let minute = minutes.get(installationId);
    if (minute === undefined || minute.ends <= at) {
      minute = { ends: at + 60_000, rows: 0, critical: 0, byText: new Map(), byType: new Map() };
      minutes.set(installationId, minute);
    }
    return minute;
  }

  function keep(event: NewSecurityEvent): void {
    waiting.set(event.id, event);
    waitingOf.set(event.organisationId, (waitingOf.get(event.organisationId) ?? 0) + 1);
  }

  function repeat(id: string, event: NewSecurityEvent): void {
    const row = waiting.get(id);
    if (row !== undefined) {
      row.count += 1;
      return;
    }
    const again = repeats.get(id) ?? { id, installationId: event.installationId, count: 0 };
    again.count += 1;
    repeats.set(id, again);
  }

  return {
    add(installation, happened) {
      const event = eventOf(installation, happened);
      const minute = minuteOf(installation.id);
      const text = digestOf([event.type, event.severity, event.title, event.detail]);
      const same = minute.byText.get(text);
      if (same !== undefined) {
        repeat(same, event);
        return { event, repeated: true };
      }
      const critical = event.severity === 'critical';
      const full =
        (waitingOf.get(event.organisationId) ?? 0) >= waitingRows * (critical ? 2 : 1) ||
        (critical ? minute.critical >= criticalPerMinute : minute.rows >= rowsPerMinute);
      const type = `${event.severity} ${event.type}`;
      const newest = minute.byType.get(type);
      if (full && newest !== undefined) {
        repeat(newest, event);
        return { event, repeated: true };
      }
      if (full && !critical && (waitingOf.get(event.organisationId) ?? 0) >= waitingRows) {
        lost += 1;
        return { event, repeated: true };
      }
      if (critical) minute.critical += 1;
      else minute.rows += 1;
      minute.byText.set(text, event.id);
      minute.byType.set(type, event.id);
      keep(event);
      return { event, repeated: false };
    },

    isEmpty: () => waiting.size === 0 && repeats.size === 0,

    take(isHeld) {
      const at = now();
      for (const [id, { ends }] of minutes) if (ends <= at) minutes.delete(id);
      const batch: SecurityBatch = { events: [], repeats: [] };
      const held = new Map<string, NewSecurityEvent>();
      waitingOf.clear();
      const before = waiting;
      waiting = held;
      for (const event of before.values()) {
        if (isHeld(event.installationId)) keep(event);
        else batch.events.push(event);
      }
      batch.repeats = [...repeats.values()];
      repeats = new Map();
      return batch;
    },

    restore({ events, repeats: counted }) {
      const since = [...waiting.values()];
      waiting = new Map();
      waitingOf.clear();
      for (const event of [...events, ...since]) keep(event);
      for (const { id, installationId, count } of counted) {
        const again = repeats.get(id) ?? { id, installationId, count: 0 };
        repeats.set(id, { ...again, count: again.count + count });
      }
    },

    takeLost() {
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

function eventOf(installation: Installation, happened: Happened): NewSecurityEvent {
  return {
    ...timeOrderedId(),
    organisationId: installation.organisationId,
    installationId: installation.id,
    pluginId: installation.pluginId,
    version: installation.version,
    digest: installation.digest,
    type: happened.type,
    severity: happened.severity,
    title: shorten(happened.title, titleChars),
    detail: shorten(happened.detail, detailChars),
    evidence: fitEvidence(happened.evidence),
    count: 1,
  };
}

/** Counted as the database counts: a pair of surrogates is one character there, so this is never too long for it. */
function shorten(text: string, chars: number): string {
  return cleanText(text.slice(0, chars));
}

/** What of the evidence fits, in its order; the rest is left out and that is said. Its depth was limited when it was parsed. */
export function fitEvidence(evidence: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  const most = limits.violationEvidenceBytes;
  const fitting: [string, Json][] = [];
  const room = most - Buffer.byteLength('{"leftOut":true}');
  let bytes = 2;
  let leftOut = false;
  for (const [name, value] of Object.entries(evidence)) {
    const size = Buffer.byteLength(JSON.stringify({ [name]: value }));
    if (bytes + size > room) leftOut = true;
    else {
      bytes += size;
      fitting.push([name, value]);
    }
  }
  return Object.fromEntries(leftOut ? [...fitting, ['leftOut', true] as const] : fitting);
}

function digestOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64').slice(0, 22);
}
