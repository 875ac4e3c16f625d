import { readdir } from 'node:fs/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditAct } from '@proofpix/contract/audit';
import { controlNames, controlOfAct, type ControlName } from '@proofpix/contract/controls';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { startServer, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';
import { pathOf, takeEvidence, type Evidence } from './test/read-evidence.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const byHand = <T>(work: (tx: Tx) => Promise<T>) => asSystem(server.db, 'audit', work);

/** An act of a time that the test chooses: its hash is over that time, since it is set before it is sealed. */
async function actAt(organisation: { id: string }, at: string, id: string, act: AuditAct = 'plugin.install') {
  await byHand(async (tx) => {
    await recordAct(tx, {
      organisationId: organisation.id,
      actor: systemActor('test'),
      act,
      subject: { kind: 'plugin', id },
      reason: `because of ${id}`,
    });
    await sql`update audit_acts set created_at = ${at}::timestamptz where subject_id = ${id}`.execute(tx);
  });
}

const tomorrow = () => new Date(Date.now() + 24 * 3_600_000).toISOString();
const quarter = { from: '2026-01-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z' };
const subjects = (evidence: Evidence, control: ControlName) =>
  evidence.lines(`controls/${control}.jsonl`).map(({ subject }) => (subject as { id: string }).id);

describe('the evidence of a period', { timeout: 120_000 }, () => {
  let organisation: TestOrganisation;
  let other: TestOrganisation;
  beforeAll(async () => {
    [organisation, other] = [await server.createOrganisation(), await server.createOrganisation()];
    await actAt(organisation, '2025-12-31T23:59:59.999Z', 'before-it');
    await actAt(organisation, quarter.from, 'at-its-start');
    await actAt(organisation, '2026-02-11T12:00:00Z', 'set-back', 'plugin.rollback');
    await actAt(organisation, '2026-03-31T23:59:59.999Z', 'at-its-end');
    await actAt(organisation, quarter.to, 'behind-it');
    await actAt(other, '2026-02-11T12:00:00Z', 'of-somebody-else');
  });

  test('begins with its first moment and ends before its last, and each act is under its control alone', async () => {
    const evidence = await takeEvidence(organisation.owner, quarter);
    expect(subjects(evidence, 'changes').toSorted()).toEqual(['at-its-end', 'at-its-start']);
    expect(subjects(evidence, 'restores')).toEqual(['set-back']);
    expect(evidence.lines('controls/changes.jsonl')[0]).toMatchObject({
      type: 'act',
      act: 'plugin.install',
      reason: expect.stringContaining('because of'),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    const counted = controlNames.map((name) => evidence.lines(`controls/${name}.jsonl`).length);
    expect(counted.reduce((sum, count) => sum + count)).toBe(3);
  });

  test('says of what was not recorded that nothing was, from when until when', async () => {
    const evidence = await takeEvidence(organisation.owner, quarter);
    for (const name of ['approvals', 'alerts', 'access-reviews'] as const) {
      expect(evidence.lines(`controls/${name}.jsonl`)).toEqual([]);
      expect(evidence.head(`controls/${name}.jsonl`)).toMatchObject({
        type: 'evidence',
        control: name,
        ...quarter,
        entries: 0,
        says: `Nothing was recorded from ${quarter.from} until before ${quarter.to}.`,
      });
    }
    expect(evidence.head('controls/changes.jsonl')).toMatchObject({ entries: 2 });
    expect(evidence.head('controls/changes.jsonl')).not.toHaveProperty('says');
    expect(evidence.text('index.html')).toContain('Nothing was recorded from 2026-01-01T00:00:00.000Z until before');
  });

  test('is signed by the key of the organisation and names every file with its digest', async () => {
    const evidence = await takeEvidence(organisation.owner, quarter);
    const { fingerprint } = await organisation.owner.call(routes.organisations.evidenceKey);
    expect(evidence.verdict).toMatchObject({
      state: 'unchanged',
      summary: { kind: 'controls', period: quarter, fingerprint, organisation: { id: organisation.id } },
    });
    expect(evidence.index).toMatchObject({
      version: 1,
      organisation: { id: organisation.id, plan: 'enterprise' },
      period: { ...quarter, isOver: true },
      exportedBy: { id: organisation.owner.userId, role: 'owner' },
      serverVersion: expect.stringMatching(/^\d+\.\d+\.\d+/),
      trail: { intact: true, fault: null, head: { trail: organisation.id } },
    });
    const files = new Map(evidence.index.files.map(({ path, entries }) => [path, entries]));
    for (const [path, entries] of files) expect([path, evidence.lines(path).length]).toEqual([path, entries]);
    const kept = evidence.paths.filter((path) => /^(controls|state)\//.test(path));
    expect([...files.keys()].toSorted()).toEqual(kept.toSorted());
  });

  test('holds nothing of another organisation', async () => {
    const ours = await takeEvidence(organisation.owner, quarter);
    expect(ours.whole).not.toContain('of-somebody-else');
    expect(ours.whole).not.toContain(other.id);
    expect(ours.whole).not.toContain(other.owner.userId);
    expect(subjects(await takeEvidence(other.owner, quarter), 'changes')).toEqual(['of-somebody-else']);
  });

  test('is an act itself, and belongs to a period that is not over', async () => {
    const day = { from: new Date(Date.now() - 3_600_000).toISOString(), to: tomorrow() };
    const auditor = await organisation.signIn('auditor');
    const evidence = await takeEvidence(auditor, day);
    expect(evidence.index.period.isOver).toBe(false);
    const taken = evidence.lines('controls/trail.jsonl').filter(({ act }) => act === 'controls.export');
    expect(taken.at(-1)).toMatchObject({ actor: { id: auditor.userId, role: 'auditor' }, after: day });
    expect(evidence.lines('controls/trail.jsonl').at(-1)).toMatchObject({ act: 'audit.verify' });
    expect(evidence.lines('state/heads.jsonl').length).toBeGreaterThan(0);
  });

  test('says that the chain was broken, and where', async () => {
    const broken = await server.createOrganisation();
    for (const id of ['broken-one', 'broken-two']) await actAt(broken, '2026-02-02T00:00:00Z', id);
    await broken.owner.call(routes.audit.head);
    await byHand((tx) => sql`update audit_acts set reason = 'for another' where subject_id = 'broken-two'`.execute(tx));
    const { index, text } = await takeEvidence(broken.owner, quarter);
    expect(index.trail).toMatchObject({ intact: false, fault: { kind: 'changed' } });
    expect(text('index.html')).toContain(`NOT INTACT. Act ${index.trail.fault?.position ?? ''}`);
  });

  test('shows what a stranger wrote as text, since an auditor opens its page', async () => {
    const hostile = await server.createOrganisation();
    const name = '<img src=x onerror=alert(1)>"\'&';
    await byHand((tx) => sql`update organisations set name = ${name} where id = ${hostile.id}`.execute(tx));
    const page = (await takeEvidence(hostile.owner, quarter)).text('index.html');
    expect(page).not.toContain('<img');
    expect(page).toContain('&#60;img src=x onerror=alert(1)&#62;&#34;&#39;&#38;');
    expect(page).toContain("default-src 'none'");
  });

  test('leaves nothing of it on the disk, also where whoever takes it goes away', async () => {
    const gone = new AbortController();
    const reply = await organisation.owner.fetch(pathOf(quarter), { signal: gone.signal });
    await reply.body?.getReader().read();
    gone.abort();
    await takeEvidence(organisation.owner, quarter);
    expect((await readdir(server.dataDir)).filter((name) => name.startsWith('evidence-'))).toEqual([]);
  });

  test.each([
    ['from', { from: '2026-02-30T00:00:00Z', to: quarter.to }],
    ['from', { from: 'yesterday', to: quarter.to }],
    ['to', { from: quarter.from, to: '2026-13-01T00:00:00Z' }],
    ['to', { from: quarter.from, to: quarter.from }],
    ['to', { from: quarter.from, to: '2027-02-06T00:00:00Z' }],
    ['from', { from: '2999-01-01T00:00:00Z', to: '2999-02-01T00:00:00Z' }],
  ])('is refused with the field %s where a date is wrong: %j', async (field, query) => {
    const error = await organisation.owner.call(routes.controls.evidence, { query }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Problem);
    expect(error).toMatchObject({
      code: 'invalid_request',
      fields: [{ field: expect.stringMatching(new RegExp(`^/?${field}$`)) }],
    });
  });
});

describe('members in the evidence', { timeout: 120_000 }, () => {
  test('have the role of the start and of the end, also who came, went or was promoted in between', async () => {
    const organisation = await server.createOrganisation();
    const [promoted, removed, stays] = [
      await organisation.signIn('viewer'),
      await organisation.signIn('admin'),
      await organisation.signIn('analyst'),
    ];
    const from = await momentBehindAll();
    const { owner } = organisation;
    await owner.call(routes.members.changeRole, { params: { id: promoted.userId }, body: { role: 'developer' } });
    await owner.call(routes.members.remove, { params: { id: removed.userId } });
    const added = await organisation.signIn('auditor');
    const to = await momentBehindAll();
    await owner.call(routes.members.changeRole, { params: { id: promoted.userId }, body: { role: 'admin' } });
    await owner.call(routes.members.remove, { params: { id: stays.userId } });
    const later = await organisation.signIn('viewer');

    const evidence = await takeEvidence(owner, { from, to });
    const rows = new Map(evidence.lines('state/members.jsonl').map((row) => [row['id'], row]));
    const roles = (id: string) => [rows.get(id)?.['roleAtStart'], rows.get(id)?.['roleAtEnd']];
    expect(roles(owner.userId)).toEqual(['owner', 'owner']);
    expect(roles(promoted.userId)).toEqual(['viewer', 'developer']);
    expect(roles(removed.userId)).toEqual(['admin', null]);
    expect(roles(added.userId)).toEqual([null, 'auditor']);
    expect(roles(stays.userId)).toEqual(['analyst', 'analyst']);
    expect(rows.has(later.userId)).toBe(false);
    expect(rows.get(removed.userId)).toMatchObject({ email: removed.email, memberAtExport: false });
    expect(rows.get(promoted.userId)).toMatchObject({ memberAtExport: true, secondFactor: false, dormant: false });
  });

  test('who was not seen for ninety days is dormant; a token shows its last use', async () => {
    const organisation = await server.createOrganisation();
    const silent = await organisation.signIn('viewer');
    const { owner } = organisation;
    const { id } = await owner.call(routes.tokens.create, { body: { name: 'Nightly' } });
    await byHand(async (tx) => {
      const long = '2026-01-05T00:00:00Z';
      await sql`update memberships set created_at = ${long} where user_id = ${silent.userId}`.execute(tx);
      await sql`delete from sessions where user_id = ${silent.userId}`.execute(tx);
      await sql`delete from audit_acts where actor_id = ${silent.userId}`.execute(tx);
    });
    const open = await owner.call(routes.accessReviews.open);
    expect(open.members.find((member) => member.id === silent.userId)).toMatchObject({
      dormant: true,
      lastSeenAt: null,
    });
    expect(open.members.find((member) => member.id === owner.userId)).toMatchObject({ dormant: false });
    const evidence = await takeEvidence(owner, quarter);
    expect(evidence.lines('state/tokens.jsonl')).toEqual([
      expect.objectContaining({
        id,
        name: 'Nightly',
        lastUsedAt: null,
        member: expect.objectContaining({ id: owner.userId }),
      }),
    ]);
  });

  /** The clock of the database, when all that was done is before it. */
  async function momentBehindAll(): Promise<string> {
    const { rows } = await byHand((tx) =>
      sql<{ at: Date }>`select clock_timestamp() + interval '2 milliseconds' as at`.execute(tx),
    );
    const at = rows[0]?.at ?? new Date(0);
    await expect.poll(() => Date.now()).toBeGreaterThan(at.getTime());
    return at.toISOString();
  }
});

test('refusals for too many requests are alerts', { timeout: 60_000 }, async () => {
  const limited = await startServer({ environment: { RATE_LIMIT_READING: '3' } });
  try {
    const period = { from: new Date(Date.now() - 60_000).toISOString(), to: tomorrow() };
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await limited.owner.fetch('/api/members')).status);
    expect(statuses).toContain(429);
    const { rows } = await asSystem(limited.db, 'audit', (tx) =>
      sql<{ act: string; subject_id: string; reason: string }>`select act, subject_id, reason from audit_acts
        where act = 'rate-limit.refuse'`.execute(tx),
    );
    expect(rows).toEqual([{ act: 'rate-limit.refuse', subject_id: 'GET /api/members', reason: 'rate_limited' }]);
    expect(controlOfAct['rate-limit.refuse']).toBe('alerts');
    expect((await limited.owner.fetch(pathOf(period))).status).toBe(429);
  } finally {
    await limited.stop();
  }
});
