// Takes a picture of every page and state in two themes and two widths into `screens/`, from a real server with real
// content; `staged-…` from the server of the tests, in German too. Tells what axe and the browser complained about.
// `npm run screens -- security` takes those with that in their name.
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { accessNames } from '@proofpix/contract/access';
import type { BrowserContext, Page } from 'playwright-core';
import { collectComplaints, dist, hasChromium, launchChromium } from '../browser.ts';
import { startFakeServer } from '../fake-server.ts';
import { signInPage, startRealServer } from '../real-server.ts';
import { makeContent } from './content.ts';
import { allPictures } from './pages.ts';
import type { Picture } from './picture.ts';
import { english, german, stagedPictures, type StagedPicture, type Words } from './staged-pages.ts';

const folder = join(import.meta.dirname, '../../../screens');
const only = process.argv[2] ?? '';

type Look = { theme: 'light' | 'dark'; width: number; language: 'en' | 'de' };
const looks = (['light', 'dark'] as const).flatMap((theme) =>
  ([1440, 390] as const).map((width): Look => ({ theme, width, language: 'en' })),
);
const germanLook: Look = { theme: 'light', width: 1440, language: 'de' };

if (!hasChromium) process.exit(1);
const staged = stagedPictures.filter(({ name }) => `staged-${name}`.includes(only));
const chosen = allPictures().filter(({ name }) => name.includes(only));
if (only === '') await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });

const browser = await launchChromium();
const problems: string[] = [];
let taken = 0;
const note = (file: string, said: string[]) => {
  problems.push(...said.map((each) => `${file}: ${each}`));
  taken += 1;
};
const server = chosen.length === 0 ? undefined : await startRealServer();
try {
  for (const look of [...looks, germanLook]) {
    if (staged.length === 0) break;
    const context = await openContext(look);
    for (const picture of staged) {
      const file = `staged-${picture.name}-${named(look)}.png`;
      const words = look.language === 'de' ? german : english;
      note(file, await takeStaged(context, picture, words, join(folder, file)));
    }
    await context.close();
  }
  const made = server === undefined ? undefined : await makeContent(server);
  for (const look of looks) {
    if (server === undefined || made === undefined) break;
    const [signedIn, stranger] = [await openContext(look), await openContext(look)];
    const first = await signedIn.newPage();
    await signInPage(first, server.url);
    await first.close();
    for (const picture of chosen) {
      if (picture.only !== undefined && (picture.only === 'phone') !== (look.width === 390)) continue;
      const file = `${picture.name}-${named(look)}.png`;
      const context = picture.signedOut === true ? stranger : signedIn;
      note(file, await take(context, server.url + picture.path(made), picture, join(folder, file)));
    }
    await Promise.all([signedIn.close(), stranger.close()]);
  }
} finally {
  await browser.close();
  await server?.stop();
}
console.log(`${taken} pictures in screens/, ${problems.length} complaints`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

function named({ theme, width, language }: Look): string {
  return language === 'en' ? `${theme}-${width}` : `${theme}-${width}-${language}`;
}

async function openContext({ theme, width, language }: Look): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width, height: width === 390 ? 844 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: language === 'de' ? 'de-DE' : 'en-GB',
  });
  // For a broken page, not a figure: a busy machine is slow.
  context.setDefaultTimeout(120_000);
  return context;
}

async function take(context: BrowserContext, url: string, { before }: Picture, file: string): Promise<string[]> {
  try {
    return await photograph(context, url, file, before);
  } finally {
    await context.setOffline(false);
  }
}

/** In front of a server of its own, so that no picture changes the next one. */
async function takeStaged(context: BrowserContext, picture: StagedPicture, words: Words, file: string) {
  const { path, stage, before } = picture;
  const fake = await startFakeServer(dist);
  try {
    fake.state.access = Object.keys(accessNames);
    stage?.(fake);
    return await photograph(context, fake.url + path, file, before && ((page) => before(page, words)));
  } finally {
    fake.release();
    await fake.stop();
  }
}

async function photograph(
  context: BrowserContext,
  url: string,
  file: string,
  before: ((page: Page) => Promise<unknown>) | undefined,
): Promise<string[]> {
  const page = await context.newPage();
  const complaints = collectComplaints(page);
  try {
    await page.goto(url);
    await settle(page);
    if (before !== undefined) {
      await before(page);
      await settle(page);
    }
    // As high as the page is, so that side bar and tabs stand where a screen of that height has them.
    if (before === undefined) {
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      const size = page.viewportSize();
      if (size !== null && height > size.height) await page.setViewportSize({ ...size, height });
      await settle(page);
    }
    await page.screenshot({ path: file });
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    return [
      ...complaints,
      ...(wide > 0 ? [`${wide} px wider than the screen`] : []),
      ...violations.map(({ id, nodes }) => `axe ${id}: ${nodes.map(({ html }) => html).join(' | ')}`),
    ];
  } catch (error) {
    return [String(error)];
  } finally {
    await page.close();
  }
}

/** Until the page has its words, its pictures and its letters. */
async function settle(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(() =>
    [...document.querySelectorAll('[role=status]')].every((each) => !/^(Loading|Lädt)/.test(each.textContent)),
  );
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => undefined)));
  });
  // The browser draws small pictures itself, two at a time; what it cannot draw keeps its letters.
  await page
    .waitForFunction(
      () =>
        [...document.querySelectorAll('span[aria-hidden]')].every(
          (tile) => !/^(JPEG|PNG|WebP)$/.test(tile.textContent) || tile.querySelector('img') !== null,
        ),
      undefined,
      { timeout: 10_000 },
    )
    .catch(() => undefined);
}
