import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { fakeCase } from './fake-cases.ts';
import { doneRun, richRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the history', { timeout: 60_000 }, () => {
  const pages = openPages();

  test('is filtered by everything that its address says, and read page by page', async () => {
    const strong = { findingCounts: { strong: 1, possible: 0, note: 0 } };
    const inCase = [doneRun('hail.jpg', strong), doneRun('roof.jpg', { plugins: ['exif-reader'] })];
    pages.fake.state.runs = [...inCase, ...Array.from({ length: 60 }, (_, index) => doneRun(`IMG_${index}.jpg`))];
    const harbour = fakeCase(pages.fake.state.cases, 'Harbour Street 14', inCase);
    await pages.open('/history');
    const rows = pages.page.getByRole('row');
    await eventually(() => rows.count()).toBe(26);
    await pages.page.getByRole('button', { name: 'Show more' }).click();
    await eventually(() => rows.count()).toBe(51);
    await pages.page.getByRole('combobox', { name: 'Case' }).selectOption('Harbour Street 14');
    await eventually(() => rows.count()).toBe(3);
    await pages.page.getByRole('combobox', { name: 'Found' }).selectOption('Strong signs');
    await eventually(() => rows.count()).toBe(2);
    const { searchParams } = new URL(pages.page.url());
    expect(Object.fromEntries(searchParams)).toEqual({ caseId: harbour.id, found: 'strong' });
    await pages.page.reload();
    await eventually(() => rows.count()).toBe(2);
    await pages.page.getByLabel('From day (UTC)').fill('2030-01-01');
    await pages.page.getByText('No photo fits this filter.').waitFor();
    await pages.page.getByRole('button', { name: 'Show all' }).first().click();
    await eventually(() => rows.count()).toBe(26);
  });

  test('an address with a filter that is none shows all instead of an error', async () => {
    pages.fake.state.runs = [doneRun('a.jpg')];
    await pages.open('/history?found=everything&from=yesterday&caseId=1&plugin=%2F..');
    await pages.page.getByRole('row', { name: /a\.jpg/ }).waitFor();
  });

  test('rows are chosen one by one, with Shift all between, and by keyboard', async () => {
    pages.fake.state.runs = Array.from({ length: 6 }, (_, index) => doneRun(`IMG_${index}.jpg`));
    await pages.open('/history');
    const box = (index: number) => pages.page.getByRole('checkbox', { name: `Choose IMG_${index}.jpg` });
    await box(1).check();
    await box(4).click({ modifiers: ['Shift'] });
    await pages.page.getByText('4 chosen').waitFor();
    await box(5).focus();
    await pages.page.keyboard.press('Space');
    await pages.page.getByText('5 chosen').waitFor();
    await pages.page.getByRole('button', { name: 'Choose none' }).click();
    await box(0).check();
    await box(1).check();
    await pages.page.getByRole('link', { name: 'Compare' }).click();
    await pages.heading('Compare').waitFor();
    await pages.page.getByRole('region', { name: 'Left photo' }).getByText('IMG_0.jpg').waitFor();
    await pages.page.getByRole('region', { name: 'Right photo' }).getByText('IMG_1.jpg').waitFor();
  });

  test('chosen photos become the exhibits of a new case', async () => {
    pages.fake.state.runs = [doneRun('a.jpg'), doneRun('b.jpg')];
    await pages.open('/history');
    await pages.page.getByRole('checkbox', { name: 'Choose all rows' }).check();
    await pages.page.getByRole('button', { name: 'Add to case' }).click();
    const dialog = pages.page.getByRole('dialog', { name: 'Add 2 photos to a case' });
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Harbour Street 14');
    await dialog.getByRole('button', { name: 'Add 2 photos' }).click();
    await pages.heading('Harbour Street 14').waitFor();
    expect(pages.fake.state.cases.cases[0]?.exhibits.map(({ number }) => number)).toEqual([1, 2]);
    await pages.page.goBack();
    await pages.page.getByRole('checkbox', { name: 'Choose a.jpg' }).check();
    const add = pages.page.getByRole('button', { name: 'Add to case' });
    expect(await add.isDisabled()).toBe(true);
    await pages.page.getByText('1 of them is in a case already').waitFor();
  });

  test('several are deleted only after it was said what is lost', async () => {
    pages.fake.state.runs = [richRun(), doneRun('b.jpg'), doneRun('c.jpg')];
    await pages.open('/history');
    await pages.page.getByRole('checkbox', { name: 'Choose b.jpg' }).check();
    await pages.page.getByRole('checkbox', { name: 'Choose c.jpg' }).check();
    await pages.page.getByRole('button', { name: 'Delete' }).click();
    const dialog = pages.page.getByRole('dialog', { name: 'Delete 2 photos?' });
    await dialog.getByText('This cannot be undone.').waitFor();
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    expect(pages.fake.state.runs).toHaveLength(3);
    await pages.page.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete 2 runs' }).click();
    await eventually(() => pages.fake.state.runs.length).toBe(1);
    await dialog.waitFor({ state: 'detached' });
    await pages.page.getByRole('row', { name: /b\.jpg/ }).waitFor({ state: 'detached' });
  });

  test('ten thousand photos are a page at a time', async () => {
    pages.fake.state.runs = Array.from({ length: 10_000 }, (_, index) => doneRun(`IMG_${index}.jpg`));
    await pages.open('/history');
    await pages.page.getByText('more than 1,000').waitFor();
    expect(await pages.page.getByRole('row').count()).toBe(26);
  });
});
