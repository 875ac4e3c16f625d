import { execFile, spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tokenAccess } from '@proofpix/contract/api/tokens';
import { createClient } from '@proofpix/contract/client';
import { allRoutes, routes } from '@proofpix/contract/routes';
import { writeArchive } from '@proofpix/pack/write-archive';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { readEnvironment } from '../src/config.ts';
import { asSystem, withOrganisation } from '../src/db/tenancy.ts';
import { makeSignInLink } from '../src/features/accounts/first-start.ts';
import { curl } from '../src/features/server/docs/curl.ts';
import { examples, type variables } from '../src/features/server/docs/examples.ts';
import { insertBlock, insertFailedMail } from './access-fixtures.ts';
import { startFakeStripe, webhookSecret, type FakeStripe } from '../src/features/subscriptions/test/fake-stripe.ts';
import { conversationMakers } from './conversation-fixtures.ts';
import { insertLapsed, insertPoint, makeProvider, makeTrusted, makeWebhooks } from './example-things.ts';
import { moneyOf } from './money-fixtures.ts';
import { insertPublishing, insertReview } from './publishing-fixtures.ts';
import { everyRatingThing, ratingThings } from './rating-fixtures.ts';
import { startServer, type TestMember, type TestServer } from './start-server.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const hasCurl = spawnSync('curl', ['--version']).status === 0;
if (!hasCurl) console.log('The examples of the documentation are not run: there is no curl.');

/** Does what the examples speak of: reads, adds a file, writes a report. */
const pluginCode = `exports.hooks = {
  'file:process': async ({ file }, ctx) => {
    await ctx.files.write('thumbnail.jpg', await ctx.files.read(0, 100));
    return { metadata: { FileName: file.name } };
  },
  'export:generate': async ({ report }, ctx) => void (await ctx.files.write('report.json', JSON.stringify(report))),
};`;

/** As much of jq as the pages use: `.items[0].state`, and -r. Not every machine has it. */
const jq = `#!${process.execPath}
const [path, raw] = process.argv.slice(2).reverse();
const value = path.split(/[.[\\]]+/).filter(Boolean).reduce((part, key) => part?.[key], JSON.parse(require('fs').readFileSync(0, 'utf8')));
console.log(raw === '-r' ? value : JSON.stringify(value));
`;

function filesOf(id: string): Map<string, Buffer> {
  const manifest = {
    id,
    name: 'Of the examples',
    version: '1.0.0',
    description: 'What the examples of the documentation work with.',
    author: 'A test',
    type: 'processor',
    category: 'file-processing',
    permissions: ['files'],
    hooks: ['file:process', 'export:generate'],
  };
  return new Map([
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['index.js', Buffer.from(pluginCode)],
    [
      'icon.svg',
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z"/></svg>'),
    ],
  ]);
}

async function packageOf(id: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await writeArchive(filesOf(id)));
}

describe.skipIf(!hasCurl)('curl in the documentation', () => {
  let server: TestServer;
  let stripe: FakeStripe;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    stripe = await startFakeStripe();
    server = await startServer({ environment: stripe.environment, outgoing: { texts: async () => [] } });
    kept.stranger = (await server.createOrganisation()).id;
    await server.call(routes.reviews.setReviewer, { body: { email: server.owner.email, reviews: true } });
    await insertLapsed(server);
    folder = await mkdtemp(join(tmpdir(), 'proofpix-examples-'));
    await writeFile(join(folder, 'photo.jpg'), makeSamplePhoto());
    await mkdir(join(folder, 'bin'));
    if (spawnSync('jq', ['--version']).status !== 0) await writeFile(join(folder, 'bin', 'jq'), jq, { mode: 0o755 });
    // The status goes to standard error, so that an example may use the answer.
    await writeFile(join(folder, '.curlrc'), 'silent\nshow-error\nwrite-out = "%{stderr}status %{http_code}\\n"\n');
  });
  afterAll(async () => {
    await server.stop();
    await stripe[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  async function install(id: string): Promise<void> {
    const form = new FormData();
    form.set('plugin', new Blob([await packageOf(id)]), 'plugin.zip');
    form.set('grants', 'requested');
    form.set('autoLoad', 'true');
    const response = await server.owner.fetch('/api/plugins/install', { method: 'POST', body: form });
    if (!response.ok) throw new Error(await response.text());
    for (;;) {
      const { items } = await server.call(routes.plugins.list, { query: { state: 'loaded' } });
      if (items.some((plugin) => plugin.id === id)) return;
      await wait(20);
    }
  }

  /** Most examples only look at what they name. What one has deleted or changed is made anew for the next. */
  const kept = {
    plugin: '',
    run: '',
    member: '',
    invitation: '',
    stranger: '',
    reported: { CASE: '', EXPORT: '' },
    session: undefined as Awaited<ReturnType<typeof someSession>> | undefined,
  };

  async function loadedPlugin(): Promise<string> {
    const { items } = await server.call(routes.plugins.list, { query: { limit: 100 } });
    // Every run would go through the plugins of all examples before.
    const isFit = (plugin: (typeof items)[number]) => plugin.id === kept.plugin && plugin.state === 'loaded';
    const others = items.filter((plugin) => !isFit(plugin));
    for (const { id } of others) await server.call(routes.plugins.uninstall, { params: { id } });
    if (items.length === others.length) {
      kept.plugin = `of-the-examples-${randomUUID().slice(0, 8)}`;
      await install(kept.plugin);
    }
    return kept.plugin;
  }

  async function finishedRun(): Promise<string> {
    const { runs } = await server.call(routes.runs.sample);
    const id = runs[0]?.id ?? '';
    for (;;) {
      const { state } = await server.call(routes.runs.get, { params: { id } });
      if (state === 'done') return id;
      if (state === 'failed') throw new Error('The run failed.');
      await wait(20);
    }
  }

  /** One that is in no case. */
  async function freeRun(): Promise<string> {
    const { items } = await server.call(routes.runs.list);
    if (!items.some(({ id, ...run }) => id === kept.run && run.case === null)) kept.run = await finishedRun();
    return kept.run;
  }

  async function viewer(): Promise<string> {
    const { items } = await server.call(routes.members.list);
    if (!items.some(({ id }) => id === kept.member)) kept.member = (await server.signIn('viewer')).userId;
    return kept.member;
  }

  async function caseWithReport() {
    const title = 'Of the examples';
    const { items } = await server.call(routes.cases.list);
    const isFit = (one: (typeof items)[number]) =>
      one.title === title && one.state === 'open' && one.exhibitCount === 1;
    if (items.some((one) => one.id === kept.reported.CASE && isFit(one))) return kept.reported;
    const body = { title, runIds: [await finishedRun()] };
    const { id } = await server.call(routes.cases.create, { body });
    const { id: report } = await server.call(routes.cases.export, { params: { id }, body: { format: 'json' } });
    kept.reported = { CASE: id, EXPORT: report };
    return kept.reported;
  }

  async function someSession({ email, password }: Pick<TestMember, 'email' | 'password'>) {
    const reply = await createClient({ baseUrl: server.url })(routes.auth.login, { body: { email, password } });
    if ('challenge' in reply) throw new Error('Nobody here has a second factor.');
    const call = createClient({ baseUrl: server.url, token: reply.accessToken });
    const { items } = await call(routes.sessions.list);
    return { ...reply, id: items.find(({ current }) => current)?.id ?? '' };
  }

  /** Its token is in a mail; here it is put in the place of that one. */
  async function invitation() {
    const email = `of-the-examples-${randomUUID()}@example.net`;
    const { items } = await server.call(routes.invitations.list);
    if (!items.some(({ id }) => id === kept.invitation))
      kept.invitation = (await server.call(routes.invitations.create, { body: { email, role: 'viewer' } })).id;
    const token = randomUUID();
    await withOrganisation(server.db, server.organisationId, (tx) =>
      tx
        .updateTable('invitations')
        .set({ token_hash: createHash('sha256').update(token).digest() })
        .where('id', '=', kept.invitation)
        .execute(),
    );
    return { INVITATION: kept.invitation, INVITATION_TOKEN: token };
  }

  async function published() {
    const own = await insertPublishing(server, server.organisationId);
    return { ...own, LISTED_PUBLISHER: own.PUBLISHER, LISTED: own.RELEASED };
  }

  /** What the example itself does not name, but may need. */
  beforeEach(async () => {
    await writeFile(join(folder, 'plugin.zip'), await packageOf(`of-an-upload-${randomUUID().slice(0, 8)}`));
    const { token } = await server.call(routes.tokens.create, {
      body: { name: 'Of the examples', access: [...tokenAccess] },
    });
    environment = {
      PROOFPIX: server.url,
      TOKEN: token,
      EMAIL: server.owner.email,
      PASSWORD: server.owner.password,
      PLUGIN: await loadedPlugin(),
    };
  });

  /** With the publisher of its sale, which a command names before it. */
  async function money() {
    const own = await published();
    return { ...own, ...(await moneyOf(server, own)) };
  }

  type Maker = () => Promise<Partial<Record<keyof typeof variables, string>>>;
  const given: Maker = async () => ({});
  const session: Maker = async () => {
    const { id, refreshToken } = (kept.session ??= await someSession(server.owner));
    return { SESSION: id, REFRESH_TOKEN: refreshToken };
  };
  const webhooks: Maker = () => makeWebhooks(server);
  const provider: Maker = () => makeProvider(server);
  const trusted: Maker = () => makeTrusted(server);
  const review: Maker = () => insertReview(server, kept.stranger, server.owner.userId);

  /** How each variable comes about. What several have in common is made once for a command. */
  const makers: Readonly<Record<keyof typeof variables, Maker>> = {
    PROOFPIX: given,
    TOKEN: given,
    EMAIL: given,
    PASSWORD: given,
    PLUGIN: given,
    REFRESH_TOKEN: session,
    SESSION: session,
    CODE: async () => ({ CODE: (await makeSignInLink(server.db, server.url)).split('#code=')[1] ?? '' }),
    RUN: async () => ({ RUN: await freeRun() }),
    NOTE: async () => {
      const params = { id: await freeRun() };
      return { NOTE: (await server.call(routes.runs.addNote, { params, body: { text: 'Of the examples' } })).id };
    },
    CASE: caseWithReport,
    EXPORT: caseWithReport,
    MEMBER: async () => ({ MEMBER: await viewer() }),
    INVITATION: invitation,
    INVITATION_TOKEN: invitation,
    MAIL: async () => ({ MAIL: await insertFailedMail(server) }),
    BLOCK: async () => ({ BLOCK: await insertBlock(server, server.organisationId) }),
    ORGANISATION: async () => ({ ORGANISATION: server.organisationId }),
    TOKEN_ID: async () => ({
      TOKEN_ID: (await server.call(routes.tokens.create, { body: { name: 'To be deleted' } })).id,
    }),
    STRIPE_WEBHOOK_SECRET: async () => ({ STRIPE_WEBHOOK_SECRET: webhookSecret }),
    JOB: async () => {
      const values = { organisation_id: server.organisationId, kind: 'install' } as const;
      const { id } = await withOrganisation(server.db, server.organisationId, (tx) =>
        tx.insertInto('jobs').values(values).returning('id').executeTakeFirstOrThrow(),
      );
      return { JOB: id };
    },
    ENDPOINT: webhooks,
    DELIVERY: webhooks,
    RECEIVER: webhooks,
    WEBHOOK_TOKEN: webhooks,
    WEBHOOK_SECRET: webhooks,
    PROVIDER: provider,
    PROVIDER_ID: provider,
    SIGNING_KEY: trusted,
    KILL: trusted,
    PUBLISHER: published,
    SUBMISSION: published,
    RELEASED: published,
    LISTED_PUBLISHER: published,
    LISTED: published,
    LISTED_ARCHIVE: published,
    ORDER: money,
    PAID_ORDER: money,
    SALE: money,
    SOLD_PUBLISHER: money,
    SOLD: money,
    PAYOUT: money,
    ...conversationMakers(() => server, published),
    ANY_ORDER: money,
    ANY_SALE: money,
    ...everyRatingThing(() => ratingThings(server)),
    REVIEW: review,
    COMMENT: review,
    POINT: async () => ({ POINT: await insertPoint(server, environment['PLUGIN'] ?? '') }),
    REQUEST: async () => {
      const pluginId = environment['PLUGIN'] ?? '';
      const body = {
        kind: 'permission' as const,
        pluginId,
        permissions: ['files' as const],
        reason: 'Of the examples',
      };
      return { REQUEST: (await server.call(routes.requests.create, { body })).id };
    },
  };

  /** Makes what a command names. */
  async function prepare(script: string): Promise<void> {
    const named = [...script.matchAll(/\$\{?([A-Z_]+)/g)].map(([, name]) => name ?? '');
    const wanted = new Set(
      named.flatMap((name) => (Object.hasOwn(makers, name) ? [makers[name as keyof typeof variables]] : [])),
    );
    for (const maker of wanted) environment = { ...environment, ...(await maker()) };
  }

  /** There may be only so many of one person, and of one organisation. */
  afterEach(async () => {
    await server.call(routes.plugins.liftStop, { body: { reason: 'The example is over' } });
    const tokens = await server.call(routes.tokens.list);
    for (const { id } of tokens.items) await server.call(routes.tokens.remove, { params: { id } });
    await asSystem(server.db, 'reviews', async (tx) => {
      await tx.deleteFrom('plugin_requests').where('organisation_id', '=', server.organisationId).execute();
      await tx.deleteFrom('submissions').where('organisation_id', '=', server.organisationId).execute();
      await tx.deleteFrom('publishers').where('organisation_id', '=', server.organisationId).execute();
    });
  });

  function shell(script: string): Promise<{ statuses: number[]; output: string }> {
    return new Promise((resolve) => {
      const env = {
        PATH: [join(folder, 'bin'), readEnvironment().PATH].join(delimiter),
        HOME: folder,
        CURL_HOME: folder,
        ...environment,
      };
      execFile('bash', ['-c', script], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) => {
        resolve({
          statuses: [...stderr.matchAll(/^status (\d+)$/gm)].map(([, status]) => Number(status)),
          output: stderr + stdout.slice(0, 2_000),
        });
      });
    });
  }

  test.each(allRoutes())('$name answers as documented', async ({ name, route }) => {
    const example = examples[name];
    if (example === undefined) throw new Error(`The route ${name} has no example.`);
    const script = curl(route, example);
    await prepare(script);
    // Nor does it make tokens or delete others, or take everything along.
    if (name.startsWith('tokens.') || /^organisations\.(exportData|erase)$/.test(name))
      Object.assign(environment, { TOKEN: server.owner.token });
    if (/^(account|sessions)\./.test(name)) {
      // An API token does not do these, and they would end what the other examples work with.
      const member = await server.signIn('viewer');
      const { email: EMAIL, password: PASSWORD, token: TOKEN } = member;
      Object.assign(environment, { EMAIL, PASSWORD, TOKEN, SESSION: (await someSession(member)).id });
    }
    const { statuses, output } = await shell(script);
    // What takes longer than two seconds, as on a busy machine, goes on as a job.
    const later = example.status === 201 && 202 in route.replies ? [202] : [];
    expect(
      [example.status, ...later].map((status) => [status]),
      output,
    ).toContainEqual(statuses);
  });

  /** The shell blocks of a written page that call curl, one after the other in one shell, as a reader would. */
  const written = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].flatMap((file) => {
    const blocks = [...readFileSync(join(root, file), 'utf8').matchAll(/^```(?:sh|bash|console)\n(.*?)^```/gms)];
    const script = blocks.map(([, block]) => block ?? '').filter((block) => /\bcurl\b/.test(block));
    return script.length === 0 ? [] : [{ file, script: script.join('\n') }];
  });
  test.each(written)('what $file does with curl works as it stands', async ({ file, script }) => {
    // The folder that the README writes before; packed as it says.
    await mkdir(join(folder, 'loud'), { recursive: true });
    for (const [name, bytes] of filesOf('loud-name')) await writeFile(join(folder, 'loud', name), bytes);
    // What its `npm run proofpix -- pack` makes; here is no checkout around it.
    await writeFile(join(folder, 'loud.zip'), await writeArchive(new Map(filesOf('loud-name'))));
    await prepare(script);
    const { statuses, output } = await shell(
      script
        .replaceAll('http://127.0.0.1:8787', server.url)
        .replaceAll('owner@example.com', server.owner.email)
        .replaceAll('a long password', server.owner.password),
    );
    expect(statuses.length, `${file}\n${output}`).toBe(script.match(/\bcurl\b/g)?.length);
    // A curl that reached nobody says 0.
    for (const status of statuses) expect(Math.floor(status / 100), `${file}\n${output}`).toBe(2);
  });
});
