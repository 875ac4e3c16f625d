import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PDFDocument } from 'pdf-lib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { readStrings } from '../../../corpus/strings/read-strings.ts';
import { hookFile, openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';
import { caseReport, findings, photo, photos, run } from './made-report.ts';

const tools = ['pdftotext', 'pdfinfo', 'qpdf'].filter((tool) => spawnSync(tool, ['--version']).error === undefined);
const hasTools = tools.length === 3;
if (!hasTools) console.log(`skipped: report-pdf read by other programs, because only [${tools.join(', ')}] are there`);

let plugin: OpenedPlugin;
let folder: string;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
  folder = mkdtempSync(join(tmpdir(), 'proofpix-pdf-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await plugin?.[Symbol.asyncDispose]();
});

async function write(report: unknown, files: readonly Uint8Array[] = photos): Promise<Buffer> {
  const input = JSON.parse(JSON.stringify({ report, format: 'pdf' }));
  const { result, files: written, log } = await plugin.call('export:generate', input, { files, deadline: 60_000 });
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  return Buffer.from(written.get('report.pdf') ?? []);
}

/** What another program reads in it. */
function textOf(pdf: Buffer): string {
  const path = join(folder, 'report.pdf');
  writeFileSync(path, pdf);
  const check = spawnSync('qpdf', ['--check', path], { encoding: 'utf8' });
  expect({ status: check.status, stderr: check.stderr }).toEqual({ status: 0, stderr: '' });
  return execFileSync('pdftotext', ['-layout', path, '-'], { encoding: 'utf8', maxBuffer: 100_000_000 });
}

test('a case becomes a document with title, language, bookmarks and the times of the report', async () => {
  const doc = await PDFDocument.load(await write(caseReport), { updateMetadata: false });
  expect(doc.getTitle()).toBe('Harbour Street 14');
  expect(doc.getAuthor()).toBe('Lake Insurance');
  expect(doc.getCreationDate()).toEqual(new Date('2026-06-23T09:30:00.000Z'));
  expect(doc.getModificationDate()).toEqual(new Date('2026-06-23T09:30:00.000Z'));
  expect(String(doc.catalog)).toContain('/Outlines');
  expect(doc.getPage(0).getSize()).toEqual({ width: 595.28, height: 841.89 });
});

test('the same report gives the same bytes', async () => {
  const [first, second] = [await write(run), await write(run)];
  expect(first.equals(second)).toBe(true);
});

test('hostile strings become neither scripts nor links nor actions', async () => {
  const strings = readStrings().map(({ text }) => text.slice(0, 300));
  const metadata = Object.fromEntries(strings.map((text, index) => [`Tag${index}`, text]));
  const said = strings.map((text) => ({
    ...findings[1],
    title: text.slice(0, 190) || 'x',
    explanation: text,
    evidence: {},
  }));
  const pdf = await write({ ...run, metadata, sources: {}, findings: said });
  const doc = await PDFDocument.load(pdf, { updateMetadata: false });
  const objects = doc.context.enumerateIndirectObjects().map(([, object]) => String(object));
  expect(objects.length).toBeGreaterThan(20);
  // A key of a dictionary, not a word within a string.
  const active = /\/(JS|JavaScript|URI|Launch|OpenAction|AA|EmbeddedFile|SubmitForm|GoToR|RichMedia)[\s/(<[]/;
  expect(objects.filter((object) => active.test(object)).map((object) => object.slice(0, 200))).toEqual([]);
});

describe.skipIf(!hasTools)('read by pdftotext and qpdf', () => {
  test('a case has its cover, its exhibits and who said what', async () => {
    const text = textOf(await write(caseReport));
    const pages = text.split('\f').slice(0, -1);
    for (const expected of [
      'Harbour Street 14',
      'HS-2026-0014',
      'Lake Insurance',
      '23 Jun 2026, 09:30:00 UTC',
      'signs, never verdicts',
      'Notes on the case',
    ]) {
      expect(pages[0], expected).toContain(expected);
    }
    pages.forEach((page, index) => expect(page).toContain(`Page ${index + 1} of ${pages.length}`));
    const first = pages.findIndex((page) => page.includes('Exhibit 1'));
    // The list on the cover names the page on which the exhibit begins.
    expect(pages[0]).toMatch(new RegExp(`1\\s+IMG_4127\\.jpg.*\\s${first + 1}\\n`));
    for (const expected of [
      'The same bale appears twice',
      'Strong sign',
      'Possible sign',
      'distance: 214 · size: 64 × 48',
      'Two places of the picture are the same',
      'Ada Lindqvist, 22 Jun 2026, 08:00:00 UTC',
      'The owner says that nobody was inside.',
      'file-name',
      'Sample Camera',
      'preview.jpg',
      'Failed: It took',
      'a1b2c3d4a1b2c3d4',
      run.file.sha256.slice(0, 4),
      'Exhibit 4',
      'Bildschirmfoto ÄÖÜ.png',
      'No plugin found anything to report.',
      'WebP pictures are not decoded here',
    ]) {
      expect(text, expected).toContain(expected);
    }
    // The strongest comes first, whatever the order in which plugins spoke.
    expect(text.indexOf('The same bale')).toBeLessThan(text.indexOf('Signed as Lake Press'));
  });

  test('a run is a report on one photo', async () => {
    const text = textOf(await write(run));
    expect(text).toContain('Report on one photo');
    expect(text).not.toContain('Exhibit 1');
    expect(text).toContain('21 Jun 2026, 12:00:33 UTC');
  });

  test('what strangers wrote can neither hide nor turn the text around', async () => {
    const name = 'invoice\u202egpj.exe\u0000\u200b\u0007.jpg';
    const metadata = {
      Artist: 'line\r\nbreak',
      Comment: 'a\u0301\u0302\u0303\u0304\u0305',
      Owner: '張三 🧿',
      Odd: '\ud800',
    };
    const report = { ...run, file: { ...run.file, name }, metadata, sources: {} };
    const text = textOf(await write(report));
    expect(text).toContain('invoice[U+202E]gpj.exe[U+0000][U+200B][U+0007].jpg');
    expect(text).toContain('[U+5F35][U+4E09] [U+1F9FF]');
    expect(text).toContain('line break');
    expect(text).toContain('stand as their number in Unicode');
  });

  test('500 exhibits with 10,000 findings and texts of 100 kB are a report that says what it leaves out', async () => {
    const long = 'long '.repeat(20_000);
    const small = makePhoto();
    const many = Array.from({ length: 20 }, (_, index) => ({ ...findings[index % 3], evidence: {} }));
    const exhibits = Array.from({ length: 500 }, (_, index) => ({
      ...run,
      number: index + 1,
      caption: index === 0 ? long : '',
      notes: [],
      findings: index === 0 ? many.map((one) => ({ ...one, evidence: { long } })) : many,
      metadata: index === 0 ? { Comment: long } : { Make: 'Maker' },
      file: hookFile(small, index === 1 ? long : `IMG_${index}.jpg`),
      steps: run.steps.slice(0, 1),
      conflicts: [],
      disagreements: [],
      files: [],
    }));
    const pdf = await write({ ...caseReport, exhibits }, [small]);
    expect(pdf.length).toBeLessThan(32 * 1024 * 1024);
    const text = textOf(pdf);
    expect(text).toContain('500 photos');
    expect(text).toContain('Exhibit 500');
    expect(text).toContain('(cut: 100,000 characters)');
    expect(text).toContain('14 weaker findings are not printed');
  }, 120_000);
});

describe('pictures', () => {
  const images = (pdf: Buffer) => pdf.toString('latin1').split('/Subtype /Image').length - 1;

  test('are printed without what else the file carries: position, thumbnail, a file behind the end', async () => {
    const secret = 'SECRET BEHIND THE END';
    const carrying = Buffer.concat([photo, Buffer.from(secret)]);
    const pdf = await write({ ...run, file: hookFile(carrying, 'IMG.jpg') }, [carrying]);
    expect(images(pdf)).toBe(1);
    expect(carrying.includes('Exif')).toBe(true);
    expect(pdf.includes('Exif\0\0')).toBe(false);
    expect(pdf.includes('http://ns.adobe.com/xap')).toBe(false);
    expect(pdf.includes(secret)).toBe(false);
  });

  test('of a kind that is not decoded are the preview that another plugin extracted', async () => {
    const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic0000heicmif1')]);
    const preview = makePhoto({ width: 160, height: 120 });
    const { sha256, size } = hookFile(preview, 'preview.jpg');
    const [file] = run.files;
    const report = { ...run, file: hookFile(heic, 'IMG.heic'), files: [{ ...file, sha256, size }] };
    expect(images(await write(report, [heic, preview]))).toBe(1);
    const without = { ...report, files: [] };
    expect(images(await write(without, [heic]))).toBe(0);
  });

  test('that are damaged, cut off, empty or gone never make the report fail', async () => {
    const cut = photo.subarray(0, Math.floor(photo.length / 2));
    const noise = Buffer.from(photo);
    for (let at = 200; at < noise.length; at += 41) noise[at] = (at * 7) & 255;
    const lying = Buffer.from(photo);
    const frame = lying.indexOf(Buffer.from([0xff, 0xc0]));
    lying.writeUInt16BE(65_535, frame + 5);
    lying.writeUInt16BE(65_535, frame + 7);
    const files = [cut, noise, lying, Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('no picture')];
    for (const bytes of files) await write({ ...run, file: hookFile(bytes, 'IMG.jpg') }, [bytes]);
    expect(images(await write({ ...run, file: hookFile(Buffer.from('gone'), 'IMG.jpg') }, []))).toBe(0);
  });
});

test('what is no report is refused by name', async () => {
  const { result } = await plugin.call('export:generate', { report: {}, format: 'pdf' });
  expect(result.error?.message).toBe('The report is not one: exhibit 1 has no file.');
});
