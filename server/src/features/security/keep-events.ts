import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { violations } from '@proofpix/contract/violations';
import type { Installation, SecurityEvent, SecurityPort, Violation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import type { Events } from '../../events.ts';
import type { Log } from '../../log.ts';
import { createDelivery } from './deliver-events.ts';
import { addRepeats, findPosition, insertSecurityEvents, listNewest } from './queries.ts';
import { createSecurityRecord, type Happened, type SecurityBatch, type SecurityRecord } from './record-events.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export type SecurityEvents = Pick<SecurityRecord, 'isEmpty' | 'take' | 'restore'> & {
  port: SecurityPort;
  violation(installation: Installation, violation: Violation): void;
};

export type SecurityOutside = {
  db: Database;
  log: Log;
  events: Events;
  /** The host that is told of events, once there is one. */
  host: () => Host | null;
  /** Writes what waits, soon; `now`: as soon as possible. */
  writeLater: (when: 'later' | 'now') => void;
  flush: () => Promise<void>;
};

/**
 * Security events from where they happen to where they are seen: the database, those who watch, the plugins that
 * listen. They are written together with others a moment later, critical ones at once.
 */
export function createSecurityEvents(outside: SecurityOutside): SecurityEvents {
  const { db, log, events } = outside;
  const record = createSecurityRecord();
  const deliver = createDelivery(log);
  const reports = new Map<string, { ends: number; count: number }>();

  function happen(installation: Installation, happened: Happened): void {
    const { event, repeated } = record.add(installation, happened);
    outside.writeLater(happened.severity === 'critical' ? 'now' : 'later');
    // Whoever repeats itself is heard once a minute.
    if (repeated) return;
    const { type: violation, severity, title, pluginId: plugin } = event;
    events.publish(installation.organisationId, { type: 'security:event', plugin, violation, severity, title });
    const host = outside.host();
    if (host !== null) deliver(host, installation, event);
  }

  /** @throws Problem host_call_limit */
  function countReport({ id }: Installation): void {
    const now = Date.now();
    for (const [other, { ends }] of reports) if (ends <= now) reports.delete(other);
    const minute = reports.get(id) ?? { ends: now + 60_000, count: 0 };
    if (minute.count >= limits.securityReportsPerMinute) {
      const detail = `At most ${limits.securityReportsPerMinute} security events can be reported in a minute.`;
      throw new Problem('host_call_limit', detail);
    }
    minute.count += 1;
    reports.set(id, minute);
  }

  return {
    violation(installation, { type, detail, evidence }) {
      const { severity, title } = violations[type];
      happen(installation, { type, severity, title, detail, evidence });
    },

    port: {
      async report(installation, { severity, title, detail = '', evidence = {} }) {
        if (Buffer.byteLength(JSON.stringify(evidence)) > limits.violationEvidenceBytes) {
          const most = `The evidence must be at most ${limits.violationEvidenceBytes / 1024} kB.`;
          throw new Problem('host_call_invalid', most);
        }
        countReport(installation);
        happen(installation, { type: 'reported', severity, title, detail, evidence });
        // What was taken is on disk, as everything is that somebody was told is done.
        await outside.flush();
      },

      async events({ organisationId }, { limit, before }) {
        await outside.flush();
        return withOrganisation(db, organisationId, async (tx) => {
          const after = before === undefined ? null : await positionOf(tx, organisationId, before);
          const rows = await listNewest(tx, { organisationId, after, limit });
          return rows.map((row): SecurityEvent => ({
            id: row.id,
            type: row.type,
            severity: row.severity,
            title: row.title,
            detail: row.detail,
            plugin: row.plugin_id,
            version: row.version,
            at: row.created_at.toISOString(),
          }));
        });
      },
    },

    isEmpty: record.isEmpty,
    restore: record.restore,
    take(isHeld) {
      const lost = record.takeLost();
      if (lost > 0) log.warn({ lost }, 'security events were dropped: they came faster than they could be kept');
      return record.take(isHeld);
    },
  };
}

export async function writeSecurityEvents(tx: Tx, batch: SecurityBatch): Promise<void> {
  await insertSecurityEvents(tx, batch.events);
  await addRepeats(tx, batch.repeats);
}

/** An event of another organisation is no event: whether it exists cannot be found out. @throws Problem */
async function positionOf(tx: Tx, organisationId: string, id: string) {
  const found = uuid.test(id) ? await findPosition(tx, organisationId, id) : null;
  if (found === null) throw new Problem('host_call_invalid', '`before` is not the id of an event.');
  return found;
}
