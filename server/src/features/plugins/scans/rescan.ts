import { Problem } from '@proofpix/contract/errors';
import { effectiveVerdict, isWorse, ruleSetVersion, type ScanResult, type ScanVerdict } from '@proofpix/contract/scan';
import { violations } from '@proofpix/contract/violations';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import type { JobIds, Queue } from '../../../queue.ts';
import { insertSecurityEvents } from '../../security/queries.ts';
import { timeOrderedId } from '../history/time-ordered-id.ts';
import type { PluginParts } from '../parts.ts';
import { enforcePolicyOn } from '../policy/enforce-policy.ts';
import { findById, type InstallationRow } from '../queries.ts';
import { lookUpDependencies } from './look-up-dependencies.ts';
import { findOutdated, findScan, renewScan, rulesInForce } from './queries.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';

type Parts = PluginParts;

/** After the start, whose first minute is busy enough: our own plugins of a first start were not scanned yet. */
const laterMilliseconds = 60_000;

export type Rescans = AsyncDisposable & {
  /** Finds what older rules judged, or none yet, and has it scanned in the background. Gives how many packages. */
  begin(): Promise<number>;
  /** The same, once people have been served. */
  beginLater(): void;
};

/** Takes up the work: one package at a time, and nothing is unloaded for what is found. */
export async function openRescans(parts: Parts, queue: Queue): Promise<Rescans> {
  await queue.work('package-scan', (ids) => rescan(parts, ids), { concurrency: 1 });
  let timer: NodeJS.Timeout | undefined;
  let beginning: Promise<unknown> = Promise.resolve();

  async function begin(): Promise<number> {
    const outdated = await asSystem(parts.db, 'rescan-packages', (tx) => findOutdated(tx, ruleSetVersion));
    for (const ids of outdated)
      await withOrganisation(parts.db, ids.organisationId, (tx) => queue.send(tx, 'package-scan', ids));
    return outdated.length;
  }

  return {
    begin,
    beginLater() {
      timer = setTimeout(() => {
        beginning = begin().catch((error: unknown) =>
          parts.log.error({ err: error }, 'packages could not be scanned again'),
        );
      }, laterMilliseconds);
      timer.unref();
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await beginning;
    },
  };
}

/** Scanned again already, updated or gone meanwhile: nothing is to be done. */
async function rescan(parts: Parts, { organisationId, id }: JobIds): Promise<void> {
  const { db, objects, intake } = parts;
  const row = await withOrganisation(db, organisationId, async (tx) => {
    const known = await findScan(tx, id);
    return known?.result?.ruleSet === ruleSetVersion ? undefined : findById(tx, id);
  });
  if (!row) return;
  const size = await objects.size(organisationId, row.archive_digest);
  if (size === undefined) return;
  const archive = await objects.read(organisationId, row.archive_digest, 0, size);
  const result = await intake.scan({ organisationId, archive, isUrgent: false }).then(
    async (scanned) => (await lookUpDependencies(parts, scanned)).scan,
    (error: unknown) => {
      // Others are before it: the queue tries it again.
      if (!(error instanceof Problem) || error.code === 'sandbox_busy' || error.code === 'shutting_down') throw error;
      return null;
    },
  );
  await keep(parts, row, result);
}

async function keep(parts: Parts, scanned: InstallationRow, result: ScanResult | null): Promise<void> {
  const { db, events, log } = parts;
  const { id, organisation_id: organisationId, digest } = scanned;
  const raised = await withOrganisation(db, organisationId, async (tx) => {
    const row = await findById(tx, id);
    if (row?.digest !== digest) return null;
    const before = (await findScan(tx, id))?.result ?? null;
    await renewScan(tx, { organisationId, id }, { digest, result });
    if (result === null) return null;
    const rules = await rulesInForce(tx, organisationId);
    const verdicts = { now: effectiveVerdict(result, rules), before: before && effectiveVerdict(before, rules) };
    // Of a package that nobody had looked at, everything is more than was known.
    if (!isWorse(verdicts.now, verdicts.before ?? 'pass')) return null;
    const event = eventOf(row, result, verdicts);
    await insertSecurityEvents(tx, [event]);
    await recordAct(tx, {
      organisationId,
      actor: systemActor('rescan'),
      act: 'plugin.scan-worse',
      subject: { kind: 'plugin', id: row.plugin_id },
      before: { verdict: verdicts.before },
      after: { verdict: verdicts.now, ruleSet: result.ruleSet, version: row.version, digest },
    });
    return event;
  });
  if (result === null)
    log.warn({ organisationId, pluginId: scanned.plugin_id }, 'a package could not be scanned again');
  // What is found does nothing by itself; what the organisation decided about verdicts does.
  await enforcePolicyOn(parts, { organisationId, id, pluginId: scanned.plugin_id });
  if (raised === null) return;
  const { type: violation, severity, title, pluginId: plugin } = raised;
  events.publish(organisationId, { type: 'security:event', plugin, violation, severity, title });
}

function eventOf(
  row: InstallationRow,
  { findings, ruleSet }: ScanResult,
  { now, before }: { now: ScanVerdict; before: ScanVerdict | null },
) {
  const type = 'scan_worse';
  const { severity, title } = violations[type];
  const [first] = findings;
  return {
    ...timeOrderedId(),
    organisationId: row.organisation_id,
    installationId: row.id,
    pluginId: row.plugin_id,
    version: row.version,
    digest: row.digest,
    type,
    severity,
    title,
    detail: `By the newer rules its verdict is "${now}"${before === null ? '' : `, and was "${before}"`}. It goes on as before: look at what was found, and decide.`,
    evidence: {
      ruleSet,
      verdict: now,
      before,
      findings: findings.length,
      ...(first === undefined ? {} : { rule: first.rule, file: first.file, line: first.line }),
    },
    count: 1,
  };
}
