import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scanFile } from '@proofpix/scanner/code/scan-package';

const corpus = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/corpora/code');
const present = existsSync(join(corpus, 'bad-labels.json'));
if (!present) console.log('skipped: the corpus of code, because ../shared/corpora is not there');

type Label = { file: string; kind: string; expected: 'block' | 'flag' };

// Its good files come from npm: `npm run corpus -- code` judges those too.
describe.skipIf(!present)('the corpus of code', () => {
  test('is caught as its labels say', () => {
    const labels = JSON.parse(readFileSync(join(corpus, 'bad-labels.json'), 'utf8')) as Label[]; // our own test data
    const wrong = labels.flatMap(({ file, kind, expected }) => {
      const path = file.replace(/^bad\/(?:[^/]+\/)?/, '');
      const { verdict, findings } = scanFile(
        kind === 'manifest' ? 'package.json' : path,
        readFileSync(join(corpus, file)),
      );
      const caught = expected === 'block' ? verdict === 'block' : findings.length > 0;
      return caught ? [] : [`${file}: ${verdict}`];
    });
    expect(labels.length).toBeGreaterThan(100);
    expect(wrong.length / labels.length, wrong.join('\n')).toBeLessThan(0.03);
  });
});
