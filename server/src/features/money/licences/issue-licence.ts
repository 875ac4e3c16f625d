import { signLicence } from '@proofpix/signatures/licence';
import type { Tx } from '../../../db/tenancy.ts';
import type { MoneyParts } from '../parts.ts';
import { readSettings } from '../prices/queries.ts';
import { putLicence, type LicenceKey } from './queries.ts';

type Parts = Pick<MoneyParts, 'trust' | 'licences'>;
type Issue = { kind: 'trial' | 'paid'; until: Date | null; orderId: string | null; trialBeganAt?: Date };

/** Signs it with the key of this server, as of the latest moment that it has seen. */
export async function issueLicence(tx: Tx, { trust, licences }: Parts, key: LicenceKey, issue: Issue): Promise<void> {
  const { kind, until, orderId, trialBeganAt } = issue;
  const { licence_grace_days: days } = await readSettings(tx);
  const issued = licences.now();
  const statement = {
    organisation: key.organisationId,
    source: key.source,
    publisher: key.publisher,
    plugin: key.pluginId,
    kind,
    issued: new Date(issued).toISOString(),
    until: until?.toISOString() ?? null,
    renewBy: new Date(issued + days * 86_400_000).toISOString(),
  };
  const envelope = signLicence(statement, trust.signingKey);
  await putLicence(tx, statement, { envelope, orderId, ...(trialBeganAt === undefined ? {} : { trialBeganAt }) });
}
