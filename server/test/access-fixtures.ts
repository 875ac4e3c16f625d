import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { routes } from '@proofpix/contract/routes';
import { writeArchive } from '@proofpix/pack/write-archive';
import { asSystem, withOrganisation } from '../src/db/tenancy.ts';
import { jsonText } from '../src/db/types.ts';
import type { Example } from '../src/features/server/docs/example.ts';
import { findInstallation } from '../src/features/plugins/queries.ts';
import { takePoint } from '../src/features/plugins/updates/queries.ts';
import {
  makeListed,
  makePublishing,
  makeReview,
  ordersOf,
  saleOf,
  soldOf,
  type Maker,
  type Making,
  type Name,
  type Values,
} from './access-makers.ts';
import { makeProvider, makeReceiver, makeTrusted } from './connection-makers.ts';
import { helpOf, questionOf, queuedOf, supportOf } from './conversation-fixtures.ts';
import { insertPayout } from './money-fixtures.ts';
import { ratingMakers } from './rating-fixtures.ts';
import type { TestMember, TestServer } from './start-server.ts';

/** What one organisation has of everything that the examples name. */
export type Fixtures = {
  owner: TestMember;
  /** Makes what is there from the beginning: later, somebody may have unloaded the plugin that it takes. */
  prepare(): Promise<void>;
  /** The things of an example. `fresh`: made for this call alone. A variable without a maker is an error. */
  of(example: Example, member: TestMember, options?: { fresh?: boolean }): Promise<Values>;
  remove(userId: string): Promise<void>;
  withApiToken(member: TestMember): Promise<TestMember>;
  /** Whether a text speaks of this organisation. */
  isNamedIn(text: string): boolean;
};

const nobodys = '00000000-0000-4000-8000-000000000000';
const nobodysValues: Values = {
  PLUGIN: 'nobodys-plugin',
  PROVIDER: 'nobodys-provider',
  SIGNING_KEY: 'ab'.repeat(32),
  PUBLISHER: 'nobodys-publisher',
  RELEASED: 'nobodys-plugin',
  LISTED_PUBLISHER: 'nobodys-publisher',
  LISTED: 'nobodys-plugin',
  LISTED_ARCHIVE: 'cd'.repeat(32),
  HELPING_PUBLISHER: 'nobodys-publisher',
  HELPED: 'nobodys-plugin',
  SOLD_PUBLISHER: 'nobodys-publisher',
  SOLD: 'nobodys-plugin',
  RATABLE_PUBLISHER: 'nobodys-publisher',
  RATABLE: 'nobodys-plugin',
  WEBHOOK_TOKEN: 'x'.repeat(32),
  WEBHOOK_SECRET: 'whsec_',
};

/** The same things, as nobody has them. */
export function missing(example: Example): Values {
  return Object.fromEntries(namesIn(example).map((name) => [name, nobodysValues[name] ?? nobodys]));
}

const makers: Readonly<
  Record<
    Exclude<
      Name,
      | 'PROOFPIX'
      | 'TOKEN'
      | 'EMAIL'
      | 'PASSWORD'
      | 'CODE'
      | 'REFRESH_TOKEN'
      | 'INVITATION_TOKEN'
      | 'STRIPE_WEBHOOK_SECRET'
    >,
    Maker
  >
> = {
  PLUGIN: makePlugin,
  RUN: async (making) => ({ RUN: await startRun(making) }),
  CASE: makeCase,
  EXPORT: makeCase,
  NOTE: async ({ fixtures, member, owner }) => {
    const { RUN = '' } = await fixtures('RUN');
    const body = { text: 'Seen' };
    // Who may not write one is not to change one either: then it is somebody else's.
    const write = (who: TestMember) => who.call(routes.runs.addNote, { params: { id: RUN }, body });
    return { NOTE: (await write(member).catch(() => write(owner))).id };
  },
  MEMBER: async ({ server, owner }) => ({ MEMBER: await insertMember(server, owner.organisationId) }),
  TOKEN_ID: async ({ member }) => ({ TOKEN_ID: (await member.call(routes.tokens.create, { body: { name: 'A' } })).id }),
  SESSION: async ({ server, member }) => ({
    SESSION: await asSystem(server.db, 'sign-in', async (tx) => {
      const values = {
        organisation_id: member.organisationId,
        user_id: member.userId,
        kind: 'bearer',
        signed_in_by: 'password',
        expires_at: new Date(Date.now() + 3_600_000),
      } as const;
      return (await tx.insertInto('sessions').values(values).returning('id').executeTakeFirstOrThrow()).id;
    }),
  }),
  INVITATION: async ({ owner }) => {
    const body = { email: `${randomUUID()}@example.org`, role: 'viewer' } as const;
    return { INVITATION: (await owner.call(routes.invitations.create, { body })).id };
  },
  BLOCK: async ({ server, owner }) => ({ BLOCK: await insertBlock(server, owner.organisationId) }),
  ORGANISATION: async ({ owner }) => ({ ORGANISATION: owner.organisationId }),
  POINT: async ({ server, owner, fixtures }) => {
    const { PLUGIN = '' } = await fixtures('PLUGIN');
    return withOrganisation(server.db, owner.organisationId, async (tx) => {
      const row = await findInstallation(tx, PLUGIN);
      return { POINT: await takePoint(tx, { installationId: row?.id ?? '', reason: 'config', actor: null }) };
    });
  },
  REQUEST: async ({ owner, fixtures }) => {
    const { PLUGIN = '' } = await fixtures('PLUGIN');
    const body = { kind: 'permission', pluginId: PLUGIN, permissions: ['files'], reason: 'A fixture' } as const;
    return { REQUEST: (await owner.call(routes.requests.create, { body: { ...body, permissions: ['files'] } })).id };
  },
  JOB: async ({ server, owner }) => ({
    JOB: await withOrganisation(server.db, owner.organisationId, async (tx) => {
      const values = { organisation_id: owner.organisationId, kind: 'install' } as const;
      return (await tx.insertInto('jobs').values(values).returning('id').executeTakeFirstOrThrow()).id;
    }),
  }),
  ENDPOINT: makeEndpoint,
  DELIVERY: makeEndpoint,
  RECEIVER: makeReceiver,
  WEBHOOK_TOKEN: makeReceiver,
  WEBHOOK_SECRET: makeReceiver,
  PROVIDER: makeProvider,
  PROVIDER_ID: makeProvider,
  PUBLISHER: makePublishing,
  SUBMISSION: makePublishing,
  RELEASED: makePublishing,
  LISTED_PUBLISHER: makeListed,
  LISTED: makeListed,
  LISTED_ARCHIVE: makeListed,
  ORDER: ordersOf,
  PAID_ORDER: ordersOf,
  ANY_ORDER: ordersOf,
  ANY_SALE: ordersOf,
  SALE: saleOf,
  SOLD_PUBLISHER: soldOf,
  SOLD: soldOf,
  PAYOUT: async ({ server }) => ({ PAYOUT: await insertPayout(server, 'nobodys-publisher') }),
  QUESTION: questionOf,
  ANSWER: questionOf,
  HELPING_PUBLISHER: helpOf,
  HELPED: helpOf,
  SUPPORT_REQUEST: supportOf,
  QUEUED_REQUEST: queuedOf,
  REVIEW: makeReview,
  COMMENT: makeReview,
  SIGNING_KEY: makeTrusted,
  KILL: makeTrusted,
  ...ratingMakers,
  RATABLE: ratingMakers.RATABLE_PUBLISHER,
  MAIL: async ({ server }) => ({ MAIL: await insertFailedMail(server) }),
};

/** As the removal of somebody leaves one who came from a provider. */
export function insertBlock({ db }: Pick<TestServer, 'db'>, organisation_id: string): Promise<string> {
  return withOrganisation(db, organisation_id, async (tx) => {
    const subject = randomUUID();
    const row = { organisation_id, issuer: 'https://id.example.org', subject, email: 'ada@example.org', name: 'Ada' };
    return (await tx.insertInto('single_sign_on_blocks').values(row).returning('id').executeTakeFirstOrThrow()).id;
  });
}

/** Nobody can read it: that is for the keys. */
export function insertFailedMail({ db }: Pick<TestServer, 'db'>): Promise<string> {
  const row = { content: randomBytes(64), given_up_at: new Date(), failure: 'ECONNREFUSED' };
  return asSystem(db, 'send-mail', async (tx) => {
    const values = { ...row, expires_at: new Date('2100-01-01') };
    return (await tx.insertInto('mails').values(values).returning('id').executeTakeFirstOrThrow()).id;
  });
}

/** Each belongs to whoever made it. */
const personal: ReadonlySet<Name> = new Set(['NOTE', 'TOKEN_ID', 'SESSION', 'REVIEW', 'COMMENT', 'QUESTION', 'ANSWER']);
/** They belong to the server, or are for everybody: those of another organisation are nobody's. */
const serverWide: ReadonlySet<Name> = new Set([
  'SIGNING_KEY',
  'KILL',
  'MAIL',
  'LISTED_PUBLISHER',
  'LISTED',
  'LISTED_ARCHIVE',
  'SOLD_PUBLISHER',
  'SOLD',
  'ANY_ORDER',
  'ANY_SALE',
  'PAYOUT',
  'QUESTION',
  'ANSWER',
  'HELPING_PUBLISHER',
  'HELPED',
  'REVIEW',
  'COMMENT',
  'RATABLE_PUBLISHER',
  'RATABLE',
  'RATING',
  'HELD_RATING',
  'ABUSE_REPORT',
]);
/** What somebody knows, and no thing. */
const known: ReadonlySet<string> = new Set([
  'PROOFPIX',
  'TOKEN',
  'EMAIL',
  'PASSWORD',
  'CODE',
  'REFRESH_TOKEN',
  'INVITATION_TOKEN',
  'STRIPE_WEBHOOK_SECRET',
]);

export function makeFixtures(server: TestServer, owner: TestMember, { foreign = false } = {}): Fixtures {
  const made = new Map<string, Promise<Values>>();

  function make(name: Name, member: TestMember, fresh: boolean): Promise<Values> {
    const maker = (makers as Partial<Record<Name, Maker>>)[name];
    if (maker === undefined) throw new Error(`There is no fixture for $${name}: add a maker to access-fixtures.ts.`);
    const making = { server, owner, member, fresh, fixtures: (other: Name) => make(other, member, false) };
    if (fresh) return maker(making);
    // Some makers make several things that belong together.
    const key = personal.has(name) ? `${maker.name || name} ${member.userId}` : maker.name;
    const values = made.get(key) ?? maker(making);
    made.set(key, values);
    return values;
  }

  return {
    owner,
    async prepare() {
      for (const name of ['PLUGIN', 'RUN', 'CASE'] as const) await make(name, owner, false);
    },
    async of(example, member, { fresh = false } = {}) {
      const inPath = new Set(namesIn({ ...(example.params ? { params: example.params } : {}), status: 0 }));
      const all: Values = {};
      // An answer is looked for at its own question.
      const together = new Map<Maker | undefined, Values>();
      for (const name of namesIn(example)) {
        if (known.has(name)) all[name] = nobodys;
        else if (foreign && serverWide.has(name)) all[name] = nobodysValues[name] ?? nobodys;
        else {
          const maker = (makers as Partial<Record<Name, Maker>>)[name];
          const values = together.get(maker) ?? (await make(name, member, fresh && inPath.has(name)));
          together.set(maker, values);
          Object.assign(all, { [name]: values[name] });
        }
      }
      return all;
    },
    async remove(userId) {
      await owner.call(routes.members.remove, { params: { id: userId } });
    },
    async withApiToken(member) {
      const { token } = await member.call(routes.tokens.create, { body: { name: 'To sign out with' } });
      return { ...member, token };
    },
    isNamedIn: (text) => text.includes(owner.organisationId) || text.includes(pluginOf(owner)),
  };
}

function namesIn(example: Example): Name[] {
  const { params, query, json, form } = example;
  const found = JSON.stringify({ params, query, json, form }).matchAll(/\$([A-Z_]+)/g);
  return [...new Set([...found].map(([, name]) => name as Name))]; // what is no name has no maker
}

const pluginOf = ({ organisationId }: TestMember) => `of-${organisationId.slice(-12)}`;

/** One that does what the examples speak of; one that is only to be deleted has rows, and no package. */
async function makePlugin({ server, owner, fresh }: Making): Promise<Values> {
  const id = fresh ? `doomed-${randomUUID().slice(0, 8)}` : pluginOf(owner);
  const manifest = {
    id,
    name: 'Of the fixtures',
    version: '1.0.0',
    description: 'What routes are tried with.',
    author: 'A test',
    type: 'processor',
    category: 'file-processing',
    permissions: ['files'],
    hooks: ['file:process', 'export:generate'],
  };
  if (fresh) {
    const digest = randomBytes(32).toString('hex');
    await withOrganisation(server.db, owner.organisationId, (tx) =>
      tx
        .insertInto('plugins')
        .values({
          organisation_id: owner.organisationId,
          source: 'upload',
          publisher: 'local',
          plugin_id: id,
          version: '1.0.0',
          manifest: jsonText(manifest),
          digest,
          archive_digest: digest,
          size: 1,
        })
        .execute(),
    );
    return { PLUGIN: id };
  }
  const code = `exports.hooks = {
    'file:process': async ({ file }, ctx) => {
      await ctx.files.write('thumbnail.jpg', await ctx.files.read(0, 100));
      return { metadata: { FileName: file.name } };
    },
    'export:generate': async ({ report }, ctx) => void (await ctx.files.write('report.json', JSON.stringify(report))),
  };`;
  const icon = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>';
  const files = { 'manifest.json': JSON.stringify(manifest), 'index.js': code, 'icon.svg': icon };
  const archive = await writeArchive(
    new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const)),
  );
  const form = new FormData();
  for (const [name, value] of Object.entries({ grants: 'requested', autoLoad: 'true', acceptReview: 'true' }))
    form.set(name, value);
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  const response = await owner.fetch('/api/plugins/install', { method: 'POST', body: form });
  if (!response.ok) throw new Error(await response.text());
  for (;;) {
    const { items } = await owner.call(routes.plugins.list, { query: { state: 'loaded' } });
    if (items.some((plugin) => plugin.id === id)) return { PLUGIN: id };
    await wait(20);
  }
}

async function startRun({ owner, fresh, ...making }: Parameters<Maker>[0]): Promise<string> {
  if (!fresh) await making.fixtures('PLUGIN');
  const { runs } = await owner.call(routes.runs.sample);
  const id = runs[0]?.id ?? '';
  for (;;) {
    const { state } = await owner.call(routes.runs.get, { params: { id } });
    if (state === 'done') return id;
    if (state === 'failed') throw new Error('The run failed.');
    await wait(20);
  }
}

async function makeCase(making: Parameters<Maker>[0]): Promise<Values> {
  const { owner, fresh } = making;
  const runIds = [await startRun({ ...making, fresh: true })];
  const { id } = await owner.call(routes.cases.create, { body: { title: 'Of the fixtures', runIds } });
  if (fresh) return { CASE: id };
  await making.fixtures('PLUGIN');
  const report = await owner.call(routes.cases.export, { params: { id }, body: { format: 'json' } });
  return { CASE: id, EXPORT: report.id };
}

async function insertMember(server: TestServer, organisation_id: string): Promise<string> {
  return asSystem(server.db, 'manage-members', async (tx) => {
    const { id } = await tx
      .insertInto('users')
      .values({ email: `${randomUUID()}@example.org`, name: 'To be removed' })
      .returning('id')
      .executeTakeFirstOrThrow();
    await tx.insertInto('memberships').values({ organisation_id, user_id: id, role: 'viewer' }).execute();
    return id;
  });
}

async function makeEndpoint({ owner, fresh }: Making): Promise<Values> {
  const body = { name: `To ${randomUUID()}`, url: 'https://hooks.example.com/proofpix' };
  const { id } = await owner.call(routes.webhooks.createEndpoint, { body });
  if (fresh) return { ENDPOINT: id };
  return { ENDPOINT: id, DELIVERY: (await owner.call(routes.webhooks.testEndpoint, { params: { id } })).id };
}
