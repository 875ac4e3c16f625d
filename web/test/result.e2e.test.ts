import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { doneRun, richRun, step, summaryOf, waitingRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the result', { timeout: 60_000 }, () => {
  const pages = openPages();

  test('answers the four questions by what plugins said, strongest finding first and open', async () => {
    const run = richRun();
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await eventually(() => pages.page.title()).toBe('IMG_4127.jpg · ProofPix');
    const answer = (question: string) =>
      pages.page
        .locator('dl > div')
        .filter({ has: pages.page.getByRole('term').filter({ hasText: question }) })
        .first();
    await answer('Edited?').getByText('Strong signs').waitFor();
    await answer('Time').getByText('Possible sign').waitFor();
    await answer('Place').getByText('61.8714° N, 6.8492° E, from EXIF reader, not checked').waitFor();
    await answer('Origin').getByText('Not checked').waitFor();
    const titles = pages.page.getByRole('region', { name: 'Findings' }).locator('h3').getByRole('button');
    expect(await titles.allTextContents()).toEqual([
      'Same bale appears twice',
      'Roof was resampled',
      'Shadows do not fit the stated time',
      'Preview shows an earlier crop',
    ]);
    expect(await titles.first().getAttribute('aria-expanded')).toBe('true');
    await pages.page.getByRole('button', { name: 'Finding 2: Roof was resampled' }).click();
    await eventually(() => titles.nth(1).getAttribute('aria-expanded')).toBe('true');
  });

  test('says of a question that nobody found anything for who looked into it, and who did not', async () => {
    const { steps } = richRun();
    const looked = (hook: string, questions: unknown) =>
      steps.map((step) => ({ ...step, hook, ok: true, result: { looked: questions as string[] } }));
    const answer = (question: string) =>
      pages.page
        .locator('dl > div')
        .filter({ has: pages.page.getByRole('term').filter({ hasText: question }) })
        .first();
    const quiet = { findings: [], disagreements: [] };
    const run = richRun({ ...quiet, steps: looked('file:process', ['edited', 'place']) });
    // What a plugin gives in a hook of another kind, or of another shape, says nothing.
    const strange = richRun({
      ...quiet,
      steps: [...looked('file:uploaded', ['edited']), ...looked('data:analyze', 5)],
    });
    pages.fake.state.runs = [run, strange];
    await pages.open(`/runs/${run.id}`);
    await answer('Edited?').getByText('Nothing found').waitFor();
    await answer('Edited?').getByText('Looked into by EXIF reader, JPEG structure, and Content Credentials').waitFor();
    await answer('Place').getByText('found nothing against it').waitFor();
    await answer('Origin').getByText('Not checked').waitFor();
    await expectAccessible(pages.page);
    await pages.open(`/runs/${strange.id}`);
    await answer('Edited?').getByText('Not checked').waitFor();
  });

  test('says what failed, who read what, and why there is no export', async () => {
    const run = richRun();
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByText('Content Credentials failed while reading the photo').waitFor();
    await pages.page
      .getByRole('row', {
        name: /JPEG structure 1\.4\.0 file:process .* 3\.8 MB in 59 calls trust\.c2pa\.example, 1 request 412 ms 2 findings NUL characters/,
      })
      .waitFor();
    await pages.page
      .getByRole('row', { name: /When was it taken\? 3 hr 30 min apart 12 Nov 2026, 16:42:08 \+01:00/ })
      .waitFor();
    const exportButton = pages.page.getByRole('button', { name: 'Export' });
    expect(await exportButton.isDisabled()).toBe(true);
    const reason = await exportButton.getAttribute('aria-describedby');
    expect(await pages.page.locator(`#${reason}`).textContent()).toBe('No installed plugin writes reports');
  });

  test('metadata is found by tag, name, value and source', async () => {
    const run = richRun();
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    const search = pages.page.getByRole('searchbox', { name: 'Search the metadata' });
    await search.fill('pixel');
    await pages.page.getByText('Pixel 8 Pro', { exact: true }).waitFor();
    await pages.page.getByText('Latitude', { exact: true }).waitFor({ state: 'detached' });
    await search.fill('DateTimeOriginal');
    await pages.page.getByRole('definition').getByText('12 Nov 2026, 16:42:08', { exact: true }).waitFor();
    await search.fill('nowhere');
    await pages.page.getByText('No value contains “nowhere”.').waitFor();
  });

  test('what strangers wrote into a photo is text and nothing else', async () => {
    const hostile = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
    const run = richRun({ metadata: { Artist: hostile, [hostile]: hostile }, sources: {} });
    Object.assign(run.file, { name: `${hostile}.jpg` });
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.heading(`${hostile}.jpg`).waitFor();
    await pages.page.getByText(hostile, { exact: true }).first().waitFor();
    expect(await pages.page.title()).toBe(`${hostile}.jpg · ProofPix`);
    expect(await pages.page.locator('img[src="x"]').count()).toBe(0);
  });

  test('steps arrive while somebody looks', async () => {
    const run = { ...waitingRun('IMG_1.jpg'), state: 'running' as const };
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByText('No plugin has finished a step yet.').waitFor();
    pages.fake.emit({ type: 'step:started', runId: run.id, hook: 'file:process', plugin: 'exif-reader' });
    await pages.page.getByText('At work now').waitFor();
    const finished = step('exif-reader', 'file:process', { result: { metadata: { Make: 'Canon' } } });
    const after = { ...run, stepsDone: 1, steps: [finished], metadata: { Make: 'Canon' } };
    pages.fake.state.runs = [after];
    pages.fake.emit({ type: 'step:finished', runId: run.id, step: finished, run: summaryOf(after) });
    await pages.page.getByRole('row', { name: /EXIF reader 1\.4\.0 file:process .* 1 value/ }).waitFor();
    await pages.page.getByText('Canon', { exact: true }).waitFor();
  });

  test('a photo that browsers do not show is explained and can be downloaded', async () => {
    const run = doneRun('P.heic');
    Object.assign(run.file, { type: 'image/heic' });
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByText('Most browsers cannot show HEIC photos').waitFor();
    expect(await pages.page.getByRole('link', { name: 'Download the photo' }).getAttribute('href')).toBe(
      `/api/runs/${run.id}/photo`,
    );
  });

  test('deleting asks first and then leads back to the workbench', async () => {
    const run = richRun();
    pages.fake.state.runs = [run];
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByRole('button', { name: 'Delete', exact: true }).click();
    await pages.page
      .getByText(/4 findings and 1 derived file are deleted from this server\. This cannot be undone\./)
      .waitFor();
    await pages.page.getByRole('button', { name: 'Delete the run' }).click();
    await pages.heading('Workbench').waitFor();
    expect(pages.fake.state.runs).toEqual([]);
  });

  test('back returns to the list as it was filtered', async () => {
    pages.fake.state.runs = [richRun()];
    await pages.open('/?found=findings');
    await pages.page.getByRole('link', { name: 'IMG_4127.jpg' }).click();
    await pages.heading('IMG_4127.jpg').waitFor();
    await pages.page.goBack();
    await pages.page.getByRole('row', { name: /IMG_4127/ }).waitFor();
    expect(new URL(pages.page.url()).search).toBe('?found=findings');
  });

  test('everything is reached by keyboard', async () => {
    pages.fake.state.runs = [richRun()];
    await pages.open('/');
    await pages.page.getByRole('row', { name: /IMG_4127/ }).waitFor();
    await pages.page.keyboard.press('Tab');
    expect(await pages.page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the page');
    const names: string[] = [];
    for (let press = 0; press < 25 && names.at(-1) !== 'IMG_4127.jpg'; press += 1) {
      await pages.page.keyboard.press('Tab');
      names.push(await pages.page.evaluate(() => document.activeElement?.textContent ?? ''));
    }
    expect(names).toEqual(
      expect.arrayContaining([
        'Workbench',
        'History',
        'API docs',
        'Choose photos',
        'Choose folder',
        'Try the sample photo',
        'IMG_4127.jpg',
      ]),
    );
    await pages.page.keyboard.press('Enter');
    await pages.heading('IMG_4127.jpg').waitFor();
  });
});
