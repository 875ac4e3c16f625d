import type { Controller } from '@proofpix/contract/privacy';
import type { RetentionDays } from '@proofpix/contract/retention';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';

export type Settings = { retention: RetentionDays; deletePhotos: boolean; controller: Controller };

export async function findSettings(tx: Tx, organisationId: string): Promise<Settings> {
  const row = await tx
    .selectFrom('privacy_settings')
    .select(['retention', 'delete_photos', 'controller'])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirst();
  return {
    retention: row?.retention ?? {},
    deletePhotos: row?.delete_photos ?? false,
    controller: row?.controller ?? {},
  };
}

export async function saveSettings(
  tx: Tx,
  { organisationId, userId, settings }: { organisationId: string; userId: string; settings: Settings },
): Promise<void> {
  const values = {
    retention: jsonText(settings.retention),
    delete_photos: settings.deletePhotos,
    controller: jsonText(settings.controller),
    updated_by: userId,
  };
  await tx
    .insertInto('privacy_settings')
    .values({ organisation_id: organisationId, ...values })
    .onConflict((conflict) => conflict.column('organisation_id').doUpdateSet(values))
    .execute();
}
