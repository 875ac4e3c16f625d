import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { roles } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { listenApp, type TestApp } from '../../test/listen-app.ts';
import { bind, type App, type Caller } from './bind.ts';
import { receiveInMemory, receiveUpload } from './upload.ts';

const maxBytes = 100_000;
const kept = new Set<string>();
const discarded: string[] = [];
let received: { names: string[]; fields: Record<string, string> } | undefined;
let settled = Promise.withResolvers<void>();
let served: TestApp;
let url: string;

const owner: Caller = {
  userId: '',
  organisationId: '',
  role: 'owner',
  plan: 'enterprise',
  access: new Set(roles.owner),
  secondFactorMissing: false,
  byProvider: false,
  operator: false,
  credential: 'bearer',
  credentialId: 'session',
  address: '127.0.0.1',
  requestId: 'request',
};

function bindRows(app: App): void {
  bind(app, routes.runs.create, async ({ request }) => {
    try {
      const { files, fields } = await receiveUpload(request, {
        row: routes.runs.create,
        fileField: 'file',
        maxFiles: 3,
        maxBytes,
        tooLarge: 'file_too_large',
        async receive({ name, stream }) {
          if (name === 'refused.jpg') throw new Problem('photo_type_unknown');
          const hash = createHash('sha256');
          for await (const chunk of stream) hash.update(chunk as Buffer); // no encoding is set
          const file = `${name} ${hash.digest('hex')}`;
          kept.add(file);
          return file;
        },
        async discard(file) {
          kept.delete(file);
          discarded.push(file);
        },
      });
      received = { names: files, fields };
      return { status: 202, body: { batchId: '', runs: [] } };
    } finally {
      settled.resolve();
    }
  });
  bind(app, routes.plugins.install, async ({ request, body }) => {
    if (body !== undefined) return { status: 200, body: { json: true } as never };
    const { file } = await receiveInMemory(request, {
      row: routes.plugins.install,
      fileField: 'plugin',
      maxBytes,
      tooLarge: 'package_too_large',
    });
    return { status: 200, body: { bytes: file.bytes.length } as never };
  });
}

beforeAll(async () => {
  served = await listenApp({ signIn: async () => owner, checkReplies: false }, bindRows);
  ({ url } = served);
});
afterAll(() => served[Symbol.asyncDispose]());
beforeEach(() => {
  kept.clear();
  discarded.length = 0;
  received = undefined;
  settled = Promise.withResolvers();
});

type Part = [field: string, value: string | Uint8Array, name?: string];

async function send(parts: readonly Part[], path = '/api/runs') {
  const form = new FormData();
  for (const [field, value, name] of parts) {
    if (name === undefined) form.append(field, String(value));
    else form.append(field, new Blob([value as BlobPart]), name); // text or bytes, both are
  }
  const response = await fetch(url + path, { method: 'POST', body: form });
  const json = (await response.json()) as { code?: string; errors?: unknown; bytes?: number }; // what the test looks at
  return { status: response.status, ...json };
}

const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const large = new Uint8Array(maxBytes).fill(7);

test('files arrive whole, in order, with fields before and behind them', async () => {
  const small = new Uint8Array([1, 2, 3]);
  const answer = await send([
    ['plugins', 'exif-reader'],
    ['file', large, 'a.jpg'],
    ['file', small, 'b.jpg'],
    ['options', '{"x":1}'],
  ]);
  expect(answer.status).toBe(202);
  expect(received).toEqual({
    names: [`a.jpg ${sha(large)}`, `b.jpg ${sha(small)}`],
    fields: { plugins: 'exif-reader', options: '{"x":1}' },
  });
});

test('one byte over the limit is 413, and the files before it are removed again', async () => {
  const answer = await send([
    ['file', 'first', 'a.jpg'],
    ['file', new Uint8Array(maxBytes + 1), 'b.jpg'],
    ['file', 'never', 'c.jpg'],
  ]);
  expect([answer.status, answer.code]).toEqual([413, 'file_too_large']);
  expect([...kept]).toEqual([]);
  expect(discarded.map((file) => file.split(' ')[0])).toEqual(['a.jpg']);
});

test('a package over the limit is 413 and exactly the limit is taken', async () => {
  expect((await send([['plugin', large, 'p.zip']], '/api/plugins/install')).bytes).toBe(maxBytes);
  expect((await send([['plugin', new Uint8Array(maxBytes + 1), 'p.zip']], '/api/plugins/install')).code).toBe(
    'package_too_large',
  );
});

test('a request that says it is far too long is refused before it is read', async () => {
  const answer = await send([['plugin', new Uint8Array(maxBytes + 25 * 1024 * 1024), 'p.zip']], '/api/plugins/install');
  expect([answer.status, answer.code]).toEqual([413, 'package_too_large']);
});

test('too many files, unknown fields, text where a file belongs and fields that come twice are refused by name', async () => {
  const files: Part[] = ['a', 'b', 'c', 'd'].map((name) => ['file', name, `${name}.jpg`]);
  expect((await send(files)).code).toBe('too_many_files');
  const cases: [Part[], unknown][] = [
    [
      [
        ['file', 'x', 'a.jpg'],
        ['colour', 'red'],
      ],
      { field: 'colour', message: 'is not a known field' },
    ],
    [
      [
        ['file', 'x', 'a.jpg'],
        ['__proto__', 'red'],
      ],
      { field: '__proto__', message: 'is not a known field' },
    ],
    [[['file', 'no file']], { field: 'file', message: 'must be a file' }],
    [[['photo', 'x', 'a.jpg']], { field: 'photo', message: 'does not take a file' }],
    [
      [
        ['file', 'x', 'a.jpg'],
        ['options', '1'],
        ['options', '2'],
      ],
      { field: 'options', message: 'was sent twice' },
    ],
    [
      [
        ['file', 'x', 'a.jpg'],
        ['options', 'a\0b'],
      ],
      { field: 'options', message: 'must not contain the NUL character' },
    ],
  ];
  for (const [parts, error] of cases) {
    const answer = await send(parts);
    expect([answer.status, answer.errors], JSON.stringify(parts)).toEqual([400, [error]]);
  }
  expect([...kept]).toEqual([]);
});

test('a form without a file says so', async () => {
  expect(await send([['options', '{}']])).toMatchObject({
    status: 400,
    code: 'file_missing',
    errors: [{ field: 'file' }],
  });
  expect((await send([['file', '', '']])).code).toBe('file_missing');
});

test('a file that is refused while it is received ends the request with its own error', async () => {
  const answer = await send([
    ['file', 'ok', 'a.jpg'],
    ['file', large, 'refused.jpg'],
  ]);
  expect([answer.status, answer.code]).toEqual([415, 'photo_type_unknown']);
  expect([...kept]).toEqual([]);
});

test('names lose folders and characters that could fool people', async () => {
  await send([
    ['file', 'x', '../../etc/passwd'],
    ['file', 'x', 'photo\u202egpj.exe'],
    ['file', 'x', `${'a'.repeat(300)}.jpg`],
  ]);
  const [first, second, third] = received?.names ?? [];
  expect(first).toMatch(/^passwd /);
  expect(second).toMatch(/^photogpj\.exe /);
  expect(third?.split(' ')[0]).toHaveLength(255);
});

test('an upload that is cut off leaves nothing', async () => {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  const head = '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n';
  socket.write(
    `POST /api/runs HTTP/1.1\r\nHost: ${new URL(url).host}\r\nAuthorization: Bearer x\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 50000\r\n\r\n${head}half`,
  );
  setImmediate(() => socket.destroy());
  await settled.promise;
  expect([...kept]).toEqual([]);
  expect(received).toBeUndefined();
});

test('a form that ends in the middle, or has no boundary, is 400', async () => {
  for (const [type, body] of [
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\nhalf',
    ],
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=b', ''],
  ] as const) {
    const response = await fetch(`${url}/api/runs`, {
      method: 'POST',
      headers: { 'content-type': type, authorization: 'Bearer x' },
      body,
    });
    expect(response.status, type + body).toBe(400);
  }
  expect([...kept]).toEqual([]);
});

test('a route that takes a form or JSON tells them apart', async () => {
  const body = JSON.stringify({ publisher: 'proofpix', pluginId: 'exif-reader' });
  const response = await fetch(`${url}/api/plugins/install`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(await response.json()).toEqual({ json: true });
});
