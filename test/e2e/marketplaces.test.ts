import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertPublishing } from '../../server/test/publishing-fixtures.ts';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import {
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  hasChromium,
  launchChromium,
} from '../../web/test/browser.ts';

describe.skipIf(!hasChromium)('the marketplace of another server, in the browser', { timeout: 300_000 }, () => {
  let market: TestServer;
  let server: TestServer;
  let browser: Browser;
  let publisher: string;
  beforeAll(async () => {
    [market, browser] = await Promise.all([startServer(), launchChromium()]);
    publisher = (await insertPublishing(market, market.organisationId)).PUBLISHER;
    server = await startServer({ environment: { MARKETPLACE_URL: market.url } });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await market?.stop();
  });

  test('stands among our own with its source, and says since when it is down', async () => {
    const { host } = new URL(market.url);
    const page = await (await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' })).newPage();
    page.setDefaultTimeout(60_000);
    const complaints = collectComplaints(page);
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('E-mail').fill(server.owner.email);
    await page.getByLabel('Password', { exact: true }).fill(server.owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();

    await page.goto(`${server.url}/marketplace?search=${publisher}`);
    await page.getByText(`Plugins of ${host} stand among those of this server.`).waitFor();
    const card = page.getByRole('listitem').filter({ hasText: `${host}/${publisher}` });
    await card.waitFor();
    await expectAccessible(page);
    await card.getByRole('link').click();
    await page.getByText(`${publisher}, in the marketplace of ${host}`).waitFor();
    await page.getByRole('button', { name: 'Install 1.0.0' }).waitFor();
    await expectAccessible(page);

    await market.stop();
    await page.getByRole('main').waitFor();
    await page.goto(`${server.url}/marketplace?search=${publisher}`);
    const banner = page.getByRole('alert').filter({ hasText: `The marketplace of ${host} cannot be reached since` });
    await banner.waitFor();
    await banner.getByText(/is shown and stays in force/).waitFor();
    await card.waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
    expect(complaints).toEqual([]);
  });
});
