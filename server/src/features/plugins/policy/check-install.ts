import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanVerdict } from '@proofpix/contract/scan';
import type { SignatureMark } from '@proofpix/contract/trust';
import type { Tx } from '../../../db/tenancy.ts';
import { policyInForce, refuseDenied } from '../../policies/policies-in-force.ts';
import type { InstallationRow } from '../queries.ts';
import { refusePinned } from '../updates/pins.ts';
import { publishersOf } from './policy-subject.ts';

export type Coming = {
  organisationId: string;
  source: string;
  publisher: string;
  mark: Pick<SignatureMark, 'publisher'> | null;
  manifest: Manifest;
  verdict: ScanVerdict | null;
  /** It is to run. */
  loads: boolean;
};

/**
 * Before anything is stored; whoever writes the rows asks the policy again.
 * @throws Problem policy_denied, plugins_stopped, version_pinned
 */
export async function checkInstall(tx: Tx, coming: Coming, before: InstallationRow | undefined): Promise<void> {
  const { organisationId, mark, manifest, verdict, loads } = coming;
  const { id: plugin, version } = manifest;
  const subject = { plugin, version, publishers: publishersOf(coming, mark), verdict };
  refuseDenied(await policyInForce(tx, organisationId), subject, { loads });
  if (before) await refusePinned(tx, before.id, version);
}
