import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { fakeCase } from './fake-cases.ts';
import { doneRun, drawnPhoto, plugin, pluginsReply, richRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

const jpeg = (name: string) => ({ name, mimeType: 'image/jpeg', buffer: drawnPhoto() });

describe.skipIf(!hasChromium)('cases', { timeout: 60_000 }, () => {
  const pages = openPages();

  test('are opened, found by title, reference and state, and say that there is none', async () => {
    await pages.open('/cases');
    await pages.page.getByText('There is none yet.').waitFor();
    await pages.page.getByRole('button', { name: 'New case' }).click();
    const dialog = pages.page.getByRole('dialog', { name: 'Open a new case' });
    await dialog.getByRole('button', { name: 'Open the case' }).click();
    await dialog.getByRole('textbox', { name: 'Title' }).fill('Harbour Street 14');
    await dialog.getByRole('textbox', { name: 'Reference' }).fill('NC-2026-114');
    await dialog.getByRole('button', { name: 'Open the case' }).click();
    await pages.heading('Harbour Street 14').waitFor();
    fakeCase(pages.fake.state.cases, 'Winter storm', [], { state: 'closed' });
    await pages.open('/cases');
    await pages.page.getByRole('row', { name: /Winter storm.*Closed/ }).waitFor();
    await pages.page.getByRole('searchbox').fill('114');
    await pages.page.getByRole('row', { name: /Winter storm/ }).waitFor({ state: 'detached' });
    expect(new URL(pages.page.url()).search).toBe('?search=114');
    await pages.page.getByText('Closed', { exact: true }).click();
    await pages.page.getByText('No case fits this filter.').waitFor();
    await pages.page.getByRole('button', { name: 'Show all' }).click();
    await pages.page.getByRole('link', { name: 'Winter storm' }).waitFor();
  });

  test('photos that are chosen on the page of a case are its next exhibits', async () => {
    const known = fakeCase(pages.fake.state.cases, 'Harbour Street 14', []);
    await pages.open(`/cases/${known.id}`);
    await pages.page.getByText('No exhibit yet.').waitFor();
    await pages.page
      .locator('input[type=file]')
      .setInputFiles([jpeg('a.jpg'), { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') }]);
    await pages.page.getByText('notes.txt: not a photo that ProofPix reads').waitFor();
    await pages.page.getByRole('region', { name: 'Exhibits' }).getByRole('link', { name: 'a.jpg' }).waitFor();
    expect(pages.fake.uploads).toMatchObject([{ photos: 1, caseId: known.id }]);
  });

  test('captions are written, and an exhibit that was taken out can be put back under its number', async () => {
    const runs = [doneRun('a.jpg'), doneRun('b.jpg')];
    pages.fake.state.runs = runs;
    const known = fakeCase(pages.fake.state.cases, 'Harbour Street 14', runs);
    await pages.open(`/cases/${known.id}`);
    await pages.page.getByRole('button', { name: 'Caption of exhibit 2' }).click();
    await pages.page.getByRole('textbox', { name: 'Caption' }).fill('From the east');
    await pages.page.keyboard.press('Enter');
    await pages.page.getByText('From the east').waitFor();
    expect(known.exhibits[1]?.caption).toBe('From the east');
    const second = pages.page.getByRole('link', { name: 'b.jpg' });
    await pages.page.getByRole('button', { name: 'Take exhibit 2 out' }).click();
    await second.waitFor({ state: 'detached' });
    await pages.page.getByRole('button', { name: 'Undo' }).click();
    await second.waitFor();
    expect(known.exhibits.map(({ number }) => number)).toEqual([1, 2]);
    await pages.page.getByRole('button', { name: 'Take exhibit 2 out' }).click();
    await eventually(() => known.exhibits.map(({ number }) => number)).toEqual([1]);
  });

  test('a closed case keeps its exhibits until it is reopened, and closing can be taken back', async () => {
    const runs = [doneRun('a.jpg')];
    pages.fake.state.runs = runs;
    const known = fakeCase(pages.fake.state.cases, 'Harbour Street 14', runs);
    await pages.open(`/cases/${known.id}`);
    await pages.page.getByRole('button', { name: 'Close the case' }).click();
    await pages.page.getByText('This case is closed').waitFor();
    expect(await pages.page.getByRole('button', { name: /^Take exhibit/ }).count()).toBe(0);
    await pages.page.getByRole('button', { name: 'Undo' }).click();
    await pages.page.getByRole('button', { name: 'Take exhibit 1 out' }).waitFor();
    expect(known.state).toBe('open');
  });

  test('one report is written of all exhibits, and the bundle is a download', async () => {
    const runs = [richRun()];
    pages.fake.state.runs = runs;
    pages.fake.state.plugins = [
      ...pluginsReply(),
      plugin({
        id: 'report-pdf',
        name: 'PDF report',
        hooks: ['export:generate'],
        exportFormats: [{ format: 'pdf', name: 'Case report' }],
      }),
    ];
    const known = fakeCase(pages.fake.state.cases, 'Harbour Street 14', runs);
    await pages.open(`/cases/${known.id}`);
    expect(await pages.page.getByRole('link', { name: 'Download evidence bundle' }).getAttribute('href')).toBe(
      `/api/cases/${known.id}/bundle`,
    );
    const reports = pages.page.getByRole('region', { name: 'Reports' });
    await reports.getByText('No report of this case was written yet.').waitFor();
    await reports.getByText(/^(a1b2 ){15}a1b2$/).waitFor();
    await pages.page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = pages.page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Write the report' }).click();
    await dialog.getByRole('link', { name: 'report.pdf' }).waitFor();
    expect(pages.fake.state.cases.exports).toMatchObject([{ subject: known.id, format: 'pdf' }]);
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await reports.getByRole('link', { name: 'report.pdf' }).waitFor();
  });

  test('deleting says what is lost and what stays', async () => {
    const runs = [doneRun('a.jpg')];
    pages.fake.state.runs = runs;
    const known = fakeCase(pages.fake.state.cases, 'Harbour Street 14', runs);
    await pages.open(`/cases/${known.id}`);
    await pages.page.getByRole('button', { name: 'Delete the case' }).click();
    const dialog = pages.page.getByRole('dialog', { name: 'Delete Harbour Street 14?' });
    await dialog.getByText('1 photo and its result stay in the history.').waitFor();
    await dialog.getByRole('button', { name: 'Delete the case' }).click();
    await pages.heading('Cases').waitFor();
    expect(pages.fake.state.cases.cases).toEqual([]);
    expect(pages.fake.state.runs).toHaveLength(1);
  });

  test('a case that is gone is a page that is not found', async () => {
    await pages.open('/cases/00000000-0000-4000-8000-000000000000');
    await pages.heading('Page not found').waitFor();
  });
});
