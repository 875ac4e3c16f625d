import { Problem } from '@proofpix/contract/errors';
import { isFollowedSource } from '@proofpix/contract/plugin-source';
import type { KillEntry } from '@proofpix/contract/trust';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import { killSentence } from '@proofpix/signatures/kill-list';
import type { Package } from '@proofpix/scanner/package';
import { noteKilled } from '../../takedowns/note-takedown.ts';
import { suspectOf, type Proof } from '../../trust/prove-package.ts';
import { insertEvents } from '../history/queries.ts';
import type { InstallRequest } from '../install-request.ts';
import { factsOf } from '../installations.ts';
import type { PluginParts } from '../parts.ts';
import { findById, type InstallationRow } from '../queries.ts';
import { tellChanged } from '../tell-changed.ts';
import { findSuspects, setKilled, type Named } from './queries.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';

type Parts = Pick<PluginParts, 'db' | 'trust' | 'host' | 'installations' | 'capabilities' | 'events' | 'log'>;

/** At a time: each waits mostly for its process to be gone. */
const atOnce = 16;

/** What the kill list says of an installation now, or null. */
export function sentenceOn(trust: Parts['trust'], row: InstallationRow): string | null {
  const { plugin_id: id, version, digest, signature } = row;
  const entry = trust.killedBy(suspectOf({ id, version, digest }, row, signature));
  return entry === null ? null : killSentence(entry);
}

/** @throws Problem package_killed while an entry names it */
export function refuseKilledRow(trust: Parts['trust'], row: InstallationRow): void {
  const sentence = sentenceOn(trust, row);
  if (sentence !== null) throw new Problem('package_killed', sentence);
}

/**
 * An entry may have come while the package was installed, and looked before there was anything to find.
 * @throws Problem package_killed
 */
export async function endIfKilled(
  parts: Parts,
  request: Pick<InstallRequest, 'source' | 'publisher'>,
  { manifest, digest }: Package,
  proof: Proof | null,
): Promise<void> {
  const subject = { id: manifest.id, version: manifest.version, digest };
  const entry = parts.trust.killedBy(suspectOf(subject, request, proof?.mark ?? null));
  if (entry === null) return;
  await enforceKillList(parts);
  throw new Problem('package_killed', killSentence(entry));
}

/**
 * Brings every installation of every organisation in line with the kill list: what an entry names ends at once and is
 * marked with the reason, what none names any more is unmarked, and stays unloaded until somebody loads it.
 * @throws Error where some could not be written: those that are named have ended all the same
 */
export async function enforceKillList(parts: Parts): Promise<void> {
  const suspects = await asSystem(parts.db, 'trust', (tx) => findSuspects(tx, namedBy(parts.trust.kills())));
  const waiting = [...suspects];
  let failed = 0;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { id, organisation_id: organisationId, plugin_id: pluginId } = next;
      await enforceOn(parts, { id, organisationId, pluginId }).catch((error: unknown) => {
        failed += 1;
        parts.log.error({ err: error, plugin: pluginId }, 'the kill list could not be enforced on a plugin');
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failed > 0) throw new Error(`The kill list could not be enforced on ${failed} plugins.`);
}

/** The same for one: right after an install too, since an entry may have come while it was written. */
export async function enforceOn(
  parts: Parts,
  { id, organisationId, pluginId }: { id: string; organisationId: string; pluginId: string },
): Promise<void> {
  const { db, trust, host, installations } = parts;
  const find = () => withOrganisation(db, organisationId, (tx) => findById(tx, id));
  const seen = await find();
  const sentence = seen ? sentenceOn(trust, seen) : null;
  // Before its turn comes: whatever is under way with it may take longer than it has.
  if (seen && sentence !== null) void host.end(seen, new Problem('package_killed', sentence));
  await installations.locked(organisationId, pluginId, async () => {
    const row = await find();
    if (row) await settle(parts, row);
  });
}

async function settle(parts: Parts, row: InstallationRow): Promise<void> {
  const { db, trust, host, installations, capabilities, log } = parts;
  const { id, organisation_id: organisationId, plugin_id: pluginId, version, digest } = row;
  const sentence = sentenceOn(trust, row);
  if (sentence !== null) {
    const installation = installations.known(id) ?? installations.create(factsOf(row));
    await host.end(row, new Problem('package_killed', sentence));
    installations.drop(id);
    if (row.killed === null) {
      log.error(
        { organisationId, plugin: pluginId, version, digest, reason: sentence },
        'a plugin was ended: kill list',
      );
      const whose = isFollowedSource(row.source)
        ? 'The operator of this server or its marketplace'
        : 'The operator of this server';
      const detail = `${whose} put it on the kill list: ${sentence}`;
      capabilities.violation(installation, { type: 'package_killed', detail, evidence: { digest, version } });
    }
    // What it used is read a last time.
    await capabilities.flush(id).catch(() => {}); // in the log, and tried again
  }
  if (row.killed === sentence) return;
  // A quarantine is an admin's to lift, whatever the kill list says.
  const locked = row.state === 'quarantined';
  const state = locked ? 'quarantined' : sentence === null ? 'unloaded' : 'failed';
  const reason = locked ? row.state_reason : sentence === null ? null : `On the kill list: ${sentence}`;
  await withOrganisation(db, organisationId, async (tx) => {
    await setKilled(tx, { id, killed: sentence, state, reason });
    const { publisher } = row;
    if (sentence !== null) await noteKilled(tx, { id, organisationId, publisher, pluginId, version }, sentence);
    const type = sentence === null ? 'plugin:kill-lifted' : 'plugin:killed';
    const detail = { version, digest, reason: sentence ?? row.killed };
    const actor = systemActor('kill-list');
    await insertEvents(tx, [{ organisationId, id, type, detail, actor }]);
    await recordAct(tx, {
      organisationId,
      actor,
      act: sentence === null ? 'plugin.kill-lifted' : 'plugin.kill',
      subject: { kind: 'plugin', id: pluginId },
      ...(sentence === null ? {} : { reason: sentence }),
      before: { state: row.state },
      after: { state, version, digest },
    });
  });
  tellChanged(parts, { organisationId, pluginId }, 'state');
}

/** Everything that some entry could be about. */
function namedBy(entries: readonly Pick<KillEntry, 'kind' | 'value'>[]): Named {
  const of = (kind: KillEntry['kind']) => entries.filter((entry) => entry.kind === kind).map(({ value }) => value);
  const pluginIds = [...of('plugin'), ...of('version')].map((value) => value.replace(/^.*\//, '').replace(/@.*$/, ''));
  return { digests: of('digest'), plugins: pluginIds, publishers: of('publisher'), keyIds: of('key') };
}
