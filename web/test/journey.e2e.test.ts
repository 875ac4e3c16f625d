import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import type { Run } from '@proofpix/contract/runs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeWorkplace, type Workplace } from '../../cli/test/proofpix.ts';
import { collectComplaints, hasChromium, launchChromium } from './browser.ts';
import { dropPhotos } from './drop-photos.ts';
import { journeyPhotos } from './journey-photos.ts';
import { finished, startRealServer, type RealServer } from './real-server.ts';

const title = 'Harbour Street 14';

/** Made while everything else runs already: it counts the photos that it was shown. */
const freshPlugin = `exports.hooks = { 'file:process': async (input, ctx) => {
  const seen = ((await ctx.storage.get('seen')) ?? 0) + 1;
  await ctx.storage.set('seen', seen);
  return { metadata: { ShownToIt: 'photo number ' + seen } };
} };`;

/** One way, step after step: each test goes on where the one before has stopped. */
describe.skipIf(!hasChromium)('the way of an investigator', { timeout: 300_000 }, () => {
  const photos = journeyPhotos();
  let browser: Browser;
  let server: RealServer;
  let call: Call;
  let workplace: Workplace;
  let folder: string;
  let page: Page;
  let complaints: string[];
  let redacted: Buffer;

  beforeAll(async () => {
    [server, browser, workplace] = await Promise.all([startRealServer(), launchChromium(), makeWorkplace()]);
    ({ call } = await server.signIn());
    folder = await mkdtemp(join(tmpdir(), 'proofpix-journey-'));
    const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' });
    page = await context.newPage();
    // The limit is for a broken page, not a figure: a busy machine is slow.
    page.setDefaultTimeout(60_000);
    complaints = collectComplaints(page);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
    await workplace?.[Symbol.asyncDispose]();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  /** The newest run of a photo, after it was looked at. */
  async function runOf(name: string): Promise<Run> {
    const { items } = await call(routes.runs.list, { query: { search: name, limit: 100 } });
    const { id } = items.find(({ file }) => file.name === name) ?? expect.fail(`${name} has no run`);
    await finished(call, id);
    return call(routes.runs.get, { params: { id } });
  }

  /** Chooses a format in the dialog of a run or a case, and takes the file that it gave. */
  async function exportAs(format: string, file: RegExp): Promise<Buffer> {
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: format, exact: true }).check();
    await dialog.getByRole('button', { name: 'Write the report' }).click();
    const written = dialog.getByRole('list', { name: 'Written files' }).getByRole('link', { name: file });
    const bytes = await readFile(await download(written));
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await dialog.waitFor({ state: 'detached' });
    return bytes;
  }

  async function download(link: Locator): Promise<string> {
    const [started] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const path = join(folder, started.suggestedFilename());
    await started.saveAs(path);
    return path;
  }

  /** By its name, as somebody looks for a photo of last week. */
  async function openFromHistory(name: string): Promise<void> {
    await page.goto(`${server.url}/history?search=${encodeURIComponent(name)}`);
    await page.getByRole('link', { name, exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name }).waitFor();
  }

  const metadata = () => page.getByRole('region', { name: 'Metadata' });
  const panel = () => page.getByRole('region', { name: 'Fresh counter', exact: true });

  test('34 photos are dropped and looked at; a name that is no photo’s is left out', async () => {
    await page.goto(server.link);
    expect(photos.files.size).toBe(34);
    await dropPhotos(page, photos.files);
    await page.getByText(`${photos.strange}: not a photo that ProofPix reads`).waitFor();
    await dropPhotos(page, new Map([['renamed.webp', photos.files.get(photos.strange) ?? Buffer.alloc(0)]]));
    const runs = async () => (await call(routes.runs.list, { query: { limit: 100 } })).items;
    const done = Array.from({ length: 34 }, () => 'done');
    await expect.poll(async () => (await runs()).map(({ state }) => state), { timeout: 280_000 }).toEqual(done);
    await page.getByRole('region', { name: 'Running' }).waitFor({ state: 'detached' });
    const items = await runs();
    expect(new Set(items.map(({ file }) => file.sha256)).size).toBe(34);
  });

  test('a result says what was found, by whom, and where sources disagree', async () => {
    const judged = await runOf(photos.judged.name);
    await openFromHistory(photos.judged.name);
    await page.getByRole('region', { name: 'Findings' }).getByText(photos.judged.finding).first().waitFor();
    const derived = page.getByRole('region', { name: 'Files' }).getByRole('link', { name: photos.judged.derived });
    expect((await readFile(await download(derived))).length).toBe(
      judged.files.find(({ name }) => name === photos.judged.derived)?.size,
    );
    const picture = page.getByRole('img', { name: /^Photo / });
    await expect
      .poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth), { timeout: 60_000 })
      .toBeGreaterThan(10);
    // One row for each step, under the head.
    const custody = page.getByRole('region', { name: 'Custody' });
    expect(await custody.getByRole('row').count()).toBe(judged.steps.length + 1);
    await custody.getByRole('row', { name: /EXIF reader .* file:process .* \d+ values/ }).waitFor();
    await openFromHistory(photos.disagreeing);
    const when = page.getByRole('region', { name: 'Disagreements' }).getByRole('row', { name: /When was it taken\?/ });
    await when.getByText(/apart$/).waitFor();
  });

  test('two photos are compared, and what differs stands first', async () => {
    const [left, right] = [await runOf(photos.compared[0]), await runOf(photos.compared[1])];
    await page.goto(`${server.url}/runs/${left.id}`);
    await page.getByRole('link', { name: 'Compare', exact: true }).first().click();
    await page.getByLabel('Search by file name').fill(right.file.name);
    await page.getByRole('button', { name: right.file.name }).click();
    await metadata().getByRole('row', { name: photos.difference }).getByText('Not recorded').waitFor();
  });

  test('a position is on the map, and nowhere in the redacted copy', async () => {
    const positioned = await runOf(photos.positioned);
    expect(positioned.metadata['GPSLatitude']).toBeTypeOf('number');
    await openFromHistory(photos.positioned);
    await page.getByRole('img', { name: /^Map around/ }).waitFor();
    redacted = await exportAs('Photo without position', /-no-position\.jpg/);
    expect(redacted.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    await page.goto(server.url);
    await dropPhotos(page, new Map([['redacted.jpg', redacted]]));
    await page.getByRole('row', { name: /redacted\.jpg/ }).waitFor();
    const read = await runOf('redacted.jpg');
    expect(read.metadata['Make']).toBe(positioned.metadata['Make']);
    expect(Object.keys(read.metadata).filter((tag) => /GPS|latitude|longitude/i.test(tag))).toEqual([]);
    await openFromHistory('redacted.jpg');
    await page.getByRole('region', { name: 'Position' }).getByText('Not recorded in this file.').waitFor();
  });

  test('a result is exported for people, programs and spreadsheets', async () => {
    const judged = await runOf(photos.judged.name);
    await openFromHistory(photos.judged.name);
    const pdf = await exportAs('PDF report', /\.pdf$/);
    expect(pdf.toString('latin1')).toMatch(/^%PDF-[^]*%%EOF\s*$/);
    const json = (await exportAs('JSON', /\.json$/)).toString();
    expect(JSON.stringify(JSON.parse(json))).toContain(judged.file.sha256);
    expect((await exportAs('CSV', /\.csv$/)).toString()).toContain(photos.judged.finding);
  });

  test('three photos become a case, with a caption and a note', async () => {
    const exhibits = [photos.judged.name, photos.disagreeing, photos.positioned];
    await page.goto(`${server.url}/history`);
    await page.getByRole('button', { name: 'Show more' }).click();
    for (const name of exhibits) await page.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
    await page.getByRole('button', { name: 'Add to case' }).click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Title' }).fill(title);
    await page.getByRole('button', { name: 'Add 3 photos' }).click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
    await page.getByRole('button', { name: 'Caption of exhibit 1' }).click();
    await page.getByRole('textbox', { name: 'Caption' }).fill('From the east');
    await page.getByRole('button', { name: 'Save caption' }).click();
    await page.getByText('From the east').waitFor();
    await page.getByRole('textbox', { name: 'New note' }).fill('The owner was there.');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('listitem').getByText('The owner was there.').waitFor();
  });

  test('the case is handed over as a report and as a bundle that others check', async () => {
    expect((await exportAs('PDF report', /\.pdf$/)).toString('latin1')).toMatch(/^%PDF-/);
    await page
      .getByRole('region', { name: 'Reports' })
      .getByRole('link', { name: /\.pdf$/ })
      .waitFor();
    const bundle = await download(page.getByRole('link', { name: 'Download evidence bundle' }));
    const { fingerprint } = await call(routes.organisations.evidenceKey);
    await page.getByText(fingerprint.match(/.{4}/g)?.join(' ') ?? '', { exact: true }).waitFor();
    const verdict = await workplace.run('verify', bundle, '--json', '--key', fingerprint);
    expect(verdict, verdict.stdout + verdict.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(verdict.stdout)).toMatchObject({ state: 'unchanged', summary: { case: { title } } });
    const changed = await readFile(bundle);
    const at = Math.floor(changed.length / 2);
    changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
    await writeFile(`${bundle}.changed.zip`, changed);
    expect((await workplace.run('verify', `${bundle}.changed.zip`)).code).toBe(2);
  });

  test('a plugin that was just written is installed with consent, and asked', async () => {
    await workplace.plugin(
      'fresh-counter',
      { 'index.js': freshPlugin },
      { name: 'Fresh counter', permissions: ['files', 'storage'] },
    );
    const packed = await workplace.run('pack', 'fresh-counter', '-o', 'fresh-counter.zip');
    expect(packed, packed.stderr).toMatchObject({ code: 0 });
    await page.goto(`${server.url}/plugins`);
    await page.getByRole('link', { name: 'EXIF reader' }).waitFor();
    await page.getByLabel('Upload package').setInputFiles(join(workplace.folder, 'fresh-counter.zip'));
    const consent = page.getByRole('dialog', { name: 'Install Fresh counter 1.0.0?' });
    await consent.getByRole('button', { name: 'Tick all' }).click();
    await consent.getByRole('button', { name: 'Install with 2 permissions' }).click();
    await panel().waitFor();
    await expect
      .poll(async () => (await call(routes.plugins.get, { params: { id: 'fresh-counter' } })).state, {
        timeout: 60_000,
      })
      .toBe('loaded');
    await page.goto(server.url);
    await dropPhotos(page, new Map([['before.jpg', redacted]]));
    await page.getByRole('row', { name: /before\.jpg/ }).waitFor();
    await openFromHistory('before.jpg');
    await metadata().getByRole('searchbox').fill('photo number');
    await metadata().getByText('photo number 1').waitFor();
  });

  test('a grant is taken back, and the next call is refused', async () => {
    await page.goto(`${server.url}/plugins?open=fresh-counter`);
    const remember = panel().getByRole('switch', { name: /^Remember data/ });
    // A click before the plugin is there, and the role known, would change nothing.
    await expect.poll(() => remember.isEnabled(), { timeout: 60_000 }).toBe(true);
    // Not `setChecked`, which looks before the page has drawn it.
    await remember.click({ force: true });
    await page.getByText(/^Fresh counter may no longer: Remember data/).waitFor();
    await page.goto(server.url);
    await dropPhotos(page, new Map([['after.jpg', redacted]]));
    await page.getByRole('row', { name: /after\.jpg/ }).waitFor();
    await openFromHistory('after.jpg');
    await page.getByRole('alert').filter({ hasText: 'permission_denied' }).waitFor();
    expect((await runOf('after.jpg')).steps.find(({ plugin }) => plugin === 'fresh-counter')).toMatchObject({
      ok: false,
      error: { code: 'permission_denied' },
    });
    expect(await page.getByText('photo number 2').count()).toBe(0);
    expect(complaints).toEqual([]);
  });
});
