import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Call } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { writeArchive } from '@proofpix/pack/write-archive';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectComplaints, expectAccessible, hasChromium, launchChromium } from './browser.ts';
import { eventually } from './open-pages.ts';

const root = join(import.meta.dirname, '../..');
const password = 'correct-horse-battery';
const email = 'owner@demo.example';
const hook = 'notes:say';

const configSchema = {
  type: 'object',
  required: ['greeting'],
  properties: {
    greeting: { type: 'string', title: 'Greeting', minLength: 2, default: 'hello' },
    times: { type: 'integer', title: 'Times', minimum: 1, maximum: 3, default: 1 },
  },
};

/** A plugin that answers with its setting, and remembers how often, as far as it may. */
async function packageOf(id: string, name: string, code: string, more: object = {}): Promise<Buffer> {
  const manifest = {
    id,
    name,
    version: '1.0.0',
    description: 'A plugin that a test has made.',
    author: 'A test',
    type: 'utility',
    category: 'other',
    hooks: [hook],
    ...more,
  };
  return Buffer.from(
    await writeArchive(
      new Map([
        ['manifest.json', Buffer.from(JSON.stringify(manifest))],
        ['index.js', Buffer.from(`exports.hooks = { '${hook}': async (input, ctx) => { ${code} } };`)],
      ]),
    ),
  );
}

describe.skipIf(!hasChromium)('installed plugins, on the real server', { timeout: 300_000 }, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startServer>>;
  let call: Call;

  beforeAll(async () => {
    if (!existsSync(join(root, 'web/dist/index.html'))) {
      const env = { ...process.env, NODE_ENV: 'production' };
      expect(spawnSync(process.execPath, [join(root, 'web/build.ts')], { stdio: 'inherit', env }).status).toBe(0);
    }
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    const signedIn = await createClient({ baseUrl: server.url })(routes.auth.login, {
      body: { email, password },
    });
    if ('challenge' in signedIn) throw new Error('The owner has no second factor.');
    call = createClient({ baseUrl: server.url, tokens: signedIn });
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const say = async () => (await call(routes.plugins.executeHook, { params: { hookName: hook }, body: {} })).results;

  test('a package is uploaded with consent, loses a permission, is configured, put in order and uninstalled', async () => {
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = collectComplaints(page);
    await signIn(page, server.url);
    await page.goto(`${server.url}/plugins`);
    await page.getByRole('link', { name: 'EXIF reader' }).waitFor();

    // Consent: of two permissions one is given.
    const remember = `await ctx.storage.set('said', true); return ctx.config.greeting;`;
    await install(
      page,
      await packageOf('notes', 'Notes', remember, {
        permissions: ['storage', 'crypto'],
        permissionReasons: { storage: 'Remembers what it said.' },
        customHooks: { [hook]: {} },
        configSchema,
      }),
    );
    const consent = page.getByRole('dialog', { name: 'Install Notes 1.0.0?' });
    await consent.getByText('Remembers what it said.').waitFor();
    expect((await call(routes.plugins.list)).items.map(({ id }) => id)).not.toContain('notes');
    await consent.getByRole('checkbox', { name: /^Remember data/ }).check();
    await consent.getByRole('button', { name: 'Install with 1 permission' }).click();
    await page.getByRole('region', { name: 'Notes', exact: true }).waitFor();
    const notes = await call(routes.plugins.get, { params: { id: 'notes' } });
    expect(notes.state).toBe('loaded');
    expect(notes.permissions).toMatchObject([
      { permission: 'crypto', decision: 'refused' },
      { permission: 'storage', decision: 'granted' },
    ]);
    expect(await say()).toMatchObject([{ plugin: 'notes', ok: true, result: 'hello' }]);

    // A permission is taken away: the very next call is refused.
    const panel = page.getByRole('region', { name: 'Notes', exact: true });
    await panel.getByRole('switch', { name: /^Remember data/ }).click({ force: true });
    await page.getByText(/^Notes may no longer: Remember data/).waitFor();
    expect(await say()).toMatchObject([{ ok: false, error: { code: 'permission_denied' } }]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(async () => (await say())[0]?.ok).toBe(true);

    // Settings: what does not fit is refused at its field.
    await panel.getByRole('link', { name: 'Configure' }).click();
    await page.getByRole('textbox', { name: 'Greeting' }).fill('h');
    await page.getByRole('textbox', { name: 'Times' }).fill('9');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('Must have at least 2 characters.').waitFor();
    await page.getByText('Must be at most 3.').waitFor();
    await page.getByRole('textbox', { name: 'Greeting' }).fill('good day');
    await page.getByRole('textbox', { name: 'Times' }).fill('2');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The settings of Notes are saved').waitFor();
    expect(await say()).toMatchObject([{ result: 'good day' }]);

    // Order: by keys, and the next call follows it.
    await page.goto(`${server.url}/plugins`);
    await install(page, await packageOf('echo', 'Echo', `return 'echo';`));
    await page
      .getByRole('dialog', { name: 'Install Echo 1.0.0?' })
      .getByRole('button', { name: /^Install/ })
      .click();
    // Its panel and not the toast, which a slow machine may miss.
    await page.getByRole('region', { name: 'Echo', exact: true }).waitFor();
    await eventually(async () => (await call(routes.plugins.get, { params: { id: 'echo' } })).state).toBe('loaded');
    expect((await say()).map(({ plugin }) => plugin)).toEqual(['notes', 'echo']);
    await page.goto(`${server.url}/hooks`);
    await page.getByRole('button', { name: 'Echo, place 2 of 2. Arrow keys move it' }).press('ArrowUp');
    await page.getByText('Echo is now at place 1 of 2').waitFor();
    await eventually(async () => (await say()).map(({ plugin }) => plugin)).toEqual(['echo', 'notes']);

    // Uninstalled: what was lost was named before.
    await page.goto(`${server.url}/plugins/notes`);
    await page.getByRole('img', { name: /^Calls an hour/ }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Uninstall' }).click();
    const loss = page.getByRole('dialog', { name: 'Uninstall Notes?' });
    await loss.getByText(/2 changed settings, .* of stored data in 1 entry/).waitFor();
    await loss.getByText(/^echo answers its hook notes:say/).waitFor();
    await loss.getByRole('button', { name: 'Uninstall Notes' }).click();
    await eventually(async () => (await call(routes.plugins.list)).items.map(({ id }) => id)).not.toContain('notes');
    await page.getByRole('heading', { level: 1, name: 'Installed plugins' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

async function install(page: Page, buffer: Buffer): Promise<void> {
  await page.getByRole('heading', { level: 1, name: 'Installed plugins' }).waitFor();
  await page.getByLabel('Upload package').setInputFiles({ name: 'plugin.zip', mimeType: 'application/zip', buffer });
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
}

/** The server as `npm start` starts it, on a free port with an empty data folder. */
async function startServer() {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-plugins-server-'));
  const child = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      SPARE_RUNNERS: '1',
      SPARE_SCANNERS: '0',
      DATA_DIR: join(folder, 'data'),
      LOG_LEVEL: 'warn',
      // A test does in a minute what people do in a day.
      RATE_LIMIT_PLUGIN_OPERATION: '0',
      RATE_LIMIT_HOOK: '0',
      RATE_LIMIT_READING: '0',
      RATE_LIMIT_CHANGE: '0',
      PROOFPIX_OWNER_EMAIL: email,
      PROOFPIX_OWNER_PASSWORD: password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return {
    url: new URL(await printedLink(child)).origin,
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function printedLink(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (chunk: unknown) => {
      printed += String(chunk);
      const link = /https?:\/\/\S+\/sign-in#code=\S+/.exec(printed)?.[0];
      if (link !== undefined) resolve(link);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${printed}`)));
  });
}
