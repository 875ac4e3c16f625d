import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { asSystem } from '../../../db/tenancy.ts';
import type { TestServer } from '../../../../test/start-server.ts';

type Plugin = { publisher: string; plugin: string };
type Server = Pick<TestServer, 'db'>;

/** Organisations of which nobody signs in here. */
export async function makeCustomers({ db }: Server, many: number): Promise<string[]> {
  return asSystem(db, 'create-organisation', async (tx) => {
    const names = Array.from({ length: many }, () => ({ name: `Customer ${randomUUID()}` }));
    return (await tx.insertInto('organisations').values(names).returning('id').execute()).map(({ id }) => id);
  });
}

/** As an install leaves it behind: the row, and what the trail says. */
export async function insertInstall(
  { db }: Server,
  organisationId: string,
  { publisher, plugin, version = '1.0.0', at = new Date() }: Plugin & { version?: string; at?: Date },
): Promise<string> {
  const manifest = JSON.stringify({ id: plugin, name: plugin, version, type: 'utility', category: 'other' });
  return asSystem(db, 'write-metrics', async (tx) => {
    const { rows } = await sql<{ id: string }>`
      insert into plugins (organisation_id, source, publisher, plugin_id, version, manifest, digest, archive_digest, size, installed_at)
      values (${organisationId}, 'marketplace', ${publisher}, ${plugin}, ${version}, ${manifest}::jsonb, ${'a'.repeat(64)}, ${'b'.repeat(64)}, 1, ${at})
      returning id`.execute(tx);
    await insertAct(tx, { organisationId, act: 'plugin.install', publisher, plugin, version, at });
    return rows[0]?.id ?? '';
  });
}

export async function insertUse(
  { db }: Server,
  organisationId: string,
  installationId: string,
  { day, calls, errors = 0, bucket = 100 }: { day: string; calls: number; errors?: number; bucket?: number },
): Promise<void> {
  await asSystem(db, 'write-metrics', (tx) =>
    sql`insert into plugin_metrics (organisation_id, installation_id, day, hook, calls, errors, latency)
      values (${organisationId}, ${installationId}, ${day}::date, 'file:process', ${calls}, ${errors},
        ${JSON.stringify({ [bucket]: calls })}::jsonb)`.execute(tx),
  );
}

type Act = Plugin & { organisationId: string; act: string; version: string; at: Date; before?: string };

export async function insertAct(
  tx: Parameters<Parameters<typeof asSystem>[2]>[0],
  { organisationId, act, publisher, plugin, version, at, before }: Act,
): Promise<void> {
  const after = JSON.stringify({ source: 'marketplace', publisher, version });
  await sql`insert into audit_acts (organisation_id, act, result, actor_kind, actor_id, subject_kind, subject_id, before, after, created_at)
    values (${organisationId}, ${act}, 'done', 'system', 'test', 'plugin', ${plugin},
      ${before === undefined ? null : JSON.stringify({ version: before })}::jsonb, ${after}::jsonb, ${at})`.execute(tx);
}

/** Numbers of days as they would lie there. */
export async function insertCounts(
  { db }: Server,
  { publisher, plugin }: Plugin,
  rows: readonly {
    day: string;
    measure: string;
    part: 'all' | 'country' | 'client' | 'version';
    value?: string;
    count: number;
  }[],
): Promise<void> {
  await asSystem(db, 'publisher-analytics', (tx) =>
    tx
      .insertInto('publisher_analytics')
      .values(rows.map((row) => ({ value: '', ...row, publisher, plugin_id: plugin })))
      .execute(),
  );
}

/** The day so many days from today, UTC. */
export function dayFromToday(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
