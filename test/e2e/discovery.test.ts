import { fillCatalog, makeCatalog } from '../../server/src/features/marketplace/discovery/test/catalog.ts';
import { startServer, type TestServer } from '../../server/test/start-server.ts';
import {
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  hasChromium,
  launchChromium,
} from '../../web/test/browser.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

describe.skipIf(!hasChromium)('finding a plugin, in the browser', { timeout: 300_000 }, () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    await fillCatalog(server.db, makeCatalog(900));
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** For a broken page, not a figure: a busy machine is slow. */
  const eventually = <Value>(read: () => Value | Promise<Value>) => expect.poll(read, { timeout: 60_000 });
  const field = (page: Page) => page.getByRole('combobox', { name: 'Search by name, purpose or publisher' });
  const total = async (page: Page) =>
    Number.parseInt(
      (await page
        .getByRole('status')
        .filter({ hasText: /plugins?$/ })
        .textContent()) ?? '',
      10,
    );

  async function open(size = { width: 1_300, height: 900 }) {
    const { owner } = await server.createOrganisation();
    const context = await browser.newContext({ viewport: size, reducedMotion: 'reduce', locale: 'en-GB' });
    // For a broken page, not a figure: a busy machine is slow.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('E-mail').fill(owner.email);
    await page.getByLabel('Password', { exact: true }).fill(owner.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
    await page.goto(`${server.url}/marketplace`);
    await page.getByRole('heading', { level: 1, name: 'Marketplace' }).waitFor();
    return { page, complaints };
  }

  test('by what is most used and new, then by words, filters and an order that explains itself', async () => {
    const { page, complaints } = await open();
    for (const name of ['Featured', 'Most used', 'Trending', 'New'])
      await page.getByRole('region', { name, exact: true }).getByRole('heading', { level: 3 }).first().waitFor();
    await expectAccessible(page);

    // A slip: what is near is shown, and it says so. Typed letter by letter: none of them may get lost.
    await field(page).pressSequentially('wether');
    await page.getByText('Shown is what fits “weather”: nothing has “wether”.').waitFor();
    expect(await field(page).inputValue()).toBe('wether');
    expect(new URL(page.url()).searchParams.get('search')).toBe('wether');

    const before = await total(page);
    await page
      .getByRole('group', { name: 'Scan' })
      .getByRole('checkbox', { name: /^Nothing grave/ })
      .click();
    await eventually(() => total(page)).toBeLessThan(before);
    expect(new URL(page.url()).searchParams.getAll('verdict')).toEqual(['pass']);
    await page.getByLabel('Order').selectOption('Newest');
    await eventually(() => new URL(page.url()).searchParams.get('sort')).toBe('new');
    await page.getByLabel('Order').selectOption('Best match');

    const first = page
      .getByRole('listitem')
      .filter({ has: page.getByRole('heading', { level: 3 }) })
      .first();
    await first.getByText('Why here').click();
    await first.getByText(/“weather” in the name/).waitFor();
    const points = await first.getByRole('definition').allTextContents();
    const [score, ...terms] = points.map(Number).toReversed();
    expect(terms.reduce((sum, each) => sum + each, 0)).toBe(score);
    await expectAccessible(page);

    // The address holds all of it.
    const shown = await total(page);
    await page.reload();
    await eventually(() => total(page)).toBe(shown);
    expect(await field(page).inputValue()).toBe('wether');
    await page.getByRole('button', { name: 'Drop the filters' }).click();
    await eventually(() => total(page)).toBe(before);
    expect(complaints).toEqual([]);
  });

  test('by a suggestion, with the keyboard alone', async () => {
    const { page, complaints } = await open();
    await page.keyboard.press('/');
    await page.keyboard.type('stegano');
    await page.getByRole('option', { name: 'steganography', exact: true }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await eventually(() => field(page).inputValue()).toBe('steganography');
    await eventually(() => new URL(page.url()).searchParams.get('search')).toBe('steganography');
    await field(page).fill('qqqxzvw');
    await page.getByText('Nothing fits “qqqxzvw”.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page
      .getByRole('region', { name: 'Featured' })
      .or(page.getByRole('region', { name: 'New' }))
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test('on a phone, where filters open on demand', async () => {
    const { page, complaints } = await open({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Filters' }).click();
    await page
      .getByRole('group', { name: 'Type' })
      .getByRole('checkbox', { name: /^Connector/ })
      .click();
    await page.getByRole('button', { name: 'Filters (1)' }).waitFor();
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    expect(complaints).toEqual([]);
  });
});
