import { Problem } from '@proofpix/contract/errors';
import { limitNames, type OrganisationLimits, type OrganisationLimitsReply } from '@proofpix/contract/receipts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { findLimits, saveLimits, type LimitsRow } from './queries.ts';
import { changedFields } from '../../audit/changed-fields.ts';
import { recordAct, userOf } from '../../audit/record-act.ts';

type Parts = Pick<PluginParts, 'db' | 'limits' | 'log'>;

export async function readLimits({ db, limits }: Parts, organisationId: string): Promise<OrganisationLimitsReply> {
  const row = await withOrganisation(db, organisationId, (tx) => findLimits(tx, organisationId));
  return show(row, limits.server);
}

/** Replaces the limits of an organisation. @throws Problem invalid_request for one over the server's own */
export async function setLimits(
  { db, limits, log }: Parts,
  { organisationId, actor, wanted }: { organisationId: string; actor: Actor; wanted: OrganisationLimits },
): Promise<OrganisationLimitsReply> {
  const over = limitNames.filter((name) => (wanted[name] ?? 0) > limits.server[name]);
  if (over.length > 0) {
    const fields = over.map((name) => ({
      field: `/limits/${name}`,
      message: `is over the ${limits.server[name]} that this server allows`,
    }));
    throw new Problem('invalid_request', undefined, fields);
  }
  return limits.inOrder(organisationId, async () => {
    const row = await withOrganisation(db, organisationId, async (tx) => {
      const before = await findLimits(tx, organisationId);
      const saved = await saveLimits(tx, { organisationId, limits: wanted, actor });
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'organisation.set-limits',
        subject: { kind: 'organisation', id: organisationId },
        ...changedFields({ ...before?.limits }, { ...saved.limits }),
      });
      return saved;
    });
    limits.set(organisationId, row.limits);
    log.info(
      { organisationId, actor: userOf(actor), limits: row.limits },
      'the limits of an organisation were changed',
    );
    return show(row, limits.server);
  });
}

function show(row: LimitsRow | null, server: PluginParts['limits']['server']): OrganisationLimitsReply {
  return { limits: row?.limits ?? {}, server: { ...server }, updatedAt: row?.updatedAt.toISOString() ?? null };
}
