import type { Selectable } from 'kysely';
import type { Measurement } from '@proofpix/contract/api/trials';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';

export type MeasurementRow = Selectable<Tables['release_measurements']>;

export async function findMeasurement(tx: Tx, digest: string): Promise<MeasurementRow | undefined> {
  return tx.selectFrom('release_measurements').selectAll().where('digest', '=', digest).executeTakeFirst();
}

/** Its row once more in the state that waits; undefined where somebody asked since `before`, or it is measured. Only as system. */
export async function askMeasurement(tx: Tx, digest: string, before: Date): Promise<MeasurementRow | undefined> {
  return tx
    .insertInto('release_measurements')
    .values({ digest })
    .onConflict((conflict) =>
      conflict
        .column('digest')
        .doUpdateSet({ asked_at: new Date() })
        .where('release_measurements.state', '=', 'waiting')
        .where('release_measurements.asked_at', '<', before),
    )
    .returningAll()
    .executeTakeFirst();
}

export async function saveMeasurement(
  tx: Tx,
  digest: string,
  ended: { measurement: Measurement } | { reason: string },
): Promise<void> {
  const values =
    'measurement' in ended
      ? { state: 'measured' as const, measurement: jsonText(ended.measurement), reason: null }
      : { state: 'failed' as const, measurement: null, reason: ended.reason };
  await tx
    .updateTable('release_measurements')
    .set({ ...values, measured_at: new Date() })
    .where('digest', '=', digest)
    .where('state', '=', 'waiting')
    .execute();
}

/** Any release with this content: what is measured is the package, whoever released it. */
export async function findReleaseOf(tx: Tx, digest: string) {
  return tx.selectFrom('releases').selectAll().where('digest', '=', digest).limit(1).executeTakeFirst();
}
