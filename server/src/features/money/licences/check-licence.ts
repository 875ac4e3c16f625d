import type { Tx } from '../../../db/tenancy.ts';
import { releaseSource } from '../../releases/queries.ts';
import { findPrice } from '../prices/queries.ts';
import { noLicence, type Licences } from './licences-in-force.ts';
import { findLicence, type LicenceKey } from './queries.ts';

/**
 * Before a plugin of the marketplace is installed, or loaded: afterwards the host asks at every call. What was free when it
 * was installed was agreed to be free, and what is free now needs no licence.
 * @param installedAt when it was; null for one that is about to be
 * @throws Problem licence_missing, licence_ended, licence_stale, licence_invalid
 */
export async function refuseUnlicensed(
  tx: Tx,
  licences: Licences,
  { installedAt, ...key }: LicenceKey & { installedAt: Date | null },
): Promise<void> {
  if (key.source !== releaseSource) return;
  const price = await findPrice(tx, key);
  const agreed = price === undefined || installedAt === null ? price : await findPrice(tx, key, installedAt);
  if (price === undefined || price.kind === 'free' || agreed === undefined || agreed.kind === 'free') {
    licences.drop(key);
    return;
  }
  const row = await findLicence(tx, key);
  const judged = row === undefined ? noLicence : licences.judge(key, row.statement);
  licences.set(key, judged);
  const refusal = licences.refusalOf(key);
  if (refusal !== null) throw refusal;
}
