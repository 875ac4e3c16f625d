import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { runCode } from '../code/run.ts';

const samples = {
  'bad/1.cjs': 'module.exports.run = () => eval("1");',
  'bad/2.cjs': 'module.exports.run = () => Array.prototype.push = null;',
  'bad/3/package.json': '{"scripts": {"postinstall": "true"}}',
  'bad/4/.env': 'A=1',
  'bad/5.cjs': 'module.exports.run = () => 1;',
};
const bad = [
  { file: 'bad/1.cjs', kind: 'js', technique: 'eval', expected: 'block' },
  { file: 'bad/2.cjs', kind: 'js', technique: 'tampering', expected: 'flag' },
  { file: 'bad/3/package.json', kind: 'manifest', technique: 'install', expected: 'block' },
  { file: 'bad/4/.env', kind: 'file', technique: 'hidden', expected: 'flag' },
];

async function judge(labels: unknown): Promise<{ code: number; lines: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'proofpix-code-corpus-'));
  try {
    for (const [path, text] of Object.entries(samples)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await writeFile(join(folder, 'bad-labels.json'), JSON.stringify(labels));
    const lines: string[] = [];
    const code = await runCode({ folder, json: true, write: (line) => void lines.push(line) });
    return { code, lines };
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a corpus of code gives one line for each label, and then what was caught', async () => {
  const { code, lines } = await judge(bad);
  expect(code).toBe(0);
  expect(lines).toHaveLength(bad.length + 1);
  expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual(
    bad.map(({ file, expected }) => expect.objectContaining({ file, expected, ok: true })),
  );
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({
    recall_block: 1,
    recall_all: 1,
    precision: 1,
    false_positives: 0,
  });
});

test('a corpus of which too much is missed ends with an error', async () => {
  const { code, lines } = await judge([
    ...bad,
    { file: 'bad/5.cjs', kind: 'js', technique: 'none', expected: 'block' },
  ]);
  expect(code).toBe(1);
  expect(JSON.parse(lines.at(-1) ?? '')).toMatchObject({ recall_block: 0.6667, recall_all: 0.8 });
});

test('a corpus without labels, or with a list of something else, is no corpus', async () => {
  expect((await judge([{ file: 1 }])).code).toBe(2);
  expect((await judge([])).code).toBe(2);
});
