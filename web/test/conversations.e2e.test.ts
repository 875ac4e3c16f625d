import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { questionId, supportId } from './fake-conversations.ts';
import { eventually, openPages } from './open-pages.ts';

const listing = '/marketplace/halden-geo/weather-at-capture';

describe.skipIf(!hasChromium)('people of the marketplace', () => {
  const pages = openPages();

  test('ask about a plugin on its page, knowing who will read it', async () => {
    const { page, fake, open } = pages;
    await open(listing);
    const section = page.getByRole('region', { name: 'Questions and answers' });
    await section.getByText('3 answers').waitFor();
    await section.getByRole('combobox', { name: 'Show' }).selectOption('unanswered');
    await section.getByText('Every question has an answer.').waitFor();
    await section.getByRole('button', { name: 'Ask a question' }).click();
    const dialog = page.getByRole('dialog', { name: /^Ask about / });
    await dialog.getByText('Everybody on this server can read it', { exact: false }).waitFor();
    await dialog.getByText('Write the question first.').waitFor();
    await dialog.getByRole('textbox', { name: 'Question in one line' }).fill('Does it read HEIC?');
    await dialog.getByRole('textbox', { name: 'What is behind it' }).fill('Of telephones.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Ask the question' }).click();
    await eventually(() => dialog.count()).toBe(0);
    expect(fake.conversations.sent.at(-1)?.body).toEqual({ title: 'Does it read HEIC?', text: 'Of telephones.' });
  });

  test('answer, accept, report and take back what they wrote', async () => {
    const { page, fake, open, heading } = pages;
    await open(`/questions/${questionId}`);
    await heading('Does it know the weather of last week?').waitFor();
    // What strangers wrote is text.
    await page.getByText('<b>Plain text</b> stays plain.', { exact: false }).waitFor();
    await page.getByText('Former member').waitFor();
    await page.getByRole('textbox', { name: 'Your answer' }).fill('It does.');
    await page.getByRole('button', { name: 'Send the answer' }).click();
    await page.getByText('It does.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Accept', exact: true }).first().click();
    await eventually(() => fake.conversations.question.answerList.filter(({ accepted }) => accepted).length).toBe(1);
    await page.getByRole('button', { name: 'Report' }).first().click();
    await page.getByRole('button', { name: 'Reported to the reviewers' }).waitFor();
    await page.getByRole('button', { name: 'Delete' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Delete the question?' });
    await dialog.getByText('also those of others', { exact: false }).waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL(`**${listing}`);
    await eventually(() => fake.conversations.sent.at(-1)?.name).toBe(`DELETE /api/questions/${questionId}`);
  });

  test('ask the publisher for help, and leave out what they do not want to send', async () => {
    const { page, fake, open, heading } = pages;
    fake.state.access = fake.state.access.filter((name) => name !== 'publishing:manage');
    await open(listing);
    const section = page.getByRole('region', { name: 'Help and news' });
    await section.getByText(/^Within 4 h.*15 min.*as the median of 90 days$/).waitFor();
    await section.getByRole('button', { name: 'Ask for help' }).click();
    const dialog = page.getByRole('dialog', { name: /^Ask for help with / });
    await dialog.getByText('Your e-mail address is not told.', { exact: false }).waitFor();
    await dialog.getByRole('checkbox', { name: /^Version of this server/ }).uncheck();
    await dialog.getByRole('textbox', { name: 'Subject' }).fill('It stops');
    await dialog.getByRole('textbox', { name: 'What happens, and what should happen' }).fill('At the tenth photo.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Ask the publisher' }).click();
    await heading('It stops at the tenth photo').waitFor();
    expect(fake.conversations.sent.at(-1)).toEqual({
      name: 'POST /api/support-requests',
      body: {
        publisher: 'halden-geo',
        plugin: 'weather-at-capture',
        subject: 'It stops',
        text: 'At the tenth photo.',
        context: {},
      },
    });
    await page.getByRole('textbox', { name: 'Your message' }).fill('20 MB each.');
    await page.getByRole('button', { name: 'Send the message' }).click();
    await page.getByText('20 MB each.').waitFor();
    await page.getByRole('button', { name: 'Mark as solved' }).click();
    await page.getByText('Solved', { exact: true }).waitFor();
  });

  test('are answered in the portal, where the longest wait is seen', async () => {
    const { page, fake, open, heading } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage'];
    await open('/publishing');
    const queue = page.getByRole('region', { name: 'Support requests to Halden Geo' });
    await queue.getByText('Northgate Claims').waitFor();
    await queue.getByRole('link', { name: 'It stops at the tenth photo' }).click();
    await heading('It stops at the tenth photo').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/publishing/support/halden-geo/${supportId}`);
    const solved = page.getByRole('button', { name: 'Mark as solved' });
    expect(await solved.isDisabled()).toBe(true);
    await page.getByText('Answer it first.').waitFor();
    await page.getByRole('textbox', { name: 'Your message' }).fill('How large are they?');
    await page.getByRole('checkbox', { name: 'I need something from the customer' }).check();
    await page.getByRole('button', { name: 'Send the message' }).click();
    await eventually(() => fake.conversations.sent.at(-1)?.body).toEqual({ text: 'How large are they?', asks: true });
    await eventually(() => solved.isDisabled()).toBe(false);
  });

  test('hear of what concerns them, mark it as read, and choose whom they hear', async () => {
    const { page, fake, open } = pages;
    await open('/announcements');
    const places = page.getByRole('navigation', { name: 'Main' });
    await places.getByRole('link', { name: /^News 2/ }).waitFor();
    await page.getByText('Weather at capture 1.2.4 was released').waitFor();
    await page.getByRole('button', { name: 'Mark as read' }).first().click();
    await places.getByRole('link', { name: /^News 1/ }).waitFor();
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await eventually(() => page.getByRole('button', { name: 'Mark all as read' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Mute halden-geo' }).click();
    await page.getByText('What is about security comes through all the same.', { exact: false }).waitFor();
    expect(fake.conversations.sent.at(-1)).toEqual({ name: 'PUT /api/follows/halden-geo', body: { choice: 'muted' } });
  });

  test('announce something to those who have a plugin, and read how many those are in steps', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage'];
    await open('/publishing');
    const section = page.getByRole('region', { name: 'Announcements' });
    await section.getByText('15 or more organisations').waitFor();
    await section.getByText('Fewer than five organisations').waitFor();
    await section.getByRole('button', { name: 'Announce something' }).click();
    const dialog = page.getByRole('dialog', { name: 'Announce something about a plugin' });
    await dialog.getByRole('combobox', { name: 'Plugin' }).selectOption('halden-geo/weather-at-capture');
    await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('security');
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Update at once');
    await dialog.getByRole('textbox', { name: 'Text' }).fill('The old key was stolen.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Send the announcement' }).click();
    await eventually(() => fake.conversations.sent.at(-1)).toEqual({
      name: 'POST /api/publishers/halden-geo/plugins/weather-at-capture/announcements',
      body: { kind: 'security', title: 'Update at once', text: 'The old key was stolen.' },
    });
  });

  test('are read by reviewers where somebody reported them, and hidden with a reason', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'submissions:review'];
    await open('/reviews');
    const section = page.getByRole('region', { name: 'Reported questions and answers' });
    await section.getByText('Reported by 3 people').waitFor();
    await section.getByRole('button', { name: 'Hide' }).click();
    const dialog = page.getByRole('dialog', { name: 'Hide it?' });
    await dialog.getByText('Say why first.').waitFor();
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('It sells something else');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Hide' }).click();
    await section.getByText('Hidden: It sells something else').waitFor();
    expect(fake.conversations.sent.at(-1)?.body).toMatchObject({ reason: 'It sells something else' });
  });
});
