import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('ratings', () => {
  const pages = openPages();
  const listing = '/marketplace/halden-geo/weather-at-capture';
  const ratings = () => pages.page.getByRole('region', { name: 'Ratings' });

  test('stand on the page of a plugin as text, with what is lacking to give one', async () => {
    const { page, fake, open } = pages;
    await open(listing);
    await ratings().getByText('of 5, from 12 organisations that use it').waitFor();
    await ratings().getByText('<b>Wetterstationsverwechslungsgefahr</b>', { exact: false }).waitFor();
    await ratings().getByText('Version 1.0.0, no longer the newest').waitFor();
    await ratings().getByText('Version 1.2.4 asks the right station.').waitFor();
    await ratings().getByText('there were 3 photos on 1 days', { exact: false }).waitFor();
    expect(await ratings().getByRole('button', { name: 'Rate this plugin' }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await ratings().getByRole('button', { name: 'Helpful · 3' }).click();
    await ratings().getByRole('button', { name: 'Helpful · 4' }).waitFor();
    expect(fake.ratings.sent).toEqual([{ name: 'PUT /api/marketplace/ratings/:id/helpful', body: { helpful: true } }]);
  });

  test('are given, held, and taken back', async () => {
    const { page, fake, open } = pages;
    fake.ratings.own = { ...fake.ratings.own, obstacle: null };
    await open(listing);
    await ratings().getByRole('button', { name: 'Rate this plugin' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rate Weather at capture' });
    await dialog.getByText('Choose the stars first').waitFor();
    await dialog.getByRole('combobox', { name: 'Stars' }).selectOption('4');
    await dialog.getByRole('textbox', { name: 'What you found' }).fill('Good');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Publish the rating' }).click();
    await ratings().getByText('unusually many ratings came within a day', { exact: false }).waitFor();
    expect(fake.ratings.sent.at(-1)?.body).toEqual({ stars: 4, text: 'Good', named: false });
    await ratings().getByRole('button', { name: 'Take it back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take the rating back' }).click();
    await ratings().getByRole('button', { name: 'Rate this plugin' }).waitFor();
  });

  test('that were rejected say why, and are objected to once', async () => {
    const { page, fake, open } = pages;
    const rated = { id: '0197a000-0000-7000-8000-000000000009', stars: 1, text: 'Bad', named: false, version: '1.2.4' };
    const at = '2026-11-20T09:30:00.000Z';
    const rejected = { state: 'rejected', held: null, reason: 'It insults', appeal: null, at, editedAt: null } as const;
    fake.ratings.own = { ...fake.ratings.own, obstacle: 'rejected', rating: { ...rated, stars: 1, ...rejected } };
    await open(listing);
    await ratings().getByText('Reason: It insults', { exact: false }).waitFor();
    await ratings().getByRole('button', { name: 'Object' }).click();
    const dialog = page.getByRole('dialog', { name: 'Object to the rejection?' });
    await dialog.getByRole('textbox', { name: 'Why it should stand' }).fill('It says what happened');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Send the objection' }).click();
    await ratings().getByText('Your objection waits for another moderator.').waitFor();
    expect(await ratings().getByRole('button', { name: 'Object' }).count()).toBe(0);
  });

  test('and plugins are reported, and a second report says why it is none', async () => {
    const { page, fake, open } = pages;
    await open(listing);
    for (const answer of ['sent', 'refused'] as const) {
      await ratings().getByRole('button', { name: 'Report plugin' }).click();
      const dialog = page.getByRole('dialog', { name: 'Report Weather at capture' });
      await dialog.getByRole('combobox', { name: 'What is wrong' }).selectOption('malicious');
      await dialog.getByRole('textbox', { name: 'What you saw' }).fill('It asks a stranger');
      await dialog.getByRole('button', { name: 'Send the report' }).click();
      if (answer === 'sent') await dialog.waitFor({ state: 'detached' });
      else await dialog.getByText('abuse_report_exists').waitFor();
    }
    expect(fake.ratings.sent[0]?.body).toEqual({
      subject: { kind: 'listing', publisher: 'halden-geo', plugin: 'weather-at-capture' },
      category: 'malicious',
      text: 'It asks a stranger',
    });
  });

  test('are moderated: released with a reason, not by those whom it is about, and reports are answered', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'submissions:review'];
    await open('/moderation');
    await page.getByText('somebody else decides', { exact: false }).waitFor();
    expect(await page.getByRole('button', { name: 'Release' }).nth(1).isDisabled()).toBe(true);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Release' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Release this rating?' });
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('They use it');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Release' }).click();
    await eventually(() => fake.ratings.sent.at(-1)?.body).toEqual({ decision: 'release', reason: 'They use it' });
    await page.getByRole('tab', { name: 'Objections' }).click();
    await page.getByText('Objection: It says what happened').waitFor();
    await page.getByRole('tab', { name: 'New reports' }).click();
    await page.getByText('2 further reports of the same').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Take it up' }).click();
    await page.getByText('There are no such reports.').waitFor();
  });

  test('and what was taken down is told on the page of the installed plugins', async () => {
    const { page, fake, open } = pages;
    const named = { publisher: 'halden-geo', plugin: 'weather-at-capture', version: '1.3.0' };
    fake.ratings.notices = [
      {
        ...named,
        id: '0197a000-0000-7000-8000-000000000010',
        act: 'yank',
        side: 'user',
        reason: 'It asks the wrong station',
        at: '2026-11-20T09:30:00.000Z',
      },
    ];
    await open('/plugins');
    const told = page.getByRole('region', { name: 'Taken down' });
    await told.getByText('Reason: It asks the wrong station').waitFor();
    await expectAccessible(page);
  });
});
