import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allRoutes, routes } from '@proofpix/contract/routes';
import { writeArchive } from '@proofpix/pack/write-archive';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';
import { readEnvironment } from '../src/config.ts';
import { withOrganisation } from '../src/db/tenancy.ts';
import { makeSignInLink } from '../src/features/accounts/first-start.ts';
import { curl } from '../src/features/server/docs/curl.ts';
import { examples, variables } from '../src/features/server/docs/examples.ts';
import { startServer, type TestServer } from './start-server.ts';

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
  ]);
}

async function packageOf(id: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await writeArchive(filesOf(id)));
}

describe.skipIf(!hasCurl)('curl in the documentation', () => {
  let server: TestServer;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    server = await startServer();
    folder = await mkdtemp(join(tmpdir(), 'proofpix-examples-'));
    await writeFile(join(folder, 'photo.jpg'), makeSamplePhoto());
    await mkdir(join(folder, 'bin'));
    if (spawnSync('jq', ['--version']).status !== 0) await writeFile(join(folder, 'bin', 'jq'), jq, { mode: 0o755 });
    // The status goes to standard error, so that an example may use the answer.
    await writeFile(join(folder, '.curlrc'), 'silent\nshow-error\nwrite-out = "%{stderr}status %{http_code}\\n"\n');
  });
  afterAll(async () => {
    await server.stop();
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

  /** In the place of those of the example before: there may be only so many. */
  async function webhooks() {
    const { items: endpoints } = await server.call(routes.webhooks.listEndpoints);
    for (const { id } of endpoints) await server.call(routes.webhooks.deleteEndpoint, { params: { id } });
    const { items: receivers } = await server.call(routes.webhooks.listReceivers);
    for (const { id } of receivers) await server.call(routes.webhooks.deleteReceiver, { params: { id } });
    const address = { name: 'Of the examples', url: 'https://hooks.example.com/proofpix' };
    const endpoint = await server.call(routes.webhooks.createEndpoint, { body: address });
    const delivery = await server.call(routes.webhooks.testEndpoint, { params: { id: endpoint.id } });
    const receiver = await server.call(routes.webhooks.createReceiver, { body: { name: 'Of the examples' } });
    return {
      ENDPOINT: endpoint.id,
      DELIVERY: delivery.id,
      RECEIVER: receiver.id,
      WEBHOOK_TOKEN: receiver.path.split('/').at(-1) ?? '',
      WEBHOOK_SECRET: receiver.secret,
    };
  }

  async function provider() {
    const { items } = await server.call(routes.oauth.listProviders);
    for (const { name } of items) await server.call(routes.oauth.removeProvider, { params: { provider: name } });
    const body = { name: 'of-the-examples', preset: 'github', clientId: 'client' } as const;
    const { name, redirectUri } = await server.call(routes.oauth.createProvider, { body });
    const id = redirectUri.split('/').at(-1) ?? '';
    await withOrganisation(server.db, server.organisationId, (tx) =>
      tx
        .insertInto('oauth_connections')
        .values({ organisation_id: server.organisationId, provider_id: id, token_type: 'Bearer' })
        .execute(),
    );
    return { PROVIDER: name, PROVIDER_ID: id };
  }

  /** Each example gets things of its own: some delete what they name. */
  beforeEach(async () => {
    const plugin = `of-the-examples-${randomUUID().slice(0, 8)}`;
    await install(plugin);
    await writeFile(join(folder, 'plugin.zip'), await packageOf(`of-an-upload-${randomUUID().slice(0, 8)}`));
    const member = await server.signIn('viewer');
    const token = await server.call(routes.tokens.create, { body: { name: 'Of the examples' } });
    const doomed = await server.call(routes.tokens.create, { body: { name: 'To be deleted' } });
    const job = await withOrganisation(server.db, server.organisationId, (tx) =>
      tx
        .insertInto('jobs')
        .values({ organisation_id: server.organisationId, kind: 'install' })
        .returning('id')
        .executeTakeFirstOrThrow(),
    );
    environment = {
      PROOFPIX: server.url,
      TOKEN: token.token,
      EMAIL: server.owner.email,
      PASSWORD: server.owner.password,
      CODE: (await makeSignInLink(server.db, server.url)).split('#code=')[1] ?? '',
      PLUGIN: plugin,
      RUN: await finishedRun(),
      MEMBER: member.userId,
      TOKEN_ID: doomed.id,
      JOB: job.id,
      ...(await webhooks()),
      ...(await provider()),
    };
    expect(Object.keys(environment).sort()).toEqual(Object.keys(variables).sort());
  });

  /** Else every run would go through the plugins of all examples before, and their tokens would be too many. */
  afterEach(async () => {
    const { items } = await server.call(routes.plugins.list, { query: { limit: 100 } });
    for (const { id } of items) await server.call(routes.plugins.uninstall, { params: { id } });
    const tokens = await server.call(routes.tokens.list);
    for (const { id } of tokens.items) await server.call(routes.tokens.remove, { params: { id } });
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
    const { statuses, output } = await shell(curl(route, example));
    expect(statuses, output).toEqual([example.status]);
  });

  /** The shell blocks of a written page that call curl, one after the other in one shell, as a reader would. */
  const written = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].flatMap((file) => {
    const blocks = [...readFileSync(join(root, file), 'utf8').matchAll(/^```(?:sh|bash|console)\n(.*?)^```/gms)];
    const script = blocks.map(([, block]) => block ?? '').filter((block) => /\bcurl\b/.test(block));
    return script.length === 0 ? [] : [{ file, script: script.join('\n') }];
  });
  test.each(written)('what $file does with curl works as it stands', async ({ file, script }) => {
    // The folder that the README writes before; packed as it says.
    await mkdir(join(folder, 'loud'));
    for (const [name, bytes] of filesOf('loud-name')) await writeFile(join(folder, 'loud', name), bytes);
    await shell('tar czf loud.tgz loud');
    const { statuses, output } = await shell(
      script
        .replaceAll('http://127.0.0.1:8787', server.url)
        .replaceAll('owner@example.com', server.owner.email)
        .replaceAll('a long password', server.owner.password),
    );
    expect(statuses.length, `${file}\n${output}`).toBe(script.match(/\bcurl\b/g)?.length);
    for (const status of statuses) expect(status, `${file}\n${output}`).toBeLessThan(300);
  });
});
