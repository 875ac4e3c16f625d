import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { writeArchive } from '@proofpix/pack/write-archive';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import { expectAccessible, hasChromium, launchChromium } from '../../web/test/browser.ts';

describe.skipIf(!hasChromium)('a package that takes long to be read', { timeout: 120_000 }, () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    const scannerFile = join(import.meta.dirname, '../../intake/test/doubles/slow-scanner.mjs');
    server = await startServer({ intake: { scannerFile } });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('shows its stage and how much is done, and ends when somebody cancels', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in`);
    await page.locator('[name=email]').fill(server.owner.email);
    await page.locator('[name=password]').fill(server.owner.password);
    await page.locator('button[type=submit]').click();
    await page.locator('nav[aria-label]').first().waitFor({ state: 'attached' });
    await page.goto(`${server.url}/plugins`);
    const archive = await writeArchive(new Map([['manifest.json', Buffer.from('{}')]]));
    const file = { name: 'slow.zip', mimeType: 'application/zip', buffer: Buffer.from(archive) };
    await page.getByLabel('Upload package').setInputFiles(file);
    const dialog = page.getByRole('dialog', { name: 'Reading slow.zip' });
    const line = dialog.getByRole('progressbar', { name: 'How far the package is read' });
    await line.waitFor();
    expect(await line.getAttribute('value')).toBe('0.4');
    await dialog.getByText('Looking at its code · 40 %').waitFor();
    await expectAccessible(page);
    expect(server.intake.use().runners).toBe(1);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => server.intake.use().runners, { timeout: 30_000 }).toBe(0);
    await context.close();
  });
});
