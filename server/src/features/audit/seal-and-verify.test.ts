import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditHead, AuditVerdict } from '@proofpix/contract/audit-record';
import { routes } from '@proofpix/contract/routes';
import { makeSigningKey } from '@proofpix/signatures/keys';
import { createEvidenceSigner } from '../plugins/evidence/sign-evidence.ts';
import { openKeys } from '../../keys.ts';
import { asSystem, withOrganisation, type Tx } from '../../db/tenancy.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import { startServer, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { recordAct, systemActor } from './record-act.ts';
import { sealTrail } from './seal/seal-trail.ts';
import { createTrailSigner } from './seal/trail-signer.ts';

let server: TestServer;
let folder: string;
let headsFile: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-heads-'));
  headsFile = join(folder, 'heads.jsonl');
  server = await startServer({ environment: { AUDIT_HEADS_FILE: headsFile } });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** As somebody who has the database: every rule of ours is behind him. */
const byHand = (work: (tx: Tx) => Promise<unknown>) => asSystem(server.db, 'audit', work);

/** An organisation whose trail has some acts, each with a reason of its own. */
async function trailOf(acts: number): Promise<TestOrganisation> {
  const organisation = await server.createOrganisation();
  await withOrganisation(server.db, organisation.id, async (tx) => {
    for (let number = 1; number <= acts; number += 1)
      await recordAct(tx, {
        organisationId: organisation.id,
        actor: systemActor('test'),
        act: 'plugin.load',
        subject: { kind: 'plugin', id: `plugin-${number}` },
        after: { number },
        personal: { name: `Person ${number}` },
      });
  });
  await headOf(organisation);
  return organisation;
}

async function headOf({ owner }: TestOrganisation): Promise<AuditHead> {
  const { head } = await owner.call(routes.audit.head);
  if (head === null) throw new Error('Nothing was sealed.');
  return head;
}

const verify = ({ owner }: TestOrganisation, head?: AuditHead): Promise<AuditVerdict> =>
  owner.call(routes.audit.verify, { body: head === undefined ? {} : { head } });

const at = (organisation: TestOrganisation, position: number) =>
  sql`organisation_id = ${organisation.id}::uuid and position = ${position}`;

/** Puts the act of one place at another, its hashes with it. */
async function move(tx: Tx, organisation: TestOrganisation, from: number, to: number): Promise<void> {
  await sql`update audit_acts set position = ${to} where ${at(organisation, from)}`.execute(tx);
}

describe('a trail that nobody touched', () => {
  test('is sealed within a moment without anybody asking, and whole', async () => {
    const organisation = await server.createOrganisation();
    await organisation.owner.call(routes.tokens.create, { body: { name: 'Night' } });
    const list = () => organisation.owner.call(routes.audit.list);
    await expect.poll(async () => (await list()).items.map(({ position }) => position)).toEqual([3, 2, 1]);
    expect(await verify(organisation)).toMatchObject({ intact: true, checked: 3, fault: null });
    // That it was checked is an act as well.
    expect((await list()).items[0]).toMatchObject({ act: 'audit.verify', after: { intact: true, checked: 3 } });
  });

  test('is whole over many batches, and by several sealers at once each act is sealed once', async () => {
    await using db = await openTestDatabase();
    const keys = await openKeys({ keyFile: join(db.dataDir, 'keys', 'master.key') });
    const evidence = createEvidenceSigner({ db, keys });
    const signer = createTrailSigner({ evidence, trust: { signingKey: makeSigningKey().key, keys: () => [] } });
    const organisationId = await asSystem(db, 'first-start', async (tx) => {
      const { id } = await tx
        .insertInto('organisations')
        .values({ name: 'Busy' })
        .returning('id')
        .executeTakeFirstOrThrow();
      for (let number = 0; number < 1_200; number += 1)
        await recordAct(tx, {
          organisationId: id,
          actor: systemActor('test'),
          act: 'plugin.load',
          subject: { kind: 'plugin', id: `${number}` },
        });
      return id;
    });
    const never = new AbortController().signal;
    const sealed = await Promise.all([1, 2, 3].map(() => sealTrail({ db, signer }, organisationId, never)));
    expect(
      sealed
        .flat()
        .map(({ position }) => position)
        .sort((a, b) => a - b),
    ).toEqual([500, 1_000, 1_200]);
    const rows = await asSystem(db, 'audit', (tx) =>
      tx.selectFrom('audit_acts').select(['position', 'subject_id']).orderBy('position').execute(),
    );
    expect(rows.map(({ position, subject_id }) => [position, subject_id])).toEqual(
      Array.from({ length: 1_200 }, (_, index) => [index + 1, `${index}`]),
    );
  });

  test('goes on where a server ended in the middle of sealing: nothing of that batch is there, or all of it', async () => {
    await using db = await openTestDatabase();
    const keys = await openKeys({ keyFile: join(db.dataDir, 'keys', 'master.key') });
    const evidence = createEvidenceSigner({ db, keys });
    const organisationId = await asSystem(db, 'first-start', async (tx) => {
      const { id } = await tx
        .insertInto('organisations')
        .values({ name: 'Ends' })
        .returning('id')
        .executeTakeFirstOrThrow();
      const act = {
        organisationId: id,
        actor: systemActor('test'),
        act: 'plugin.load',
        subject: { kind: 'plugin', id: 'a' },
      } as const;
      await recordAct(tx, act);
      return id;
    });
    const never = new AbortController().signal;
    const failing = {
      open: async () => () => {
        throw new Error('The server ends.');
      },
      keysOf: async () => [],
    };
    await expect(sealTrail({ db, signer: failing }, organisationId, never)).rejects.toThrow('The server ends.');
    const positions = () => asSystem(db, 'audit', (tx) => tx.selectFrom('audit_acts').select('position').execute());
    expect(await positions()).toEqual([{ position: null }]);
    const signer = createTrailSigner({ evidence, trust: { signingKey: makeSigningKey().key, keys: () => [] } });
    await sealTrail({ db, signer }, organisationId, never);
    expect(await positions()).toEqual([{ position: 1 }]);
  });
});

describe('verify names', () => {
  test('an act that was changed', async () => {
    const organisation = await trailOf(6);
    await byHand((tx) => sql`update audit_acts set after = '{"number": 99}' where ${at(organisation, 4)}`.execute(tx));
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'changed', position: 4 });
  });

  test.each([
    ['who did it', sql`actor_id = 'somebody else'`],
    ['when', sql`created_at = created_at - interval '1 day'`],
    ['what', sql`act = 'plugin.unload'`],
    ['to what', sql`subject_id = 'another'`],
    ['that it was refused', sql`result = 'refused'`],
    ['that personal data were there', sql`personal = null, personal_salt = null, personal_digest = null`],
  ])('a change of %s', async (_what, change) => {
    const organisation = await trailOf(3);
    await byHand((tx) => sql`update audit_acts set ${change} where ${at(organisation, 2)}`.execute(tx));
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'changed', position: 2 });
  });

  test('an act that was removed, also where the others closed up', async () => {
    const organisation = await trailOf(6);
    await byHand((tx) => sql`delete from audit_acts where ${at(organisation, 4)}`.execute(tx));
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'removed', position: 4 });
    await byHand(async (tx) => {
      for (const position of [5, 6, 7, 8]) await move(tx, organisation, position, position - 1);
    });
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'removed', position: 4 });
  });

  test('two acts that changed places', async () => {
    const organisation = await trailOf(6);
    await byHand(async (tx) => {
      await move(tx, organisation, 3, 100);
      await move(tx, organisation, 5, 3);
      await move(tx, organisation, 100, 5);
    });
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'reordered', position: 3 });
  });

  test('an act that was put in', async () => {
    const organisation = await trailOf(5);
    await byHand(async (tx) => {
      for (const position of [7, 6, 5, 4]) await move(tx, organisation, position, position + 1);
      await sql`insert into audit_acts (organisation_id, act, result, actor_kind, actor_id, subject_kind, subject_id, position, previous, hash)
        select organisation_id, act, result, actor_kind, actor_id, subject_kind, 'invented', 4, hash, hash
        from audit_acts where ${at(organisation, 3)}`.execute(tx);
    });
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'inserted', position: 4 });
  });

  test('what was sealed anew by somebody who has the database and no key', async () => {
    const organisation = await trailOf(4);
    const head = await headOf(organisation);
    await byHand((tx) =>
      sql`update audit_heads set hash = decode(repeat('ab', 32), 'hex') where organisation_id = ${organisation.id}::uuid and position = ${head.position}`.execute(
        tx,
      ),
    );
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'head', position: head.position });
  });

  test('that the last acts were cut off: by the heads in the database, and where those went too, by one kept elsewhere', async () => {
    const organisation = await trailOf(6);
    const cut = (table: 'audit_acts' | 'audit_heads') =>
      byHand((tx) =>
        sql`delete from ${sql.table(table)} where organisation_id = ${organisation.id}::uuid and position > 3`.execute(
          tx,
        ),
      );
    await cut('audit_acts');
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'removed', position: 4 });
    // Until the next acts, whose chain then has a hole: so it is done while nothing happens.
    const other = await trailOf(6);
    const witnessed = await headOf(other);
    await byHand(async (tx) => {
      for (const table of ['audit_acts', 'audit_heads'] as const)
        await sql`delete from ${sql.table(table)} where organisation_id = ${other.id}::uuid and position > 3`.execute(
          tx,
        );
    });
    expect((await verify(other, witnessed)).fault).toMatchObject({ kind: 'removed', position: 4 });
    // Nor are others of the same number any better.
    for (let number = 0; number < 4; number += 1) expect((await verify(other)).intact).toBe(true);
    expect((await verify(other, witnessed)).fault).toMatchObject({ kind: 'head', position: witnessed.position });
    // A head that nobody of ours signed proves nothing.
    const { fault } = await verify(other, { ...witnessed, position: 9_000 });
    expect(fault).toMatchObject({ kind: 'head', position: 9_000 });
  });

  test('personal data that were changed, and nothing where they were erased', async () => {
    const organisation = await trailOf(4);
    await byHand((tx) =>
      sql`update audit_acts set personal = null, personal_salt = null where ${at(organisation, 2)}`.execute(tx),
    );
    expect(await verify(organisation)).toMatchObject({ intact: true, fault: null });
    await byHand((tx) =>
      sql`update audit_acts set personal = '{"name": "Nobody"}' where ${at(organisation, 3)}`.execute(tx),
    );
    expect((await verify(organisation)).fault).toMatchObject({ kind: 'personal', position: 3 });
  });

  test('a head whose key is not the one of the organisation', async () => {
    const [one, other] = [await trailOf(2), await trailOf(2)];
    const foreign = await headOf(other);
    await byHand((tx) =>
      sql`update audit_heads set public_key = ${foreign.publicKey}, signature = ${foreign.signature} where organisation_id = ${one.id}::uuid`.execute(
        tx,
      ),
    );
    expect((await verify(one)).fault?.kind).toBe('head');
    // Nor does it help to exchange the public key that lies open beside the sealed private one.
    await byHand((tx) =>
      sql`update organisation_keys set public_key = ${foreign.publicKey} where organisation_id = ${one.id}::uuid`.execute(
        tx,
      ),
    );
    expect((await verify(one)).fault?.kind).toBe('head');
  });
});

test('what requests may do with the trail is to add to it: they cannot change, delete, seal or date an act', async () => {
  const organisation = await trailOf(2);
  const row = `organisation_id, act, result, actor_kind, actor_id, subject_kind, subject_id`;
  const values = `'${organisation.id}', 'plugin.load', 'done', 'system', 'test', 'plugin', 'a'`;
  for (const attempt of [
    `update audit_acts set act = 'plugin.load'`,
    `delete from audit_acts`,
    `truncate audit_acts`,
    `insert into audit_acts (${row}, position, hash) values (${values}, 9, decode(repeat('00', 32), 'hex'))`,
    `insert into audit_acts (${row}, created_at) values (${values}, '2020-01-01')`,
    `insert into audit_heads (organisation_id, position, hash, public_key, signature, signed_at) values ('${organisation.id}', 9, decode(repeat('00', 32), 'hex'), '', '', now())`,
    `update audit_heads set position = 1`,
    `delete from audit_heads`,
  ]) {
    const tried = withOrganisation(server.db, organisation.id, (tx) => sql.raw(attempt).execute(tx));
    await expect(tried, attempt).rejects.toMatchObject({ code: '42501' });
  }
});

test('each signed head is written into the file of the operator', async () => {
  const organisation = await trailOf(1);
  const head = await headOf(organisation);
  const lines = (await readFile(headsFile, 'utf8')).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual(head);
});
