import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStrings } from '../../../corpus/strings/read-strings.ts';
import { hookFile, openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';

let plugin: OpenedPlugin;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
});
afterAll(async () => plugin?.[Symbol.asyncDispose]());

const source = { plugin: 'exif-reader', version: '1.0.0', digest: 'a'.repeat(64) };
const step = {
  hook: 'file:process',
  ...source,
  ok: true,
  files: [],
  usage: { hostCalls: 3, bytesRead: 65_536, bytesWritten: 0 },
  milliseconds: 12,
  inputDigest: 'b'.repeat(64),
  outputDigest: 'c'.repeat(64),
};
const run = {
  file: hookFile(Buffer.from('photo'), 'lake "north".jpg'),
  createdAt: '2026-06-21T12:00:00.000Z',
  finishedAt: '2026-06-21T12:00:01.000Z',
  metadata: { Make: 'Maker', latitude: -33.86, Subject: ['one', 'two'] },
  sources: { Make: source, latitude: source, Subject: source },
  conflicts: [
    {
      tag: 'Make',
      values: [
        { value: 'Maker', source },
        { value: 'Other', source },
      ],
    },
  ],
  findings: [
    { severity: 'strong', confidence: 0.9, question: 'edited', title: 'Saved twice', explanation: 'It was.', source },
  ],
  disagreements: [
    {
      question: 'time',
      readings: [
        { origin: 'exif', value: '12:00', source },
        { origin: 'file-name', value: '13:00', source: null },
      ],
    },
  ],
  files: [{ name: 'preview.jpg', size: 3, sha256: 'd'.repeat(64), type: 'image/jpeg', source }],
  steps: [step, { ...step, ok: false, error: { code: 'plugin_error', message: 'It failed.', stack: 'at x' } }],
};
const note = {
  id: '1',
  text: 'Taken from\nthe street',
  createdAt: '2026-06-22T08:00:00.000Z',
  createdBy: { name: 'Ada' },
};
const aCase = {
  title: 'Harbour Street 14',
  reference: 'HS-14',
  description: 'Water damage',
  state: 'open',
  organisation: { name: 'Lake Insurance' },
  createdAt: '2026-06-20T12:00:00.000Z',
  generatedAt: '2026-06-23T12:00:00.000Z',
  notes: [note],
  exhibits: [
    { number: 2, caption: 'North side', notes: [note], ...run },
    { number: 5, caption: '', notes: [], ...run },
  ],
};

async function write(report: unknown, format: string, options = {}): Promise<string> {
  const input = JSON.parse(JSON.stringify({ report, format, options }));
  const { result, files, log } = await plugin.call('export:generate', input);
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  return Buffer.from(files.get(`report.${format}`) ?? []).toString();
}

/** Rows of cells, by RFC 4180 and nothing else. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, cell = '', end] of text.matchAll(/"((?:[^"]|"")*)"(,|\r\n)/g)) {
    row.push(cell.replaceAll('""', '"'));
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

describe('json', () => {
  test('has everything of a case, in the documented shape, each value with who said it', async () => {
    const document = JSON.parse(await write(aCase, 'json'));
    expect(document).toMatchObject({
      schema: 'proofpix-report',
      schemaVersion: 1,
      generator: { plugin: 'report-data', version: '1.0.0' },
      kind: 'case',
      case: { title: 'Harbour Street 14', reference: 'HS-14', organisation: 'Lake Insurance' },
    });
    const [first, second] = document.exhibits;
    expect([first.number, second.number]).toEqual([2, 5]);
    expect(first).toEqual({
      number: 2,
      caption: 'North side',
      file: { name: 'lake "north".jpg', type: 'application/octet-stream', size: 5, sha256: run.file.sha256 },
      receivedAt: run.createdAt,
      finishedAt: run.finishedAt,
      findings: [{ ...run.findings[0], evidence: {}, region: null }],
      metadata: [
        { tag: 'Make', value: 'Maker', source },
        { tag: 'latitude', value: -33.86, source },
        { tag: 'Subject', value: ['one', 'two'], source },
      ],
      conflicts: run.conflicts,
      disagreements: run.disagreements,
      files: run.files,
      custody: [
        expect.objectContaining({ hook: 'file:process', source, ok: true, error: null, bytesRead: 65_536 }),
        expect.objectContaining({ ok: false, error: { code: 'plugin_error', message: 'It failed.' } }),
      ],
      notes: [{ text: note.text, at: note.createdAt, by: 'Ada' }],
    });
  });

  test('of a run is the same shape with one exhibit, and the same bytes each time', async () => {
    const text = await write(run, 'json');
    expect(JSON.parse(text)).toMatchObject({ kind: 'run', case: null, exhibits: [{ number: 1, caption: '' }] });
    expect(await write(run, 'json')).toBe(text);
  });
});

describe('csv', () => {
  test('has one row for each finding, value, conflict, file, caption and note', async () => {
    const text = await write(aCase, 'csv');
    expect(text.startsWith('\ufeff"exhibit","file","sha256","kind"')).toBe(true);
    const [, ...rows] = parseCsv(text);
    const kinds = rows.map((row) => `${row[0]} ${row[3]}`);
    const ofOne = [
      'finding',
      'metadata',
      'metadata',
      'metadata',
      'conflict',
      'conflict',
      'disagreement',
      'disagreement',
      'file',
    ];
    expect(kinds).toEqual([
      ' note',
      ...['caption', ...ofOne, 'note'].map((kind) => `2 ${kind}`),
      ...ofOne.map((kind) => `5 ${kind}`),
    ]);
    expect(rows[2]).toEqual([
      '2',
      'lake "north".jpg',
      run.file.sha256,
      'finding',
      'strong',
      '0.9',
      'edited',
      'Saved twice',
      'It was.',
      'exif-reader',
      '1.0.0',
      'a'.repeat(64),
    ]);
    expect(rows.find((row) => row[7] === 'latitude')?.[8]).toBe('-33.86');
    expect(rows[0]?.[8]).toBe('Taken from\nthe street');
  });

  test('has no byte order mark where none is wanted', async () => {
    expect((await write(run, 'csv', { byteOrderMark: false })).startsWith('"exhibit"')).toBe(true);
  });

  test.each([
    ['=HYPERLINK("http://evil.example","open")', '\'=HYPERLINK("http://evil.example","open")'],
    ['+1+cmd', "'+1+cmd"],
    ['-1+cmd', "'-1+cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['   =1+1', "'   =1+1"],
    ['\uff1d1+1', "'\uff1d1+1"],
    ['harmless\n=1+1', "harmless\n'=1+1"],
    ['harmless;=1+1', "harmless;'=1+1"],
    ['"\r\n"=1+1', '"\r\n"=1+1'],
    ['-12.5', '-12.5'],
    ['+3e8', '+3e8'],
    ['a=b', 'a=b'],
    ['\u202egpj.exe\u0000', '\ufffdgpj.exe\ufffd'],
    ['', ''],
  ])('never begins a cell like a formula: %j', async (given, expected) => {
    const text = await write(
      { ...run, metadata: { Comment: given }, sources: {}, file: { ...run.file, name: given } },
      'csv',
    );
    const rows = parseCsv(text);
    const row = rows.find((cells) => cells[7] === 'Comment');
    expect([row?.[8], row?.[1]]).toEqual([expected, expected]);
    expect(row).toHaveLength(12);
  });

  test('neutralises every hostile string: no cell begins like a formula or holds a control character', async () => {
    const strings = readStrings().map(({ text }) => text.slice(0, 2_000));
    const metadata = Object.fromEntries(strings.map((text, index) => [`Tag${index}`, text]));
    const findings = strings.map((text) => ({ ...run.findings[0], title: text.slice(0, 190), explanation: text }));
    const rows = parseCsv(await write({ ...run, metadata, sources: {}, findings }, 'csv'));
    expect(rows.length).toBeGreaterThan(strings.length * 2);
    for (const cell of rows.flat()) {
      if (!/^[+-]?\d+(\.\d+)?$/.test(cell)) expect(cell).not.toMatch(/^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]/);
      // oxlint-disable-next-line no-control-regex -- the attack
      expect(cell).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  test('cuts what a spreadsheet would break into the next cell, and says so', async () => {
    const value = `${'x'.repeat(32_767)}=1+1`;
    const text = await write({ ...run, metadata: { Comment: value }, sources: {} }, 'csv');
    const row = parseCsv(text).find((cells) => cells[7] === 'Comment');
    expect(row?.[8]?.length).toBeLessThan(32_767);
    expect(row?.[8]).toMatch(/… \(cut, 32771 characters; JSON has all of it\)$/);
  });
});

test('a case of 500 exhibits and 10,000 findings is written in both formats', async () => {
  const findings = Array.from({ length: 20 }, () => run.findings[0]);
  const exhibits = Array.from({ length: 500 }, (_, index) => ({
    number: index + 1,
    caption: '',
    notes: [],
    ...run,
    findings,
  }));
  const report = { ...aCase, exhibits };
  expect(JSON.parse(await write(report, 'json')).exhibits).toHaveLength(500);
  expect(parseCsv(await write(report, 'csv')).filter((row) => row[3] === 'finding')).toHaveLength(10_000);
});

test('another format is refused by name', async () => {
  const { result } = await plugin.call('export:generate', JSON.parse(JSON.stringify({ report: run, format: 'xml' })));
  expect(result.error?.message).toBe('The format xml is not one of json and csv.');
});
