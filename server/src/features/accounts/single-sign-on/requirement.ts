import type { Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Tx } from '../../../db/tenancy.ts';
import { isRequired } from './queries.ts';

/**
 * Whoever an organisation wants to come by its provider does not come by a password. Owners may: when the provider is
 * down or set up wrong, somebody must be able to mend it. @throws Problem single_sign_on_required
 */
export async function refuseRequired(tx: Tx, organisationId: string, role: Role): Promise<void> {
  if (role !== 'owner' && (await isRequired(tx, organisationId))) throw new Problem('single_sign_on_required');
}
