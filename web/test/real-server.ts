import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Call } from '@proofpix/contract/client';
import { limits } from '@proofpix/contract/limits';
import { tokenAccess } from '@proofpix/contract/api/tokens';
import { routes } from '@proofpix/contract/routes';
import type { Page } from 'playwright-core';

const root = join(import.meta.dirname, '../..');

export const owner = { email: 'owner@demo.example', password: 'correct-horse-battery' };

export type RealServer = {
  /** The single-use link that it printed. */
  link: string;
  url: string;
  /** The owner's client. */
  signIn: () => Promise<{ call: Call; token: string }>;
  stop: () => Promise<void>;
};

/** The server as `npm start` starts it, on a free port with an empty data folder. */
export async function startRealServer(): Promise<RealServer> {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-web-server-'));
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
      PROOFPIX_OWNER_EMAIL: owner.email,
      PROOFPIX_OWNER_PASSWORD: owner.password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const link = await printedLink(child);
  const url = new URL(link).origin;
  return {
    link,
    url,
    signIn: async () => {
      const signedIn = await createClient({ baseUrl: url })(routes.auth.login, { body: owner });
      if ('challenge' in signedIn) throw new Error('The owner has no second factor.');
      const { accessToken, refreshToken, account } = signedIn;
      const call = createClient({ baseUrl: url, tokens: { accessToken, refreshToken } });
      // One that lasts: pictures of all pages take longer than an access token.
      const access = tokenAccess.filter((name) => account.access.includes(name));
      const { token } = await call(routes.tokens.create, { body: { name: 'Of the tests', access } });
      return { call, token };
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** As people do, with e-mail and password. */
export async function signInPage(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.locator('[name=email]').fill(owner.email);
  await page.locator('[name=password]').fill(owner.password);
  await page.locator('button[type=submit]').click();
  await page.locator('nav[aria-label]').first().waitFor({ state: 'attached' });
}

/** Installs a package and loads it with all that it asks for. */
export async function installPackage(url: string, token: string, archive: Uint8Array): Promise<void> {
  const form = new FormData();
  form.set('grants', 'requested');
  form.set('autoLoad', 'true');
  form.set('acceptReview', 'true');
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}/api/plugins/install`, { method: 'POST', body: form, headers });
  if (!response.ok) throw new Error(`The install answered ${response.status}: ${await response.text()}`);
  for (let location = response.headers.get('location'); response.status === 202;) {
    const job = (await (await fetch(url + location, { headers })).json()) as { state: string; error?: unknown }; // the row says so
    if (job.state === 'done') return;
    if (job.state === 'failed') throw new Error(`The install failed: ${JSON.stringify(job.error)}`);
    location ??= '';
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Sends a photo and waits until it was looked at. */
export async function runPhoto(url: string, token: string, name: string, bytes: Uint8Array): Promise<string> {
  const [id = ''] = await runPhotos(url, token, [name], bytes);
  return id;
}

/** The same photo under many names, looked at by all plugins or by some of them. */
export async function runPhotos(
  url: string,
  token: string,
  names: readonly string[],
  bytes: Uint8Array,
  plugins?: readonly string[],
): Promise<string[]> {
  const headers = { authorization: `Bearer ${token}` };
  const call = createClient({ baseUrl: url, token });
  const ids: string[] = [];
  for (let start = 0; start < names.length; start += limits.photosPerRequest) {
    const form = new FormData();
    if (plugins !== undefined) form.set('plugins', plugins.join(','));
    for (const name of names.slice(start, start + limits.photosPerRequest))
      form.append('file', new Blob([Buffer.from(bytes)]), name);
    const response = await fetch(`${url}/api/runs`, { method: 'POST', body: form, headers });
    if (!response.ok) throw new Error(`The upload answered ${response.status}: ${await response.text()}`);
    const { runs } = (await response.json()) as { runs: { id: string }[] }; // the row says so
    ids.push(...runs.map(({ id }) => id));
  }
  for (const id of ids) await finished(call, id);
  return ids;
}

export async function finished(call: Call, id: string): Promise<void> {
  for (;;) {
    const { state } = await call(routes.runs.get, { params: { id } });
    if (state === 'done' || state === 'failed') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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
