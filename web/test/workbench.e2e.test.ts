import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { doneRun, drawnPhoto, plugin, summaryOf, waitingRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

const jpeg = (name: string) => ({ name, mimeType: 'image/jpeg', buffer: drawnPhoto() });

describe.skipIf(!hasChromium)('the workbench', { timeout: 60_000 }, () => {
  const pages = openPages();

  test('says which hosts plugins may reach, from what is loaded and granted', async () => {
    await pages.open('/');
    await pages.page
      .getByText(
        '3 plugins will look at each photo. Nothing leaves this server except what plugins send to trust.c2pa.example.',
      )
      .waitFor();
  });

  test('says that nothing leaves the server when no plugin may reach anything', async () => {
    pages.fake.state.plugins = [plugin({ id: 'exif-reader', name: 'EXIF reader', hooks: ['file:process'] })];
    await pages.open('/');
    await pages.page.getByText('1 plugin will look at each photo. Nothing leaves this server.').waitFor();
  });

  test('many photos go in bounded requests and appear as running', async () => {
    await pages.open('/');
    await pages.page
      .getByLabel('Photos', { exact: true })
      .setInputFiles(Array.from({ length: 25 }, (_, index) => jpeg(`IMG_${index}.jpg`)));
    await pages.page.getByText('0 of 25 done').waitFor();
    await pages.page.getByText('and 13 more').waitFor();
    await eventually(() => pages.fake.uploads.map(({ photos }) => photos)).toEqual([10, 10, 5]);
  });

  test('one photo that the server refuses does not take the others with it, and can be removed', async () => {
    await pages.open('/');
    await pages.page.getByLabel('Photos', { exact: true }).setInputFiles(['a.jpg', 'broken.jpg', 'c.jpg'].map(jpeg));
    await pages.page.getByText(/The file is not a photo that ProofPix reads/).waitFor();
    await pages.page.getByRole('button', { name: 'Cancel a.jpg' }).waitFor();
    await pages.page.getByRole('button', { name: 'Cancel c.jpg' }).waitFor();
    expect(await pages.page.getByRole('button', { name: 'Send again' }).count()).toBe(0);
    await pages.page.getByRole('button', { name: 'Remove broken.jpg' }).click();
    await pages.page.getByText('broken.jpg').waitFor({ state: 'detached' });
  });

  test('what failed because of the server can be sent again', async () => {
    pages.fake.state.problems.set('POST /api/runs', 'storage_full');
    await pages.open('/');
    await pages.page.getByLabel('Photos', { exact: true }).setInputFiles([jpeg('a.jpg')]);
    await pages.page.getByText(/storage quota is used up/).waitFor();
    pages.fake.state.problems.clear();
    await pages.page.getByRole('button', { name: 'Send again' }).click();
    await pages.page.getByRole('button', { name: 'Cancel a.jpg' }).waitFor();
    await pages.page.getByText('Waiting', { exact: true }).waitFor();
  });

  test('files that are no photos are named before anything is sent', async () => {
    await pages.open('/');
    await pages.page
      .getByLabel('Photos', { exact: true })
      .setInputFiles([
        jpeg('ok.jpg'),
        { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
        { ...jpeg('empty.jpg'), buffer: Buffer.alloc(0) },
        jpeg('.DS_Store'),
      ]);
    const alert = pages.page.getByRole('alert');
    await alert.getByText('2 files were left out').waitFor();
    await alert.getByText('notes.txt: not a photo that ProofPix reads').waitFor();
    await alert.getByText('empty.jpg: empty').waitFor();
    await eventually(() => pages.fake.uploads).toMatchObject([{ photos: 1 }]);
  });

  test('an upload that is cancelled never becomes a run', async () => {
    pages.fake.state.held.add('POST /api/runs');
    await pages.open('/');
    await pages.page.getByLabel('Photos', { exact: true }).setInputFiles([jpeg('secret.jpg')]);
    await pages.page.getByText(/^Sending, \d+ %$/).waitFor();
    await pages.page.getByRole('button', { name: 'Cancel secret.jpg' }).click();
    await pages.page.getByText('secret.jpg').waitFor({ state: 'detached' });
    await pages.page.getByText('No photo has been looked at yet.').waitFor();
  });

  test('steps arrive while a run is under way, and it moves into the history when it is done', async () => {
    const run = waitingRun('IMG_1.jpg');
    pages.fake.state.runs = [run];
    await pages.open('/');
    await pages.page.getByText('Waiting', { exact: true }).waitFor();
    Object.assign(run, { state: 'running' });
    pages.fake.emit({ type: 'run:started', run: summaryOf(run) });
    pages.fake.emit({ type: 'step:started', runId: run.id, hook: 'file:process', plugin: 'jpeg-structure' });
    await pages.page.getByText('JPEG structure reads the photo').waitFor();
    const done = { ...doneRun('IMG_1.jpg'), id: run.id, findingCounts: { strong: 2, possible: 1, note: 0 } };
    pages.fake.state.runs = [done];
    pages.fake.emit({ type: 'run:finished', run: summaryOf(done) });
    await pages.page.getByRole('row', { name: /IMG_1\.jpg.*2 strong, 1 possible/ }).waitFor();
    await pages.page.getByRole('heading', { name: 'Running' }).waitFor({ state: 'detached' });
  });

  test('the newest are listed, searched and filtered in the address, and lead to the whole history', async () => {
    pages.fake.state.runs = [
      ...Array.from({ length: 30 }, (_, index) => doneRun(`IMG_${index}.jpg`)),
      doneRun('hail.jpg', { findingCounts: { strong: 1, possible: 0, note: 0 } }),
    ];
    await pages.open('/');
    const rows = pages.page.getByRole('row');
    await eventually(() => rows.count()).toBe(26);
    await pages.page.getByText('With findings').click();
    await eventually(() => rows.count()).toBe(2);
    await pages.page.getByRole('searchbox', { name: 'Search by file name' }).fill('IMG');
    await pages.page.getByText('No photo fits this filter.').waitFor();
    expect(new URL(pages.page.url()).search).toBe('?found=findings&search=IMG');
    await pages.page.reload();
    await pages.page.getByText('No photo fits this filter.').waitFor();
    await pages.page.getByRole('button', { name: 'Show all' }).click();
    await eventually(() => rows.count()).toBe(26);
    await pages.page.getByRole('link', { name: 'Show the whole history' }).click();
    await pages.heading('History').waitFor();
  });

  test('plugins are chosen and the photos go straight into a new case', async () => {
    await pages.open('/');
    await pages.page.getByRole('button', { name: 'Change' }).click();
    await pages.page.getByRole('checkbox', { name: 'Content Credentials' }).uncheck();
    await pages.page.getByText('2 plugins will look at each photo. Nothing leaves this server.').waitFor();
    await pages.page.getByRole('combobox', { name: 'Case' }).selectOption('A new case');
    const choose = pages.page.getByRole('button', { name: 'Choose photos' });
    expect(await choose.isDisabled()).toBe(true);
    await pages.page.getByText('Write a title for the new case first').waitFor();
    await pages.page.getByRole('textbox', { name: 'Title of the new case' }).fill('Harbour Street 14');
    await pages.page.getByLabel('Photos', { exact: true }).setInputFiles([jpeg('a.jpg'), jpeg('b.jpg')]);
    await eventually(() => pages.fake.uploads).toMatchObject([{ photos: 2, plugins: 'exif-reader,jpeg-structure' }]);
    const [made] = pages.fake.state.cases.cases;
    expect(made?.title).toBe('Harbour Street 14');
    expect(pages.fake.uploads[0]?.caseId).toBe(made?.id);
    expect(made?.exhibits.map(({ run }) => run.file.name)).toEqual(['a.jpg', 'b.jpg']);
    // The next photos belong to the same case, not to another new one.
    await pages.page.getByLabel('Photos', { exact: true }).setInputFiles([jpeg('c.jpg')]);
    await eventually(() => pages.fake.uploads).toHaveLength(2);
    expect(pages.fake.state.cases.cases).toHaveLength(1);
  });

  test('without a plugin nothing is sent, and the page says so', async () => {
    pages.fake.state.plugins = [plugin({ id: 'exif-reader', name: 'EXIF reader', hooks: ['file:process'] })];
    await pages.open('/');
    await pages.page.getByRole('button', { name: 'Change' }).click();
    await pages.page.getByRole('checkbox', { name: 'EXIF reader' }).uncheck();
    await pages.page.getByText('Tick at least one plugin').first().waitFor();
    expect(await pages.page.getByRole('button', { name: 'Choose photos' }).isDisabled()).toBe(true);
  });

  test('sending is paused and goes on, and what was cancelled can be put in again', async () => {
    pages.fake.state.held.add('POST /api/runs');
    await pages.open('/');
    await pages.page
      .getByLabel('Photos', { exact: true })
      .setInputFiles(Array.from({ length: 30 }, (_, index) => jpeg(`IMG_${index}.jpg`)));
    await pages.page.getByRole('button', { name: 'Pause' }).click();
    pages.fake.release();
    // Two requests were on their way; the third waits.
    await eventually(() => pages.fake.uploads.map(({ photos }) => photos)).toEqual([10, 10]);
    await pages.page.getByRole('button', { name: 'Cancel 10 uploads' }).click();
    await pages.page.getByText('10 uploads cancelled').waitFor();
    await pages.page.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => pages.fake.uploads.map(({ photos }) => photos)).toEqual([10, 10, 10]);
  });

  test('a picture from the clipboard is a photo like any other', async () => {
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    await pages.page.evaluate(
      (bytes) => {
        const data = new DataTransfer();
        data.items.add(new File([new Uint8Array(bytes)], 'image.png', { type: 'image/png' }));
        document.body.dispatchEvent(
          new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
        );
      },
      [...drawnPhoto()],
    );
    await pages.page.getByRole('link', { name: /^pasted-.*\.png$/ }).waitFor();
  });

  test('plugins that only read give no green light', async () => {
    pages.fake.state.runs = [
      doneRun('read.jpg', { plugins: ['exif-reader'] }),
      doneRun('failed.jpg', { failedSteps: 1 }),
      doneRun('judged.jpg'),
    ];
    await pages.open('/');
    await pages.page.getByRole('row', { name: /read\.jpg No case Metadata only/ }).waitFor();
    await pages.page.getByRole('row', { name: /failed\.jpg No case Nothing found, 1 step failed/ }).waitFor();
    await pages.page.getByRole('row', { name: /judged\.jpg No case Nothing found/ }).waitFor();
  });

  test('a run is cancelled only after what is lost was named', async () => {
    pages.fake.state.runs = [waitingRun('IMG_1.jpg')];
    await pages.open('/');
    await pages.page.getByRole('button', { name: 'Cancel IMG_1.jpg' }).click();
    const dialog = pages.page.getByRole('dialog', { name: 'Cancel the run of IMG_1.jpg?' });
    await dialog.getByText('The photo as it was received and its metadata and custody record are deleted').waitFor();
    await pages.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(pages.fake.state.runs).toHaveLength(1);
    await pages.page.getByRole('button', { name: 'Cancel IMG_1.jpg' }).click();
    await pages.page.getByRole('button', { name: 'Cancel the run', exact: true }).click();
    await eventually(() => pages.fake.state.runs).toHaveLength(0);
  });

  test('the theme follows the system until it is switched, and the switch is remembered before the first paint', async () => {
    await pages.page.emulateMedia({ colorScheme: 'dark' });
    const scheme = () => pages.page.evaluate(() => document.documentElement.dataset['mantineColorScheme']);
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    expect(await scheme()).toBe('dark');
    await pages.page.getByRole('button', { name: 'Use the light theme' }).click();
    await eventually(scheme).toBe('light');
    await pages.context.route('**/assets/index-*.js', (route) => route.abort());
    await pages.page.reload();
    expect(await scheme()).toBe('light');
  });

  test('an address without a page says so', async () => {
    await pages.open('/nowhere');
    await pages.heading('Page not found').waitFor();
    await pages.page.getByRole('link', { name: 'Go to the workbench' }).click();
    await pages.heading('Workbench').waitFor();
  });

  test('a list that fails says what is safe and can be tried again', async () => {
    pages.fake.state.problems.set('GET /api/runs', 'internal');
    await pages.open('/');
    await pages.page.getByText('The history could not be loaded').waitFor();
    pages.fake.state.problems.clear();
    await pages.page.getByRole('button', { name: 'Try again' }).click();
    await pages.page.getByText('No photo has been looked at yet.').waitFor();
  });
});
