import { sql } from 'kysely';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { TestServer } from '../../../../test/start-server.ts';

/** Makes so many finished runs without steps exhibits of a case, by SQL: uploading hundreds of photos takes a minute. */
export async function fillCase(server: TestServer, caseId: string, count: number): Promise<void> {
  const { organisationId } = server;
  await withOrganisation(server.db, organisationId, async (tx) => {
    await sql`
      with batch as (insert into batches (organisation_id) values (${organisationId}) returning id),
        photos as (
          insert into files (organisation_id, sha256, name, type, size)
          select ${organisationId}, repeat('ab', 32), 'photo ' || number || '.jpg', 'image/jpeg', 1000
          from generate_series(1, ${count}::int) as number returning id
        ),
        made as (
          insert into runs (organisation_id, batch_id, file_id, state, finished_at)
          select ${organisationId}, batch.id, photos.id, 'done', clock_timestamp() from batch, photos returning id
        ),
        numbered as (select id, row_number() over () as number from made),
        added as (
          insert into exhibits (organisation_id, case_id, run_id, number)
          select ${organisationId}, ${caseId}::uuid, id, number from numbered
        )
      update cases set last_number = ${count} where id = ${caseId}::uuid`.execute(tx);
  });
}
