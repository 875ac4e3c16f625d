import type { Page } from 'playwright-core';
import { paths } from '../../src/paths.ts';
import { fakeConversations, questionId, supportId } from '../fake-conversations.ts';
import { dialog, type Picture } from './picture.ts';

/** What takes two organisations on a real server, from the fake of the tests. */
async function answerWith(page: Page, pattern: string, value: unknown): Promise<void> {
  const body = JSON.stringify(value);
  await page.route(pattern, (route) => route.fulfill({ contentType: 'application/json', body }));
  await page.reload();
  await page.locator('main h1, main h2').first().waitFor();
}

const fake = fakeConversations();
const listOf = (items: readonly unknown[]) => ({
  items,
  nextCursor: null,
  total: items.length,
  totalIsLowerBound: false,
});

/** Of what people say to each other in the marketplace: see pages.ts. */
export const conversationPictures: Record<string, readonly Picture[]> = {
  question: [
    {
      name: 'question',
      path: () => paths.question(questionId),
      before: (page) => answerWith(page, '**/api/questions/*', fake.question),
    },
  ],
  announcements: [
    { name: 'announcements-none', path: () => paths.announcements },
    {
      name: 'announcements',
      path: () => paths.announcements,
      before: async (page) => {
        await page.route('**/api/follows', (route) => route.fulfill({ json: { items: fake.follows } }));
        await answerWith(page, '**/api/announcements?*', listOf(fake.received));
      },
    },
  ],
  supportRequests: [
    { name: 'support-none', path: () => paths.supportRequests },
    {
      name: 'support',
      path: () => paths.supportRequests,
      before: (page) => answerWith(page, '**/api/support-requests?*', listOf([fake.asked])),
    },
  ],
  supportRequest: [
    {
      name: 'support-request',
      path: () => paths.supportRequest(supportId),
      before: (page) => answerWith(page, '**/api/support-requests/*', fake.asked),
    },
  ],
  queuedRequest: [
    {
      name: 'queued-request',
      path: () => paths.queuedRequest('halden-geo', supportId),
      before: (page) => answerWith(page, '**/api/publishers/halden-geo/support-requests/*', fake.queued),
    },
  ],
};

/** Of the portal, with the dialog that announces something. */
export const announcePicture: Picture = {
  name: 'publishing-announce',
  path: () => paths.publishing,
  before: async (page) => {
    await page.getByRole('button', { name: 'Announce something' }).click();
    await dialog(page);
  },
};
