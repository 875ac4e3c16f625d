import type { Page } from 'playwright-core';
import type { ScanProgress } from '@proofpix/contract/api/jobs';
import { messages as firstGerman } from '../../src/messages/de/all.ts';
import { messages as laterGerman } from '../../src/messages/de/later.ts';
import { messages as firstEnglish } from '../../src/messages/en/all.ts';
import { messages as laterEnglish } from '../../src/messages/en/later.ts';
import { paths } from '../../src/paths.ts';
import { doneRun, richRun, step } from '../fake-data.ts';
import type { FakeServer } from '../fake-server.ts';
import { packageWith } from './packages.ts';

export const english = { ...firstEnglish, ...laterEnglish, runs: { ...firstEnglish.runs, ...laterEnglish.runs } };
export type Words = typeof english;
export const german: Words = {
  ...firstGerman,
  ...laterGerman,
  runs: { ...firstGerman.runs, ...laterGerman.runs },
} as Words; // the tests of the messages hold their keys together

/** Of a state that a server of its own has only after weeks: in front of the server that the tests of the pages use. */
export type StagedPicture = {
  name: string;
  path: string;
  stage?: (fake: FakeServer) => void;
  before?: (page: Page, words: Words) => Promise<unknown>;
};

const dialog = async (page: Page) => page.locator('dialog[open], [role=dialog]').waitFor();

async function press(page: Page, name: string): Promise<void> {
  await page.locator('button', { hasText: name }).first().click();
  await dialog(page);
}

function ofMember(name: string, path: string, item: (words: Words) => string): StagedPicture {
  return {
    name,
    path,
    before: async (page, words) => {
      await page.getByRole('button', { name: 'Jonas Weidner' }).click();
      await page.getByRole('menuitem', { name: item(words), exact: true }).click();
      await dialog(page);
    },
  };
}

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const long = 'Hagelschadenregulierungsgutachterin-';

function killList({ killList: list }: FakeServer): void {
  const made = { createdBy: 'Mara Lindqvist', createdAt: ago(30), from: ago(30) };
  const lifted = { liftedBy: `${long}Schmidt`, liftedAt: ago(3), liftReason: 'The publisher mended it in 1.4.1.' };
  const stands = { liftedBy: null, liftedAt: null, liftReason: null };
  list.push(
    { id: '1', kind: 'plugin', value: 'field-ghost', reason: 'It sends photos away.', ...made, ...stands },
    { id: '2', kind: 'digest', value: 'c90a1be46d0293ff'.repeat(4), reason: 'Mines coins.', ...made, ...lifted },
  );
}

const scanning: ScanProgress = { phase: 'analyse', done: 412, of: 1_030 };

const photoGone = richRun({ photoDeletedAt: ago(5) });
const looked = { findings: [], looked: ['edited', 'time', 'place', 'origin'] };
const nothingFound = doneRun('IMG_4131.jpg', {
  steps: [
    step('exif-reader', 'file:process', { result: looked }),
    step('jpeg-structure', 'data:analyze', { result: looked }),
  ],
});

export const stagedPictures: readonly StagedPicture[] = [
  { name: 'privacy', path: paths.privacy },
  {
    name: 'privacy-changed',
    path: paths.privacy,
    stage: ({ privacy }) => void (privacy.lost = [{ kind: 'runs', deleted: 1_204, before: ago(2_160) }]),
    before: async (page, words) => {
      await page.locator('input[type=number]').first().fill('90');
      await press(page, words.privacy.keeping.save);
    },
  },
  {
    name: 'privacy-erase',
    path: paths.privacy,
    before: (page, words) => press(page, words.privacy.organisation.erase),
  },
  {
    name: 'privacy-erasing',
    path: paths.privacy,
    stage: ({ privacy }) => void (privacy.eraseAt = ago(-100)),
  },
  { name: 'security', path: paths.security, stage: killList },
  {
    name: 'security-kill',
    path: paths.security,
    before: (page, words) => press(page, words.security.kill.add),
  },
  { name: 'single-sign-on', path: paths.singleSignOn },
  { name: 'account', path: paths.account },
  {
    name: 'account-erase',
    path: paths.account,
    before: (page, words) => press(page, words.privacy.yours.erase),
  },
  { name: 'members', path: paths.members },
  ofMember('members-sign-out', paths.members, (words) => words.members.signOut.open),
  ofMember('members-erase', paths.members, (words) => words.privacy.member.open),
  {
    name: 'members-menu',
    path: paths.members,
    before: async (page) => {
      await page.getByRole('button', { name: 'Jonas Weidner' }).click();
      await page.getByRole('menuitem').first().waitFor();
    },
  },
  { name: 'access-review', path: paths.accessReview },
  {
    name: 'install-progress',
    path: paths.plugins,
    stage: ({ state }) => state.held.add('POST /api/plugins/inspect'),
    before: async (page, words) => {
      const body = JSON.stringify({ progress: scanning });
      await page.route('**/api/plugins/inspect/progress**', (route) =>
        route.fulfill({ contentType: 'application/json', body }),
      );
      await page.getByLabel(words.plugins.add.upload).setInputFiles(await packageWith('pass'));
      await page.getByRole('dialog').getByRole('progressbar').waitFor();
    },
  },
  {
    name: 'install-consent',
    path: paths.plugins,
    before: async (page, words) => {
      await page.getByLabel(words.plugins.add.upload).setInputFiles(await packageWith('pass'));
      await page.getByRole('dialog').getByRole('checkbox').first().waitFor();
    },
  },
  { name: 'audit', path: paths.audit },
  {
    name: 'audit-evidence',
    path: paths.audit,
    before: async (page, words) => {
      await page.getByRole('button', { name: words.audit.export.action }).click();
      await page.getByRole('menuitem', { name: words.audit.export.evidence }).click();
      await dialog(page);
    },
  },
  { name: 'listing-ratings', path: paths.listing('halden-geo', 'weather-at-capture') },
  { name: 'moderation-held', path: paths.moderation },
  { name: 'moderation-reports', path: `${paths.moderation}?tab=open` },
  { name: 'publisher-analytics', path: paths.publisherAnalytics('halden-geo', 'weather-at-capture') },
  { name: 'listing', path: paths.listing('halden-geo', 'weather-at-capture') },
  { name: 'tokens', path: paths.tokens },
  { name: 'subscription', path: paths.subscription },
  { name: 'policies', path: paths.policies },
  {
    name: 'policies-approve',
    path: paths.policies,
    before: (page, words) => press(page, words.policies.requests.approve),
  },
  { name: 'plugin-updates', path: paths.plugin('exif-reader') },
  {
    name: 'plugin-set-back',
    path: paths.plugin('exif-reader'),
    before: (page, words) => press(page, words.plugins.updates.open),
  },
  { name: 'result-photo-gone', path: paths.run(photoGone.id), stage: ({ state }) => void (state.runs = [photoGone]) },
  {
    name: 'result-nothing-found',
    path: paths.run(nothingFound.id),
    stage: ({ state }) => void (state.runs = [nothingFound]),
  },
];
