import type { Browser } from 'playwright-core';
import { matchPath } from 'react-router';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patterns, type PageName } from '../src/paths.ts';
import {
  collectComplaints,
  dist,
  expectAccessible,
  expectNoSidewaysScroll,
  hasChromium,
  launchChromium,
} from './browser.ts';
import { fakeCase, noCases } from './fake-cases.ts';
import { doneRun, pluginsReply, richRun, step, waitingRun } from './fake-data.ts';
import { startFakeServer, type FakeServer } from './fake-server.ts';
import { publishingVisits, type Visit } from './publishing-visits.ts';

const everything = [
  'own-account',
  'signed-in',
  'members:manage',
  'plugins:read',
  'plugins:manage',
  'policies:read',
  'policies:manage',
  'privacy:read',
  'privacy:manage',
  'organisation:own',
  'security:read',
  'audit:read',
  'runs:read',
  'runs:create',
  'publishing:manage',
  'submissions:review',
];
const longName = `${'Hagelschadenregulierungsgutachten_Donaudampfschifffahrtsgesellschaft_'.repeat(2).slice(0, 115)}.jpg`;

const longTitle = 'Hagelschadenregulierungsgutachten_Donaudampfschifffahrtsgesellschaft_'.repeat(2).slice(0, 120);

/** Every state on every screen takes many minutes: asked for by name. Without, each page is looked at in both themes. */
const everyState = process.env.AXE === 'every-state';
if (!everyState) console.log('Skipped: axe on every state of every page. AXE=every-state runs it too.');

describe.skipIf(!hasChromium)('every page in both themes, wide and on a phone', () => {
  let browser: Browser;
  let fake: FakeServer;

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
    [browser, fake] = await Promise.all([launchChromium(), startFakeServer(dist)]);
  });
  afterAll(async () => {
    await browser?.close();
    await fake?.stop();
  });

  function openFirstAct(): void {
    const act = fake.state.audit.acts.find(({ before }) => before !== null);
    if (act !== undefined) act.id = 'first';
  }

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
    { name: 'history', path: '/history', heading: 'History', main: true },
    { name: 'history without a match', path: '/history?search=nowhere&found=strong', heading: 'History' },
    { name: 'cases', path: '/cases', heading: 'Cases', main: true },
    { name: 'cases without a match', path: '/cases?search=nowhere', heading: 'Cases' },
    {
      name: 'case',
      path: '/cases/',
      heading: longTitle,
      main: true,
      prepare: () => {
        fake.state.cases = noCases();
        const runs = all.slice(3).map((run) => ({ ...run, case: null }));
        const known = fakeCase(fake.state.cases, longTitle, runs, { reference: 'NC-2026-114', description: longName });
        const first = known.exhibits[0];
        if (first !== undefined) first.caption = longName;
        return known.id;
      },
    },
    {
      name: 'case that is closed and empty',
      path: '/cases/',
      heading: 'Winter storm',
      prepare: () => fakeCase(fake.state.cases, 'Winter storm', [], { state: 'closed' }).id,
    },
    { name: 'comparison', path: `/compare?left=${rich.id}&right=${heic.id}`, heading: 'Compare', main: true },
    { name: 'comparison that asks for photos', path: '/compare', heading: 'Compare' },
    { name: 'policies', path: '/policies', heading: 'Policies', main: true },
    { name: 'privacy', path: '/privacy', heading: 'Privacy', main: true },
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
    { name: 'installed plugins', path: '/plugins', heading: 'Installed plugins', main: true },
    {
      name: 'a plugin beside the list',
      path: '/plugins?open=jpeg-structure',
      heading: 'Installed plugins',
      main: true,
    },
    { name: 'installed plugins without a match', path: '/plugins?search=nowhere', heading: 'Installed plugins' },
    {
      name: 'no installed plugin',
      path: '/plugins',
      heading: 'Installed plugins',
      prepare: () => void (fake.state.plugins = []),
    },
    {
      name: 'installed plugins for a role that may only look',
      path: '/plugins?open=exif-reader',
      heading: 'Installed plugins',
      prepare: () => void (fake.state.access = ['signed-in', 'plugins:read', 'runs:read']),
    },
    { name: 'a plugin', path: '/plugins/exif-reader', heading: 'EXIF reader', main: true },
    {
      name: 'settings of a plugin',
      path: '/plugins/exif-reader/settings',
      heading: 'Settings of EXIF reader',
      main: true,
    },
    { name: 'order of the plugins', path: '/hooks', heading: 'Order of the plugins', main: true },
    ...publishingVisits(() => fake),
    { name: 'receipt of a plugin', path: '/plugins/sun-dial', heading: 'Sun dial', main: true },
    { name: 'missing plugin', path: '/plugins/no-such-plugin', heading: 'Page not found' },
    { name: 'missing run', path: '/runs/00000000-0000-4000-8000-000000000000', heading: 'Page not found' },
    { name: 'missing page', path: '/nowhere', heading: 'Page not found' },
    { name: 'audit', path: '/audit', heading: 'Audit', main: true },
    {
      name: 'an act of the audit trail',
      path: '/audit?open=first',
      heading: 'Audit',
      main: true,
      prepare: openFirstAct,
    },
    { name: 'audit without a match', path: '/audit?search=nowhere', heading: 'Audit' },
    {
      name: 'audit for a role that may not see it',
      path: '/audit',
      heading: 'Audit',
      prepare: () => void (fake.state.access = ['signed-in', 'runs:read']),
    },
    { name: 'connections', path: '/connections', heading: 'Connections', main: true },
    { name: 'members', path: '/members', heading: 'Members', main: true },
    {
      name: 'members for a role that may only look',
      path: '/members',
      heading: 'Members',
      prepare: () => void (fake.state.access = ['own-account', 'signed-in', 'runs:read']),
    },
    { name: 'review of access', path: '/members/review', heading: 'Review of access', main: true },
    {
      name: 'review of access for a role that may not',
      path: '/members/review',
      heading: 'Review of access',
      prepare: () => void (fake.state.access = ['own-account', 'signed-in', 'runs:read']),
    },
    { name: 'account', path: '/account', heading: 'Account', main: true },
    {
      name: 'account that has yet to set up its second factor',
      path: '/',
      heading: 'Set up two-factor sign-in',
      prepare: () => void (fake.people.secondFactor = { on: false, needed: true }),
    },
    { name: 'single sign-on', path: '/single-sign-on', heading: 'Single sign-on', main: true },
    { name: 'invitation', path: '/invitation#token=for-somebody-new', heading: 'Invitation', main: true },
    { name: 'invitation for who is signed in', path: '/invitation#token=for-me', heading: 'Invitation' },
    { name: 'used invitation', path: '/invitation#token=used', heading: 'Invitation' },
    { name: 'forgotten password', path: '/forgot-password', heading: 'Forgot your password?', main: true },
    { name: 'new password', path: '/reset-password#token=good', heading: 'Set a new password', main: true },
    { name: 'confirming an address', path: '/confirm-email#token=good', heading: 'Confirm e-mail address', main: true },
    {
      name: 'sign-in in vain at a provider',
      path: '/sign-in?problem=single_sign_on_failed',
      heading: 'Sign in',
      prepare: () => void (fake.state.signedIn = false),
    },
    { name: 'tokens', path: '/tokens', heading: 'API tokens', main: true },
    { name: 'subscription', path: '/subscription', heading: 'Subscription', main: true },
    {
      name: 'sign-in',
      path: '/sign-in',
      heading: 'Sign in',
      main: true,
      prepare: () => void (fake.state.signedIn = false),
    },
  ];

  // Every state twice, every page on every screen: the whole product of states, themes and widths says no more.
  const pages = visits.filter(({ main }) => main);
  const everywhere = [
    { colorScheme: 'light', width: 1440, height: 900, shown: everyState ? visits : pages },
    { colorScheme: 'dark', width: 390, height: 844, shown: everyState ? visits : pages },
    { colorScheme: 'dark', width: 1440, height: 900, shown: everyState ? pages : [] },
    { colorScheme: 'light', width: 390, height: 844, shown: everyState ? pages : [] },
    { colorScheme: 'light', width: 900, height: 800, shown: everyState ? pages : [] },
  ] as const;
  const screens = everywhere.filter(({ shown }) => shown.length > 0);

  test.for(screens)(
    'no accessibility violation, and it fits the screen: $colorScheme, $width px',
    { timeout: 600_000 },
    async ({ colorScheme, width, height, shown }) => {
      const context = await browser.newContext({ viewport: { width, height }, colorScheme, reducedMotion: 'reduce' });
      for (const { name, path, heading, prepare } of shown) {
        Object.assign(fake.state, { signedIn: true, runs: all, access: everything, problems: new Map() });
        fake.state.plugins = pluginsReply();
        fake.people.secondFactor = { on: false, needed: false };
        const last = prepare?.() ?? '';
        const page = await context.newPage();
        const complaints = collectComplaints(page);
        try {
          await page.goto(fake.url + path + last);
          await page.getByRole('heading', { level: 1, name: heading }).waitFor();
          // For a broken page, not a figure: a busy machine is slow.
          const loading = page.getByRole('status').filter({ hasText: 'Loading' });
          await expect.poll(() => loading.count(), { timeout: 20_000 }).toBe(0);
          await page.evaluate(() => document.fonts.ready);
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

  test('every page of the app is among them', () => {
    const all = Object.keys(patterns) as PageName[]; // its keys
    const visited = all.filter((page) =>
      visits.some(
        ({ path, main }) =>
          main && matchPath(patterns[page], new URL(path.replace(/(?<=.)\/$/, '/an-id'), 'http://page').pathname),
      ),
    );
    expect(visited).toEqual(all);
  });

  test('dialogs and menus have no accessibility violation', { timeout: 120_000 }, async () => {
    Object.assign(fake.state, { signedIn: true, runs: all, access: everything, problems: new Map() });
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${fake.url}/runs/${rich.id}`);
    await page.getByRole('button', { name: 'Delete', exact: true }).first().click();
    await page.getByRole('dialog', { name: `Delete ${rich.file.name}?` }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Mara Lindqvist' }).click();
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('option').first().waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await expectAccessible(page);
    await context.close();
  });
});
