import { auditComponents } from '@proofpix/scanner/advisories/audit-components';
import type { ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import { insertSecurityEvents } from '../security/queries.ts';
import { alarmsOf, eventsOf } from './alerts.ts';
import type { DependencyParts } from './parts.ts';
import { addAdvisories, saveComponents, type Subject } from './queries.ts';

/** Of one plugin, over all that its source does. */
const deadline = 2 * 60_000;

/**
 * Looks up what is known against the dependencies of one installation, keeps it, and raises a security event for what was
 * not told before: each advisory once for an installation, in the transaction that remembers it.
 * @param at when the audit of the organisation was begun: what was looked at since is done
 */
export async function auditInstallation(
  parts: DependencyParts,
  subject: Subject,
  { at, signal }: { at: Date; signal: AbortSignal },
): Promise<void> {
  const { db, source, events } = parts;
  const { id: installationId, organisationId, digest, pluginId } = subject;
  const components = await componentsOf(parts, subject);
  signal.throwIfAborted();
  const unread = { components: [], gaps: [{ file: '', message: 'The stored package could not be read.' }] };
  const given = AbortSignal.any([signal, AbortSignal.timeout(deadline)]);
  const audit = await auditComponents(components ?? unread, source, given);
  signal.throwIfAborted();
  const happened = await withOrganisation(db, organisationId, async (tx) => {
    const known = { organisationId, installationId, digest, components, audit, auditedAt: at };
    if (!(await saveComponents(tx, known))) return [];
    const alarms = alarmsOf(audit);
    const found = alarms.map(({ advisory, component }) => ({ advisory: advisory.id, component }));
    const added = await addAdvisories(tx, { organisationId, installationId }, found);
    const isNew = new Set(added.map(({ advisory, component }) => `${advisory}\n${component}`));
    const fresh = alarms.filter(({ advisory, component }) => isNew.has(`${advisory.id}\n${component}`));
    const rows = eventsOf(subject, fresh, audit.source ?? '');
    await insertSecurityEvents(tx, rows);
    return rows;
  });
  for (const { type: violation, severity, title } of happened)
    events.publish(organisationId, { type: 'security:event', plugin: pluginId, violation, severity, title });
}

/** One that fails is not tried again before its day, so that it keeps no other waiting. */
export async function noteFailure({ db }: Pick<DependencyParts, 'db'>, subject: Subject, at: Date): Promise<void> {
  const { id: installationId, organisationId, digest } = subject;
  const reason = 'The audit failed; the log of the server says why.';
  const audit: DependencyAudit = { state: 'unknown', reason, source: null, components: [] };
  const known = { organisationId, installationId, digest, components: null, audit, auditedAt: at };
  await withOrganisation(db, organisationId, (tx) => saveComponents(tx, known));
}

/**
 * Known since the package was scanned; for our own of a first start, which nobody has scanned yet, read once. `null` where
 * it cannot be read. @throws Problem sandbox_busy
 */
export async function componentsOf(
  { objects, intake }: Pick<DependencyParts, 'objects' | 'intake'>,
  { organisationId, archiveDigest, digest, knownDigest, components }: Subject,
): Promise<ComponentList | null> {
  if (knownDigest === digest && components !== null) return components;
  const size = await objects.size(organisationId, archiveDigest);
  if (size === undefined) return null;
  const archive = await objects.read(organisationId, archiveDigest, 0, size);
  const read = await intake.scan({ organisationId, archive, isUrgent: false }).catch((error: unknown) => {
    // What cannot be read today is a gap. That others are before it is not.
    if (error instanceof Problem && error.code !== 'sandbox_busy' && error.code !== 'shutting_down') return null;
    throw error;
  });
  // The store is outside of the database: what was changed there is not what is installed.
  return read?.package.digest === digest ? read.components : null;
}
