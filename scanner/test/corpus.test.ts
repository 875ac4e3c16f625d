import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { readArchive } from '@proofpix/scanner/read-archive';

const corpus = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/corpora/archives');
const present = existsSync(join(corpus, 'index.json'));
if (!present) console.log('skipped: the corpus of archives, because ../shared/corpora is not there');

type Row = { file: string; why: string; expected: 'accept' | 'reject' };
const rows = present ? (JSON.parse(readFileSync(join(corpus, 'index.json'), 'utf8')) as Row[]) : []; // our own test data

describe.skipIf(!present)('the corpus of archives', () => {
  test.each(rows)('$expected: $file ($why)', async ({ file, expected }) => {
    const before = process.memoryUsage().arrayBuffers;
    const verdict = await readArchive(readFileSync(join(corpus, file)), { fileName: file }).then(
      () => 'accept',
      (error: unknown) => {
        expect(error).toBeInstanceOf(Problem);
        return 'reject';
      },
    );
    expect(verdict).toBe(expected);
    // A bomb is refused before it is unpacked.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  });
});
