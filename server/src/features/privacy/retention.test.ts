import { createPublicKey, verify as verifySignature } from 'node:crypto';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../db/tenancy.ts';
import { openKeys } from '../../keys.ts';
import { createEvidenceSigner } from '../plugins/evidence/sign-evidence.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { install } from '../plugins/test/test-plugins.ts';
import { emptyOutbox } from './erasure/outbox.ts';
import { cutTrailBefore, retentionText } from './retention/run-retention.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const nothing = { retention: {}, deletePhotos: false, controller: {} };
const byHand = (statement: ReturnType<typeof sql>) => asSystem(server.db, 'retention', (tx) => statement.execute(tx));
const verify = (owner: TestMember) => owner.call(routes.audit.verify, { body: {} });
const runNow = (owner: TestMember) => owner.call(routes.privacy.runRetention);
const set = (owner: TestMember, retention: Record<string, number>) =>
  owner.call(routes.privacy.change, { body: { ...nothing, retention } });

async function makeRun(owner: TestMember): Promise<string> {
  const { runs } = await owner.call(routes.runs.sample);
  const id = runs[0]?.id ?? '';
  await expect
    .poll(async () => (await owner.call(routes.runs.get, { params: { id } })).state, { timeout: 60_000 })
    .toBe('done');
  return id;
}

const age = (table: string, owner: TestMember, days: number) =>
  byHand(
    sql`update ${sql.table(table)} set created_at = created_at - make_interval(days => ${days}) where organisation_id = ${owner.organisationId}::uuid`,
  );

describe('what is older than an organisation keeps it', () => {
  test(
    'goes with its bytes when the job of the day comes, as the preview said, and a signed row proves it',
    { timeout: 90_000 },
    async () => {
      const { owner } = await server.createOrganisation();
      const other = await server.createOrganisation();
      await install(owner, { manifest: { id: 'logger' } });
      const [old, held, theirs] = [await makeRun(owner), await makeRun(owner), await makeRun(other.owner)];
      await owner.call(routes.cases.create, { body: { title: 'Still open', runIds: [held] } });
      for (const table of ['runs', 'plugin_events']) await age(table, owner, 20);
      await age('runs', other.owner, 20);
      const young = await makeRun(owner);

      // Nothing is said yet: everything stays.
      expect((await runNow(owner)).deleted.filter(({ deleted }) => deleted > 0)).toEqual([]);
      const retention = { runs: 10, 'plugin-logs': 10 };
      const { items } = await owner.call(routes.privacy.preview, { body: { ...nothing, retention } });
      const told = new Map(items.map(({ kind, deleted }) => [kind, deleted]));
      expect(told.get('runs')).toBe(1);
      expect(told.get('plugin-logs')).toBeGreaterThan(0);
      await set(owner, retention);
      const run = await runNow(owner);
      expect(run.deleted.find(({ kind }) => kind === 'runs')).toMatchObject({ deleted: 1 });
      expect(run.deleted.find(({ kind }) => kind === 'plugin-logs')?.deleted).toBe(told.get('plugin-logs'));
      expect(await owner.call(routes.runs.get, { params: { id: old } }).catch(codeOf)).toBe('run_not_found');
      for (const id of [held, young]) expect((await owner.call(routes.runs.get, { params: { id } })).id).toBe(id);
      expect((await other.owner.call(routes.runs.get, { params: { id: theirs } })).id).toBe(theirs);

      const { items: runs } = await owner.call(routes.privacy.retentionRuns);
      expect(runs[0]).toEqual(run);
      const text = retentionText({ organisationId: owner.organisationId, at: new Date(run.at), deleted: run.deleted });
      const key = createPublicKey({ key: Buffer.from(run.publicKey, 'base64'), format: 'der', type: 'spki' });
      const fits = (statement: string) =>
        verifySignature(null, Buffer.from(statement), key, Buffer.from(run.signature, 'base64'));
      expect([fits(text), fits(text.replace('"deleted":1', '"deleted":0'))]).toEqual([true, false]);
      expect((await owner.call(routes.organisations.evidenceKey)).publicKey).toBe(run.publicKey);
      const acts = await owner.call(routes.audit.list, { query: { act: 'retention.run' } });
      expect(acts.items[0]?.after).toMatchObject({ run: run.id });
    },
  );

  test('is cut off the audit trail at a signed head, and the rest verifies; a cut that nobody signed does not', async () => {
    const { owner } = await server.createOrganisation();
    for (const days of [40, 50]) await set(owner, { metrics: days });
    expect((await verify(owner)).cut).toBeNull();
    const { head } = await owner.call(routes.audit.head);
    const upTo = head?.position ?? 0;
    await set(owner, { audit: 90 });
    await verify(owner);
    // As if a hundred days had passed: what was sealed cannot be made older, so the clock of the job is ahead.
    const keys = await openKeys({ keyFile: join(server.dataDir, 'keys', 'master.key') });
    const parts = { db: server.db, signer: createEvidenceSigner({ db: server.db, keys }) };
    const { organisationId } = owner;
    const later = new Date(Date.now() + 100 * 86_400_000);
    const cut = () => cutTrailBefore(parts, organisationId, new Date(later.getTime() - 90 * 86_400_000));
    expect(await cut()).toBeGreaterThanOrEqual(upTo);
    expect(await cut()).toBe(0);
    const verdict = await verify(owner);
    expect(verdict).toMatchObject({ intact: true, fault: null });
    expect(verdict.cut?.position).toBeGreaterThanOrEqual(upTo);
    const again = await verify(owner);
    expect(again.checked).toBeGreaterThan(0);
    // The export begins with the cut, and is checked as the whole is.
    const lines = (await (await owner.fetch('/api/audit/export?format=jsonl')).text()).trim().split('\n');
    expect(JSON.parse(lines[1] ?? '{}')).toMatchObject({ type: 'cut', position: verdict.cut?.position });
    // Somebody with the database moves the cut to hide what came after it.
    await byHand(
      sql`delete from audit_acts where organisation_id = ${organisationId}::uuid and position <= ${(verdict.cut?.position ?? 0) + 1}`,
    );
    expect((await verify(owner)).fault?.kind).toBe('removed');
    await byHand(sql`update audit_cuts set position = position + 1, hash = (
      select previous from audit_acts where organisation_id = ${organisationId}::uuid order by position limit 1)
      where organisation_id = ${organisationId}::uuid`);
    expect((await verify(owner)).fault?.kind).toBe('cut');
  });

  test('is bounded: nobody keeps the audit trail for less than 90 days, and an unknown kind is refused', async () => {
    const { owner } = await server.createOrganisation();
    const wrong: Record<string, number>[] = [
      { audit: 89 },
      { audit: 4_000 },
      { runs: 0 },
      { runs: 1.5 },
      { mails: 1 },
      { everything: 1 },
    ];
    for (const retention of wrong) {
      const refused = await set(owner, retention).catch(codeOf);
      expect(refused, JSON.stringify(retention)).toBe('invalid_request');
    }
    expect((await owner.call(routes.privacy.settings)).retention).toEqual({});
  });
});

test('mails that lie in the outbox for too long are deleted, and no newer ones', async () => {
  const folder = join(server.dataDir, 'outbox-of-a-test');
  await mkdir(folder);
  for (const name of ['old.eml', 'new.eml']) await writeFile(join(folder, name), 'To: somebody');
  const long = new Date(Date.now() - 40 * 86_400_000);
  await utimes(join(folder, 'old.eml'), long, long);
  expect(await emptyOutbox(folder, new Date(Date.now() - 30 * 86_400_000))).toBe(1);
  expect(await readdir(folder)).toEqual(['new.eml']);
  expect(await emptyOutbox(join(folder, 'there is none'), new Date())).toBe(0);
});

test('who manages privacy and who only reads it', async () => {
  const organisation = await server.createOrganisation();
  const [auditor, developer, admin] = [
    await organisation.signIn('auditor'),
    await organisation.signIn('developer'),
    await organisation.signIn('admin'),
  ];
  expect((await auditor.call(routes.privacy.settings)).deletePhotos).toBe(false);
  const change = (member: TestMember) =>
    member.call(routes.privacy.change, { body: { ...nothing, deletePhotos: true } }).catch(codeOf);
  expect([await change(auditor), await change(developer)]).toEqual(['access_denied', 'access_denied']);
  expect(await developer.call(routes.privacy.settings).catch(codeOf)).toBe('access_denied');
  expect(await change(admin)).toMatchObject({ deletePhotos: true });
});
