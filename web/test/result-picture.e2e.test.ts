import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { fakeCase } from './fake-cases.ts';
import { doneRun, plugin, pluginsReply, richRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the picture and what is beside it', { timeout: 60_000 }, () => {
  const pages = openPages();
  const percent = () => pages.page.getByRole('group', { name: 'Size of the picture' }).getByRole('status').innerText();

  async function openRich() {
    const run = richRun();
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.heading('IMG_4127.jpg').waitFor();
    await pages.page.getByRole('button', { name: 'Closer' }).first().waitFor();
    return run;
  }

  test('comes closer by button, key and wheel, is dragged, and never leaves its frame', async () => {
    await openRich();
    const whole = await percent();
    const image = pages.page.getByRole('img', { name: 'Photo IMG_4127.jpg' });
    const place = () =>
      image.evaluate((element: HTMLElement) => ({ left: element.offsetLeft, width: element.offsetWidth }));
    await pages.page.keyboard.press('+');
    await pages.page.getByRole('button', { name: 'Closer' }).first().click();
    await eventually(percent).not.toBe(whole);
    const before = await place();
    const box = await pages.page.getByRole('group', { name: 'Picture', exact: true }).boundingBox();
    if (box === null) throw new Error('The picture has no place.');
    await pages.page.mouse.move(box.x + box.width * 0.9, box.y + 40);
    await pages.page.mouse.down();
    await pages.page.mouse.move(box.x + box.width * 0.9 - 50, box.y + 40);
    await pages.page.mouse.up();
    expect((await place()).left).toBeLessThan(before.left);
    // As far as one may drag: its right edge stays at the frame's.
    for (let turn = 0; turn < 12; turn += 1) {
      await pages.page.mouse.move(box.x + box.width * 0.9, box.y + 40);
      await pages.page.mouse.down();
      await pages.page.mouse.move(box.x + 10, box.y + 40);
      await pages.page.mouse.up();
    }
    const { left, width } = await place();
    expect(Math.abs(left + width - box.width)).toBeLessThanOrEqual(2);
    await pages.page.keyboard.press('0');
    await eventually(percent).toBe(whole);
    await pages.page.keyboard.down('Control');
    await pages.page.mouse.wheel(0, -300);
    await pages.page.keyboard.up('Control');
    await eventually(percent).not.toBe(whole);
  });

  test('numbers open findings, and what is open stands in the address', async () => {
    await openRich();
    await pages.page.keyboard.press('2');
    const second = pages.page
      .getByRole('region', { name: 'Findings' })
      .getByRole('button', { name: 'Roof was resampled' });
    await eventually(() => second.getAttribute('aria-expanded')).toBe('true');
    expect(new URL(pages.page.url()).search).toBe('?finding=2');
    await pages.page.reload();
    await eventually(() => second.getAttribute('aria-expanded')).toBe('true');
    await pages.page.getByRole('button', { name: 'Markers' }).click();
    await pages.page.getByRole('button', { name: 'Finding 2: Roof was resampled' }).waitFor({ state: 'detached' });
    expect(new URL(pages.page.url()).search).toBe('?finding=2&markers=off');
    // In a field they are what was typed.
    await pages.page.getByRole('textbox', { name: 'New note' }).pressSequentially('1 of 3');
    expect(new URL(pages.page.url()).searchParams.get('finding')).toBe('2');
  });

  test('a pair is joined, and pointing at one lights the other in list and picture', async () => {
    await openRich();
    const marks = pages.page.getByRole('button', { name: 'Finding 1: Same bale appears twice' });
    await eventually(() => marks.count()).toBe(2);
    expect(await pages.page.locator('svg line').count()).toBe(2);
    await pages.page.getByRole('button', { name: 'Finding 2: Roof was resampled' }).hover();
    const item = pages.page.getByRole('listitem').filter({ has: pages.page.getByText('Roof was resampled') });
    await eventually(() => item.getAttribute('data-lit')).toBe('true');
    await pages.page.getByRole('region', { name: 'Findings' }).getByText('Shadows do not fit').hover();
    await eventually(() => item.getAttribute('data-lit')).toBeNull();
  });

  test('arrow keys go through the exhibits of its case', async () => {
    const runs = [doneRun('a.jpg'), doneRun('b.jpg'), doneRun('c.jpg')];
    pages.fake.state.runs = runs;
    fakeCase(pages.fake.state.cases, 'Harbour Street 14', runs);
    await pages.open(`/runs/${runs[0]?.id}`);
    const strip = pages.page.getByRole('navigation', { name: 'Photos of the case' });
    await strip.getByRole('link', { name: 'Exhibit 1: a.jpg' }).waitFor();
    await pages.page.keyboard.press('ArrowRight');
    await pages.heading('b.jpg').waitFor();
    await pages.page.keyboard.press('ArrowRight');
    await pages.heading('c.jpg').waitFor();
    await pages.page.keyboard.press('ArrowRight');
    await pages.page.keyboard.press('ArrowLeft');
    await pages.heading('b.jpg').waitFor();
    await pages.page.getByRole('link', { name: 'Harbour Street 14' }).first().click();
    await pages.heading('Harbour Street 14').waitFor();
  });

  test('a preview that a plugin took out is shown as such, with who took it', async () => {
    const rich = richRun();
    const run = doneRun('P.heic', { files: rich.files });
    Object.assign(run.file, { type: 'image/heic' });
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByText('This is the preview that EXIF reader took out of the HEIC file.').waitFor();
    await eventually(() =>
      pages.page
        .getByRole('img', { name: 'Preview of P.heic' })
        .evaluate((image: HTMLImageElement) => image.naturalWidth),
    ).toBe(600);
  });

  test('the map is drawn from what comes with the app, and the timeline says where a zone is missing', async () => {
    const hosts = new Set<string>();
    pages.page.on('request', (request) => hosts.add(new URL(request.url()).host));
    await openRich();
    await pages.page.getByRole('img', { name: 'Map around 61.87141° N, 6.84923° E' }).waitFor();
    await pages.page.getByRole('group', { name: 'Size of the map' }).getByRole('button', { name: 'Closer' }).click();
    await eventually(() => pages.page.getByText('100 km').count()).toBe(1);
    expect([...hosts]).toEqual([new URL(pages.fake.url).host]);
    const timeline = pages.page.getByRole('region', { name: 'Timeline' });
    const events = await timeline.getByRole('listitem').allInnerTexts();
    expect(events[0]).toMatch(/12 Nov 2026, 12:11 UTC\s+GPS time/);
    expect(events[1]).toMatch(/12 Nov 2026, 16:42 \+01:00\s+Taken, by the camera/);
    await timeline.getByText('A time without a zone may belong up to 14 hours').waitFor();
  });

  test('notes are written, changed and deleted, and a deleted one can be brought back', async () => {
    const run = await openRich();
    await pages.page.getByRole('button', { name: 'Add note' }).first().click();
    const field = pages.page.getByRole('textbox', { name: 'New note' });
    await eventually(() => field.evaluate((element) => element === document.activeElement)).toBe(true);
    await field.fill('Asked by phone.');
    await field.press('Control+Enter');
    await pages.page.getByText('Asked by phone.', { exact: true }).waitFor();
    await eventually(() => field.inputValue()).toBe('');
    const notes = pages.page.getByRole('region', { name: 'Notes' });
    await notes.getByRole('button', { name: 'Edit' }).click();
    await notes.getByRole('textbox', { name: 'Text of the note' }).fill('Asked by mail.');
    await notes.getByRole('button', { name: 'Save note' }).click();
    await notes.getByText('Asked by mail.', { exact: true }).waitFor();
    await notes.getByRole('button', { name: 'Delete' }).click();
    await notes.getByText('Asked by mail.').waitFor({ state: 'detached' });
    await pages.page.getByRole('button', { name: 'Undo' }).click();
    await notes.getByText('Asked by mail.', { exact: true }).waitFor();
    expect(pages.fake.state.cases.notes.get(run.id)).toHaveLength(1);
    // Closing the page settles what nobody took back.
    await notes.getByRole('button', { name: 'Delete' }).click();
    await eventually(() => pages.fake.state.cases.notes.get(run.id)?.length).toBe(0);
  });

  test('a note that the server refuses stays in its field', async () => {
    const run = await openRich();
    pages.fake.state.problems.set(`POST /api/runs/${run.id}/notes`, 'too_many_notes');
    const field = pages.page.getByRole('textbox', { name: 'New note' });
    await field.fill('Not lost.');
    await field.press('Control+Enter');
    await pages.page.getByText('The note was not saved').waitFor();
    expect(await field.inputValue()).toBe('Not lost.');
  });

  test('a report is written in a format of an installed plugin, and earlier ones are found again', async () => {
    const run = richRun();
    pages.fake.state.runs = [run];
    pages.fake.state.plugins = [
      ...pluginsReply(),
      plugin({
        id: 'report-pdf',
        name: 'PDF report',
        hooks: ['export:generate'],
        exportFormats: [
          { format: 'pdf', name: 'Case report', description: 'Pictures and findings.' },
          { format: 'summary', name: 'Summary' },
        ],
      }),
    ];
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = pages.page.getByRole('dialog', { name: 'Export the report of IMG_4127.jpg' });
    await dialog.getByRole('radio', { name: 'Summary' }).check();
    await dialog.getByRole('button', { name: 'Write the report' }).click();
    await dialog.getByRole('list', { name: 'Written files' }).getByRole('link', { name: 'report.summary' }).waitFor();
    expect(pages.fake.state.cases.exports).toMatchObject([{ format: 'summary', plugins: ['report-pdf'] }]);
    await dialog.getByRole('region', { name: 'Written before' }).first().getByText('report.summary').waitFor();
    await pages.page.keyboard.press('Escape');
    expect(await pages.page.getByRole('link', { name: 'Download evidence bundle' }).getAttribute('href')).toBe(
      `/api/runs/${run.id}/bundle`,
    );
  });
});
