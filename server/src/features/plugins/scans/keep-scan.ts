import type { Json } from '@proofpix/contract/json';
import type { Tx } from '../../../db/tenancy.ts';
import type { InstallStep } from '../install-request.ts';
import { saveComponents } from '../../dependencies/queries.ts';
import { replaceScan } from './queries.ts';
import { userOf } from '../../audit/record-act.ts';

/** In the transaction that writes the rest of the package. */
export async function keepScan(
  tx: Tx,
  owner: { organisationId: string; id: string },
  { usable, verdict, read, request }: InstallStep,
): Promise<void> {
  const isAccepted = verdict === 'review';
  await replaceScan(
    tx,
    owner,
    usable.scan && {
      digest: read.digest,
      result: usable.scan,
      acceptedBy: isAccepted ? userOf(request.actor) : null,
      acceptedAt: isAccepted ? new Date() : null,
    },
  );
  const { components } = usable;
  // When they are looked up for the record, and who is told, is the audit's.
  if (components !== null)
    await saveComponents(tx, {
      organisationId: owner.organisationId,
      installationId: owner.id,
      digest: read.digest,
      components,
      audit: null,
      auditedAt: null,
    });
}

/** For the trail: its row says who did it. `accepted`: it asked for a review, and whoever installed it said that they looked. */
export function scanDetail({ usable: { scan }, verdict }: InstallStep): { readonly [key: string]: Json } {
  if (scan === null || verdict === null) return {};
  const findings = scan.findings.length + scan.more;
  return { scan: { ruleSet: scan.ruleSet, verdict, findings, accepted: verdict === 'review' } };
}
