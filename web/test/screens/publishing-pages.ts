import { paths } from '../../src/paths.ts';
import { announcePicture } from './conversation-pages.ts';
import { dialog, type Picture } from './picture.ts';

/** Of the marketplace, and of what is published on it: see pages.ts. */
export const publishingPictures: Record<string, readonly Picture[]> = {
  marketplace: [{ name: 'marketplace', path: () => paths.marketplace }],
  publisher: [{ name: 'publisher', path: () => paths.publisher('halden-geo') }],
  listing: [
    { name: 'listing', path: () => paths.listing('halden-geo', 'weather-at-capture') },
    {
      name: 'listing-trial',
      path: () => paths.listing('halden-geo', 'weather-at-capture'),
      before: async (page) => {
        await page.getByRole('button', { name: 'Try a photo of ours' }).click();
        await page.getByRole('heading', { name: /^Trial on one photo/ }).waitFor();
      },
    },
    {
      name: 'listing-kill',
      path: () => paths.listing('halden-geo', 'weather-at-capture'),
      before: async (page) => {
        await page
          .getByRole('button', { name: /^Actions for release/ })
          .first()
          .click();
        await page.getByRole('menuitem', { name: 'End everywhere (kill)' }).click();
        await dialog(page);
      },
    },
  ],
  exposure: [{ name: 'exposure', path: () => paths.exposure('5f'.repeat(32)) }],
  publishing: [
    { name: 'publishing', path: () => paths.publishing },
    announcePicture,
    { name: 'publishing-none', path: () => `${paths.publishing}?state=withdrawn` },
    {
      name: 'publishing-name',
      path: () => paths.publishing,
      before: async (page) => {
        await page.getByRole('button', { name: 'Take a name' }).click();
        await dialog(page);
      },
    },
    {
      name: 'publishing-verify',
      path: () => paths.publishing,
      before: async (page) => {
        await page.getByRole('button', { name: 'Verify a domain for halden-geo' }).click();
        await dialog(page);
      },
    },
  ],
  publisherAnalytics: [
    { name: 'publisher-analytics', path: () => paths.publisherAnalytics('halden-geo', 'weather-at-capture') },
  ],
  newSubmission: [{ name: 'new-submission', path: () => paths.newSubmission }],
  submission: [
    { name: 'submission-blocked', path: ({ submissions }) => paths.submission(submissions.blocked) },
    { name: 'submission-refused', path: ({ submissions }) => paths.submission(submissions.refused) },
    { name: 'submission-draft', path: ({ submissions }) => paths.submission(submissions.draft) },
    { name: 'submission-progress', path: ({ submissions }) => paths.submission(submissions.waiting) },
    {
      name: 'submission-comments',
      path: ({ submissions }) => `${paths.submission(submissions.waiting)}?part=comments`,
    },
  ],
  money: [{ name: 'money', path: () => paths.money }],
  reviews: [{ name: 'reviews', path: () => paths.reviews }],
  moderation: [
    { name: 'moderation', path: () => paths.moderation },
    { name: 'moderation-mine', path: () => `${paths.moderation}?tab=mine` },
  ],
  review: [
    { name: 'review', path: ({ submissions }) => `${paths.review(submissions.waiting)}?file=index.js` },
    { name: 'review-whole', path: ({ submissions }) => `${paths.review(submissions.waiting)}?file=index.js&whole=1` },
  ],
};
