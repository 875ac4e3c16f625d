import { describe, expect, test } from 'vitest';
import { expectAccessible, expectNoSidewaysScroll, hasChromium } from './browser.ts';
import { openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('a review of access', { timeout: 60_000 }, () => {
  const pages = openPages();
  const button = (name: string | RegExp) => pages.page.getByRole('button', { name, exact: typeof name === 'string' });
  const decision = (name: string) => pages.page.getByRole('group', { name: `Decision on ${name}` });

  test('begins with nothing decided, removes whom somebody removed, and says what was recorded', async () => {
    const { page, open, heading, fake } = pages;
    await open('/members');
    await page.getByText('Nobody has reviewed yet who has access.').waitFor();
    await page.getByRole('link', { name: 'Review access' }).click();
    await heading('Review of access').waitFor();
    await page.getByText('You: somebody else reviews you').waitFor();
    await page.getByText('not for 90 days').waitFor();
    expect(await button('Finish the review').isDisabled()).toBe(true);
    await page.getByText('You can finish when 3 more are decided').waitFor();
    expect(await page.locator('[aria-pressed=true]').count()).toBe(0);
    await expectAccessible(page);

    await decision('Jonas Weidner').getByRole('button', { name: 'Remove' }).click();
    // The token is his: it is not asked about any more.
    await page.getByText('Goes with its member').waitFor();
    await button('Keep all that are open').click();
    await page.getByLabel('Note').fill('Third quarter');
    await expectAccessible(page);
    await button('Finish the review').click();
    const dialog = page.getByRole('dialog', { name: 'Finish the review and remove 2 accesses?' });
    await dialog.waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Finish and remove' }).click();
    await heading('Members').waitFor();
    await page.getByText('The review is recorded: 2 kept, 2 removed').waitFor();
    await page.getByText(/Last reviewed on .* by Mara Lindqvist: 2 kept, 2 removed\./).waitFor();
    expect(fake.people.reviewed).toMatchObject({ note: 'Third quarter' });
    expect(fake.people.members.map(({ name }) => name)).not.toContain('Jonas Weidner');
  });

  test('is decided by the keyboard, and stays as it was where the server refuses it', async () => {
    const { page, open, fake } = pages;
    await open('/members/review');
    await decision('Jonas Weidner').getByRole('button', { name: 'Keep' }).focus();
    await page.keyboard.press('Enter');
    expect(await decision('Jonas Weidner').getByRole('button', { pressed: true }).innerText()).toBe('Keep');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await decision('Jonas Weidner').getByRole('button', { pressed: true }).innerText()).toBe('Remove');
    await button('Keep all that are open').click();
    expect(await decision('Jonas Weidner').getByRole('button', { pressed: true }).innerText()).toBe('Remove');
    fake.state.problems.set('POST /api/access-reviews', 'access_review_outdated');
    await button('Finish the review').click();
    await button('Finish and remove').click();
    const alert = page.getByRole('alert').filter({ hasText: 'The review was not finished' });
    await alert.getByText('Look at the list again').waitFor();
    expect(fake.people.members).toHaveLength(3);
  });

  test.each([
    ['light', 'en', 'Review of access', 'Evidence of a period, for an auditor', 'Download evidence', 'Export'],
    [
      'dark',
      'de',
      'Überprüfung der Zugriffe',
      'Nachweise eines Zeitraums, für eine Prüfung',
      'Nachweise herunterladen',
      'Exportieren',
    ],
  ] as const)(
    'and the download of evidence have no violation: %s, %s',
    async (colorScheme, locale, title, item, action, menu) => {
      const { page, context, fake } = pages;
      fake.state.access = [...new Set([...fake.state.access, 'audit:read'])];
      await context.addInitScript((language) => localStorage.setItem('proofpix-language', language), locale);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 844 });
        await page.goto(`${fake.url}/members/review`);
        await page.getByRole('heading', { level: 1, name: title }).waitFor();
        await page.getByRole('table').first().waitFor();
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
        await page.goto(`${fake.url}/audit`);
        await page.getByRole('button', { name: menu, exact: true }).click();
        await page.getByRole('menuitem', { name: item }).click();
        await page.getByRole('link', { name: action }).waitFor();
        await expectAccessible(page);
        await expectNoSidewaysScroll(page);
      }
    },
  );

  test('the days of the evidence are checked before they are asked for, and the last one belongs to them', async () => {
    const { page, open, fake } = pages;
    fake.state.access = [...new Set([...fake.state.access, 'audit:read'])];
    await open('/audit');
    await button('Export').click();
    await page.getByRole('menuitem', { name: 'Evidence of a period, for an auditor' }).click();
    const dialog = page.getByRole('dialog', { name: 'Download the evidence of a period' });
    const link = dialog.getByRole('link', { name: 'Download evidence' });
    await dialog.getByLabel('First day').fill('2026-07-01');
    await dialog.getByLabel('Last day').fill('2026-09-30');
    expect(await link.getAttribute('href')).toBe(
      '/api/controls/evidence?from=2026-07-01T00%3A00%3A00Z&to=2026-10-01T00%3A00%3A00.000Z',
    );
    for (const [from, to, says] of [
      ['2026-07-01', '2026-06-30', 'The last day is before the first.'],
      ['2024-07-01', '2026-06-30', 'At most 400 days at once.'],
      ['2999-07-01', '2999-07-02', 'The first day lies in the future.'],
      ['', '2026-06-30', 'Name both days.'],
    ] as const) {
      await dialog.getByLabel('First day').fill(from);
      await dialog.getByLabel('Last day').fill(to);
      await dialog.getByText(says).waitFor();
      expect(await link.count()).toBe(0);
      expect(await dialog.getByRole('button', { name: 'Download evidence' }).isDisabled()).toBe(true);
    }
  });
});
