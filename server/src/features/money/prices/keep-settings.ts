import type { MoneySettings } from '@proofpix/contract/api/money';
import { Problem } from '@proofpix/contract/errors';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { recordAct, type Actor } from '../../audit/record-act.ts';
import type { MoneyParts } from '../parts.ts';
import { listTaxes, readSettings, writeSettings } from './queries.ts';

export async function showSettings(tx: Tx): Promise<MoneySettings> {
  const row = await readSettings(tx);
  return {
    feeBasisPoints: row.fee_basis_points,
    refundDays: row.refund_days,
    licenceGraceDays: row.licence_grace_days,
    taxes: (await listTaxes(tx)).map(({ country, basis_points: basisPoints }) => ({ country, basisPoints })),
  };
}

/** @throws Problem invalid_request */
export async function setSettings(
  { db }: Pick<MoneyParts, 'db'>,
  settings: MoneySettings,
  actor: Actor,
): Promise<MoneySettings> {
  const { feeBasisPoints, refundDays, licenceGraceDays, taxes } = settings;
  if (new Set(taxes.map(({ country }) => country)).size < taxes.length)
    throw new Problem('invalid_request', undefined, [{ field: '/taxes', message: 'names a country twice' }]);
  return asSystem(db, 'money', async (tx) => {
    const before = await showSettings(tx);
    await writeSettings(
      tx,
      { fee_basis_points: feeBasisPoints, refund_days: refundDays, licence_grace_days: licenceGraceDays },
      taxes.map(({ country, basisPoints }) => ({ country, basis_points: basisPoints })),
    );
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: 'money.set',
      subject: { kind: 'server', id: 'money' },
      before,
      after: settings,
    });
    return showSettings(tx);
  });
}
