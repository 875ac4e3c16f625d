import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { makeSamplePhoto, sampleExif } from '@proofpix/samples/sample-photo';
import { openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';
import { readRealPhoto, realPhotos } from '../../test/real-photos.ts';
import { exportRedacted } from './export-redacted.ts';

const present = spawnSync('exiftool', ['-ver']).status === 0 && spawnSync('identify', ['-version']).status === 0;
if (!present) console.log('skipped: gps-redactor against exiftool and ImageMagick, because they are not there');
const real = realPhotos.filter(({ file }) => ['.jpg', '.png', '.webp'].includes(extname(file)));
if (real.length === 0) console.log('skipped: gps-redactor on real photos, because ../shared/photos is not there');

describe.skipIf(!present)('beside exiftool and ImageMagick', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gps-redactor-'));
  let plugin: OpenedPlugin;
  beforeAll(async () => {
    plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await plugin?.[Symbol.asyncDispose]();
  });

  type Tags = Record<string, string | number>;
  const tagsOf = (file: string): Tags => {
    const options = ['-json', '-a', '-G1', '-n', '-ee', '-struct', file];
    const { stdout } = spawnSync('exiftool', options, { maxBuffer: 1e8 });
    const [tags = {}] = JSON.parse(stdout.toString()) as Tags[]; // exiftool's own form
    return tags;
  };
  const signatureOf = (file: string) =>
    execFileSync('identify', ['-quiet', '-format', '%#', `${file}[0]`], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();

  async function redact(photo: Uint8Array, name: string): Promise<{ before: string; after: string; tags: Tags }> {
    const { result, files, log } = await exportRedacted(plugin, [photo], { name });
    expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
    const [[copyName, copy] = []] = files;
    if (copyName === undefined || copy === undefined) throw new Error('There is no copy.');
    const before = join(folder, `before${extname(name)}`);
    const after = join(folder, `after${extname(copyName)}`);
    writeFileSync(before, photo);
    writeFileSync(after, copy);
    return { before, after, tags: tagsOf(after) };
  }

  function expectNoPosition(tags: Tags): void {
    const left = Object.keys(tags).filter((name) =>
      /gps|latitude|longitude|:(City|State|Country|Location|Sub-location|Country-Primary)/i.test(name),
    );
    expect(left).toEqual([]);
  }

  test.each(['jpeg', 'png', 'webp'] as const)('a made %s has no position and the same pixels', async (format) => {
    const photo = makePhoto({
      format,
      exif: sampleExif,
      xmp: { 'exif:GPSLatitude': '61,29.68N', 'photoshop:City': 'Lom', 'xmp:CreatorTool': 'Editor' },
    });
    const { before, after, tags } = await redact(photo, `made.${format === 'jpeg' ? 'jpg' : format}`);
    expect(Object.keys(tagsOf(before)).some((name) => /GPS/.test(name))).toBe(true);
    expectNoPosition(tags);
    expect(signatureOf(after)).toBe(signatureOf(before));
    expect(tags).toMatchObject({ 'IFD0:Model': 'Sample Camera', 'XMP-xmp:CreatorTool': 'Editor' });
    expect(Object.keys(tags).filter((name) => /Warning|Error/.test(name))).toEqual([]);
  });

  test('the sample photo keeps everything but its position', async () => {
    const { before, tags } = await redact(makeSamplePhoto(), 'sample.jpg');
    const kept = Object.entries(tagsOf(before)).filter(
      ([name]) => !/^(System|GPS|File|Composite|ExifTool|SourceFile)/.test(name),
    );
    expect(kept.length).toBeGreaterThan(20);
    for (const [name, value] of kept) expect(tags[name], name).toEqual(value);
  });

  test.skipIf(real.length === 0).each(real)('$file has no position and the same pixels', async ({ file }) => {
    const photo = readRealPhoto(file);
    const { before, after, tags } = await redact(photo, file);
    expectNoPosition(tags);
    // One of them ends within its head: it has no pixels, before or after.
    if (!file.includes('corrupt-header')) expect(signatureOf(after)).toBe(signatureOf(before));
    const kept = Object.entries(tagsOf(before)).filter(([name]) => /^(IFD0|ExifIFD|JFIF|ICC|XMP-dc):/.test(name));
    for (const [name, value] of kept) {
      // Its XMP is UTF-16, which goes as a whole.
      if (file === 'exiftool-XMP.jpg' && name.startsWith('XMP')) continue;
      // Offsets, blocks of the maker, and what contains a position.
      if (/Offset|MakerNote|GPS|Length|Binary/.test(name) || String(value).startsWith('(Binary')) continue;
      expect(tags[name], name).toEqual(value);
    }
  });
});
