import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { request } from 'node:http';
import { listenApp, type TestApp } from '../../test/listen-app.ts';
import { rawRequest } from '../../test/raw-request.ts';

const script = 'console.log("hello");'.repeat(100);
let served: TestApp;
let folder: string;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-web-'));
  const dist = join(folder, 'dist');
  await mkdir(join(dist, 'assets'), { recursive: true });
  await writeFile(
    join(dist, 'index.html'),
    '<!doctype html><meta name="style-nonce" content="__STYLE_NONCE__"><script type="module" src="/assets/app-1a2b.js"></script>',
  );
  await writeFile(join(dist, 'assets', 'app-1a2b.js'), script);
  await writeFile(join(dist, 'assets', 'app-1a2b.js.br'), brotliCompressSync(script));
  await writeFile(join(dist, 'robots.txt'), 'User-agent: *');
  await writeFile(join(dist, '.built-from'), 'hash');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  served = await listenApp({ webFolder: dist });
  ({ url } = served);
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

test('each visit to a page gets a nonce of its own, in the page and in its policy', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/runs/1?state=done', '/sign-in']) {
    const answer = await rawRequest(url, { path });
    expect([answer.status, answer.headers['cache-control']]).toEqual([200, 'no-cache']);
    const nonce = /name="style-nonce" content="([\w-]{22})"/.exec(answer.text)?.[1] ?? 'none';
    const policy = answer.headers['content-security-policy'] ?? '';
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe-|https?:|\*/);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

test('files with a hash in their name are kept for ever, compressed for those who take it', async () => {
  const plain = await rawRequest(url, { path: '/assets/app-1a2b.js' });
  expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
  expect([plain.headers['content-type'], plain.text]).toEqual([expect.stringContaining('javascript'), script]);
  const { promise, resolve } = Promise.withResolvers<{ encoding: string | undefined; body: Buffer }>();
  request(`${url}/assets/app-1a2b.js`, { headers: { 'accept-encoding': 'gzip, br' } }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => resolve({ encoding: response.headers['content-encoding'], body: Buffer.concat(chunks) }));
  }).end();
  const compressed = await promise;
  expect(compressed.encoding).toBe('br');
  expect(brotliDecompressSync(compressed.body).toString()).toBe(script);
  expect((await rawRequest(url, { path: '/robots.txt' })).headers['cache-control']).toBe('no-cache');
});

test('nothing outside of the folder, nothing hidden and no raw page can be read', async () => {
  const paths = [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/.built-from',
    '/index.html',
    '/assets/app-1a2b.js.br',
    '/assets/none.js',
    '//secret.txt',
  ];
  for (const path of paths) {
    const answer = await rawRequest(url, { path });
    expect([400, 403, 404], path).toContain(answer.status);
    expect(answer.text, path).not.toContain('__STYLE_NONCE__');
    expect(answer.headers['content-type'], path).toContain('application/problem+json');
  }
});

test('the interface never answers with a page', async () => {
  for (const path of ['/api', '/api/', '/api/nothing', '/docs/nothing']) {
    expect((await rawRequest(url, { path, headers: { accept: 'text/html' } })).json.code, path).toBe('not_found');
  }
});
