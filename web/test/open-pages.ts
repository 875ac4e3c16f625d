import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { collectComplaints, dist, launchChromium } from './browser.ts';
import { startFakeServer, type FakeServer } from './fake-server.ts';

/** One page in a fresh browser profile in front of a fresh fake, for each test. */
export type Pages = {
  page: Page;
  context: BrowserContext;
  fake: FakeServer;
  open: (path: string) => Promise<unknown>;
  heading: (name: string) => Locator;
};

/** Registers what comes before and after each test; a page that complained fails its test. */
export function openPages(): Pages {
  let browser: Browser | undefined;
  // Filled before each test; a test never sees it empty.
  const pages = {} as Pages;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    if (browser === undefined) throw new Error('The browser did not start.');
    const fake = await startFakeServer(dist);
    const context = await browser.newContext();
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    Object.assign(pages, {
      page,
      context,
      fake,
      open: (path: string) => page.goto(fake.url + path),
      heading: (name: string) => page.getByRole('heading', { level: 1, name }),
    } satisfies Pages);
    return async () => {
      await context.close();
      await fake.stop();
      expect(complaints).toEqual([]);
    };
  });
  return pages;
}

/** Looks again until it is so. The limit is for a broken page, not a figure: a busy machine is slow. */
export function eventually<Value>(read: () => Value | Promise<Value>) {
  return expect.poll(read, { timeout: 20_000 });
}
