import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePhoto } from '@proofpix/samples/make-photo';
import { expect, test } from 'vitest';
import { readStrings } from '../../corpus/strings/read-strings.ts';
import { makeWorkplace } from './proofpix.ts';

const reader = fileURLToPath(new URL('../../plugins/exif-reader', import.meta.url));

test(
  'what a photo says reaches the terminal without control characters, as words and as JSON',
  { timeout: 180_000 },
  async () => {
    await using place = await makeWorkplace();
    const strings = readStrings().filter(({ kind }) => kind === 'terminal' || kind === 'direction');
    expect(strings.length).toBeGreaterThan(15);
    const text = strings.map((each) => each.text).join(' ');
    // EXIF text ends at its first zero.
    const said = `Camera ${text.replaceAll('\0', '')}`;
    const tags = ['Make', 'Model', 'Software', 'Artist', 'ImageDescription'];
    const photo = join(place.folder, 'hostile.jpg');
    await writeFile(photo, makePhoto({ exif: Object.fromEntries(tags.map((tag) => [tag, said])) }));

    const [words, json] = await Promise.all([
      place.run('run', photo, '--plugin', reader, '--no-bundled'),
      place.run('run', photo, '--plugin', reader, '--no-bundled', '--json'),
    ]);
    expect([words.code, json.code]).toEqual([0, 0]);
    expect(words.stdout).toContain('Camera');
    for (const { stdout, stderr } of [words, json]) {
      // oxlint-disable-next-line no-control-regex -- the attack
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
    // The escapes of the JSON say the same value.
    const { metadata } = JSON.parse(json.stdout) as { metadata: Record<string, unknown> }; // a run, as the server answers it
    expect(String(metadata['Make'])).toContain('\u202egpj.exe');
    expect(readFileSync(photo).includes(Buffer.from([0x1b]))).toBe(true);
  },
);
