import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectComplaints, expectAccessible, hasChromium, launchChromium } from './browser.ts';
import { dropPhotos } from './drop-photos.ts';
import { eventually } from './open-pages.ts';
import { owner, startRealServer, type RealServer } from './real-server.ts';

const root = join(import.meta.dirname, '../..');

describe.skipIf(!hasChromium)('the pages, against the real server', { timeout: 120_000 }, () => {
  let browser: Browser;
  let server: RealServer;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startRealServer(), launchChromium()]);
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('a stranger signs in by the printed link, runs the sample, watches it and reads the result', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await page.goto(server.link);
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
    expect(page.url()).toBe(`${server.url}/`);
    await page.getByText(/\d+ plugins will look at each photo\. Nothing leaves this server\./).waitFor();

    await page.getByRole('button', { name: 'Try the sample photo' }).click();
    await page
      .getByRole('link', { name: /sample/ })
      .first()
      .click();
    await page.getByRole('row', { name: /EXIF reader .* file:process .* \d+ values/ }).waitFor();
    const metadata = page.getByRole('region', { name: 'Metadata' });
    await metadata.getByText('Sample Camera', { exact: true }).waitFor();
    await page
      .getByText(/^61\.\d+° N, 8\.\d+° E/)
      .first()
      .waitFor();
    await eventually(() =>
      page.getByRole('img', { name: /^Photo sample/ }).evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBeGreaterThan(100);
    await expectAccessible(page);

    await page.goBack();
    await page.getByRole('row', { name: /sample.*1 note/ }).waitFor();
    await expectAccessible(page);
    expect(complaints).toEqual([]);
    await context.close();
  });

  test('the link works once; e-mail and password work after it', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.link);
    await page.getByText('This sign-in link no longer works').waitFor();
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
    await context.close();
  });

  test('addresses, receivers and providers are registered, their secrets shown once, and deleted again', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await signIn(page, server.url);
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Connections' }).click();
    await page.getByText('No address is registered, so no plugin can send a message.').waitFor();

    await page.getByRole('button', { name: 'Add an address' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('claims desk');
    await page.getByRole('textbox', { name: 'Address' }).fill('https://10.0.0.1/hook');
    await page.getByRole('button', { name: 'Add the address' }).click();
    await page.getByText('The address was not added').waitFor();
    await page.getByRole('textbox', { name: 'Address' }).fill('https://hooks.claims.example/photos');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Add the address' }).click();
    const secret = page.getByRole('dialog', { name: 'The secret of claims desk' });
    await secret.getByText(/^whsec_/).waitFor();
    await expectAccessible(page);
    await secret.getByRole('button', { name: 'Close, I have copied it' }).click();
    await page.getByText('https://hooks.claims.example/photos · all messages').waitFor();

    await page.getByRole('button', { name: 'Add a receiver' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('intake');
    await page.getByRole('button', { name: 'Add the receiver' }).click();
    await page.getByRole('dialog', { name: 'The secret of intake' }).getByText('/api/webhooks/in/').waitFor();
    await page.getByRole('button', { name: 'Close, I have copied it' }).click();

    await page.getByRole('button', { name: 'Add a provider' }).click();
    await page.getByLabel('Client id').fill('client-1');
    await page.getByLabel('Client secret', { exact: true }).fill('not-shown-again');
    await page.getByRole('button', { name: 'Add the provider' }).click();
    await page.getByText('Not connected').waitFor();
    expect(await page.content()).not.toContain('not-shown-again');
    await expectAccessible(page);

    await page.getByRole('button', { name: 'claims desk' }).click();
    await page.getByText('Nothing was sent to it yet.').waitFor();
    const row = page.getByRole('listitem').filter({ hasText: 'claims desk' });
    await row.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete claims desk' }).click();
    await page.getByText('No address is registered, so no plugin can send a message.').waitFor();
    // The refused address is the one complaint of the browser's console.
    expect(complaints.filter((line) => !line.includes('422'))).toEqual([]);
    await context.close();
  });

  test('the layers of the sandbox are shown as the server found them', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, server.url);
    await page.goto(`${server.url}/security`);
    const { sandbox } = (await (await fetch(`${server.url}/readyz`)).json()) as { sandbox: { on: boolean }[] }; // the route's reply
    expect(sandbox.length).toBeGreaterThanOrEqual(6);
    const layers = page.getByRole('region', { name: 'Sandbox' });
    await layers.getByRole('listitem').first().waitFor();
    expect(await layers.getByText('On', { exact: true }).count()).toBe(sandbox.filter(({ on }) => on).length);
    await page.getByText('No plugin did anything that was refused.').waitFor();
    await context.close();
  });

  test('a photo that is dropped is read, and one that is none is refused by its content', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await signIn(page, server.url);
    await dropPhotos(
      page,
      new Map([
        ['drop.jpg', await samplePhoto(page)],
        ['fake.jpg', Buffer.from('This is no photo.')],
      ]),
    );
    await page.getByRole('row', { name: /drop\.jpg.*\d notes?/ }).waitFor();
    await page.getByText(/The file is not a photo that ProofPix reads/).waitFor();
    await page.getByRole('link', { name: 'drop.jpg' }).click();
    await page.getByRole('heading', { level: 1, name: 'drop.jpg' }).waitFor();

    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('button', { name: 'Delete the run' }).click();
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
    await page.getByRole('row', { name: /sample/ }).waitFor();
    expect(await page.getByRole('row', { name: /drop\.jpg/ }).count()).toBe(0);
    await context.close();
  });
});

describe('the built app', () => {
  test('carries neither typebox nor anything that makes code from text', async (context) => {
    const assets = join(root, 'web/dist/assets');
    if (!existsSync(assets)) return context.skip('web/dist is not built');
    const scripts = (await readdir(assets)).filter((name) => name.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(2);
    for (const name of scripts) {
      const text = await readFile(join(assets, name), 'utf8');
      expect(text, name).not.toMatch(/\bnew Function\(|[^.\w]eval\(|~kind/);
    }
  });
});

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(owner.email);
  await page.getByLabel('Password', { exact: true }).fill(owner.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
}

/** The sample photo that the test before has run, as anybody with the page could download it. */
async function samplePhoto(page: Page): Promise<Buffer> {
  const href = await page
    .getByRole('link', { name: /sample/ })
    .first()
    .getAttribute('href');
  const response = await page.request.get(new URL(`/api${href}/photo`, page.url()).href);
  expect(response.status()).toBe(200);
  return response.body();
}
