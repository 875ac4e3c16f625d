import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  buildWebApp,
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  hasChromium,
  launchChromium,
} from './browser.ts';
import { doneRun, richRun, step, waitingRun } from './fake-data.ts';
import { startFakeServer, type FakeServer } from './fake-server.ts';

const everything = ['signed-in', 'plugins:read', 'plugins:manage', 'security:read', 'runs:read', 'runs:create'];
const longName = `${'Hagelschadenregulierungsgutachten_Donaudampfschifffahrtsgesellschaft_'.repeat(2).slice(0, 115)}.jpg`;

describe.skipIf(!hasChromium)('every page in both themes, wide and on a phone', () => {
  let browser: Browser;
  let fake: FakeServer;
  let app: Awaited<ReturnType<typeof buildWebApp>>;

  const rich = richRun();
  const failed = doneRun('DSC00869.nef', {
    state: 'failed',
    error: { code: 'run_interrupted', message: 'The server was stopped.' },
  });
  const heic = doneRun('PXL_1.heic', {
    file: { ...rich.file, name: 'PXL_1.heic', type: 'image/heic' },
    steps: [step('exif-reader', 'file:process')],
  });
  const running = { ...waitingRun(longName), state: 'running' as const };
  const all = [
    running,
    waitingRun('IMG_4132.jpg'),
    rich,
    failed,
    heic,
    doneRun(longName, { findingCounts: { strong: 0, possible: 1, note: 0 } }),
  ];

  beforeAll(async () => {
    app = await buildWebApp();
    [browser, fake] = await Promise.all([launchChromium(), startFakeServer(app.dist)]);
  });
  afterAll(async () => {
    await browser?.close();
    await fake?.stop();
    await app?.remove();
  });

  type Visit = { name: string; path: string; heading: string; main?: true; prepare?: () => void };
  const visits: Visit[] = [
    { name: 'workbench', path: '/', heading: 'Workbench', main: true },
    { name: 'workbench without photos', path: '/', heading: 'Workbench', prepare: () => void (fake.state.runs = []) },
    {
      name: 'workbench that may not start runs',
      path: '/',
      heading: 'Workbench',
      prepare: () => void (fake.state.access = ['signed-in', 'runs:read']),
    },
    {
      name: 'workbench with a broken list',
      path: '/',
      heading: 'Workbench',
      prepare: () => void fake.state.problems.set('GET /api/runs', 'internal'),
    },
    { name: 'filter without a match', path: '/?search=nowhere&found=findings', heading: 'Workbench' },
    { name: 'result with everything', path: `/runs/${rich.id}`, heading: rich.file.name, main: true },
    { name: 'result under way with a long name', path: `/runs/${running.id}`, heading: longName },
    { name: 'run that failed', path: `/runs/${failed.id}`, heading: failed.file.name },
    { name: 'photo that browsers do not show', path: `/runs/${heic.id}`, heading: heic.file.name },
    { name: 'security', path: '/security', heading: 'Security', main: true },
    {
      name: 'security without a match',
      path: '/security?severity=medium&plugin=nobody',
      heading: 'Security',
    },
    {
      name: 'security for a role that may not see events',
      path: '/security',
      heading: 'Security',
      prepare: () => void (fake.state.access = ['signed-in', 'runs:read']),
    },
    { name: 'receipt of a plugin', path: '/plugins/sun-dial', heading: 'Sun dial', main: true },
    { name: 'missing plugin', path: '/plugins/no-such-plugin', heading: 'Page not found' },
    { name: 'missing run', path: '/runs/00000000-0000-4000-8000-000000000000', heading: 'Page not found' },
    { name: 'missing page', path: '/nowhere', heading: 'Page not found' },
    { name: 'sign-in', path: '/sign-in', heading: 'Sign in', prepare: () => void (fake.state.signedIn = false) },
  ];

  // Everything twice, the two main pages on every screen: the whole product of pages, themes and widths says no more.
  const screens = [
    { colorScheme: 'light', width: 1440, height: 900, shown: visits },
    { colorScheme: 'dark', width: 390, height: 844, shown: visits },
    { colorScheme: 'dark', width: 1440, height: 900, shown: visits.filter(({ main }) => main) },
    { colorScheme: 'light', width: 390, height: 844, shown: visits.filter(({ main }) => main) },
    { colorScheme: 'light', width: 900, height: 800, shown: visits.filter(({ main }) => main) },
  ] as const;

  test.for(screens)(
    'no accessibility violation, and it fits the screen: $colorScheme, $width px',
    { timeout: 300_000 },
    async ({ colorScheme, width, height, shown }) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      for (const { name, path, heading, prepare } of shown) {
        Object.assign(fake.state, { signedIn: true, runs: all, access: everything, problems: new Map() });
        prepare?.();
        const page = await context.newPage();
        const complaints = collectComplaints(page);
        await page.goto(fake.url + path);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
        await expect.poll(() => page.getByRole('status').filter({ hasText: 'Loading' }).count()).toBe(0);
        await page.evaluate(() => document.fonts.ready);
        try {
          await expectAccessible(page);
          await expectNoSidewaysScroll(page);
          expect(complaints).toEqual([]);
        } catch (error) {
          throw new Error(`${name}: ${String(error)}`, { cause: error });
        }
        await page.close();
      }
      await context.close();
    },
  );

  test('dialogs and menus have no accessibility violation', { timeout: 120_000 }, async () => {
    Object.assign(fake.state, { signedIn: true, runs: all, access: everything, problems: new Map() });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${fake.url}/runs/${rich.id}`);
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog', { name: `Delete ${rich.file.name}?` }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Mara Lindqvist' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await expectAccessible(page);
    await context.close();
  });
});
