import type { Tx } from '../../db/tenancy.ts';
import { recordAct } from '../audit/record-act.ts';
import type { InstallStep } from './install-request.ts';
import type { Decided, InstallationRow } from './queries.ts';
import { scanDetail } from './scans/keep-scan.ts';

type Install = {
  act: 'plugin.install' | 'plugin.upgrade';
  before?: InstallationRow;
  loaded: boolean;
  decisions: readonly Decided[];
};

/** For the trail: what was installed, in the place of what, with which permissions; and that somebody looked at findings. */
export async function recordInstall(
  tx: Tx,
  step: InstallStep,
  { act, before, loaded, decisions }: Install,
): Promise<void> {
  const { request, read, proof, verdict } = step;
  const { organisationId, actor, source, publisher, development = false } = request;
  const subject = { kind: 'plugin', id: read.manifest.id };
  const permissions = Object.fromEntries(decisions.map(({ permission, decision }) => [permission, decision]));
  await recordAct(tx, {
    organisationId,
    actor,
    act,
    subject,
    ...(request.byRule === undefined ? {} : { reason: request.byRule }),
    ...(before === undefined
      ? {}
      : {
          before: {
            version: before.version,
            digest: before.digest,
            permissions: Object.fromEntries(before.permissions.map((each) => [each.permission, each.decision])),
          },
        }),
    after: {
      version: read.manifest.version,
      digest: read.digest,
      source,
      publisher,
      signedBy: proof?.mark.publisher ?? null,
      development,
      loaded,
      permissions,
      ...scanDetail(step),
    },
  });
  if (verdict !== 'review') return;
  await recordAct(tx, {
    organisationId,
    actor,
    act: 'plugin.accept-review',
    subject,
    after: { version: read.manifest.version, digest: read.digest, ...scanDetail(step) },
  });
}
