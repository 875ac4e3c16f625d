import type { PackageRules } from '@proofpix/contract/api/accounts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Actor, PluginParts } from '../parts.ts';
import { findRules, saveRules } from './queries.ts';
import { changedFields } from '../../audit/changed-fields.ts';
import { recordAct, userOf } from '../../audit/record-act.ts';

/** What holds where nobody decided: what is not signed is installed, and marked. */
const usual: PackageRules = { unsignedPackages: 'allow' };

export async function readRules({ db }: Pick<PluginParts, 'db'>, organisationId: string): Promise<PackageRules> {
  return (await withOrganisation(db, organisationId, (tx) => findRules(tx, organisationId))) ?? usual;
}

export async function setRules(
  { db, log }: Pick<PluginParts, 'db' | 'log'>,
  { organisationId, actor, rules }: { organisationId: string; actor: Actor; rules: PackageRules },
): Promise<PackageRules> {
  await withOrganisation(db, organisationId, async (tx) => {
    const before = (await findRules(tx, organisationId)) ?? usual;
    await saveRules(tx, { organisationId, rules, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'organisation.set-package-rules',
      subject: { kind: 'organisation', id: organisationId },
      ...changedFields({ ...before }, { ...rules }),
    });
  });
  log.info({ organisationId, actor: userOf(actor), rules }, 'the rules for packages of an organisation were changed');
  return rules;
}
