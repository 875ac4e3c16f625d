import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeArchive } from '@proofpix/pack/write-archive';
import { interleave, median, milliseconds, row, type Row } from './measure.ts';
import { startServer } from './start-server.ts';

/** Milliseconds of one hook over HTTP, with sign-in, database and sandbox, against a route that trusts its plugin. */
export async function measure(): Promise<Row[]> {
  await using server = await startServer();
  const token = await server.token();
  const authorization = `Bearer ${token}`;
  const form = new FormData();
  form.set('plugin', new Blob([new Uint8Array(await echoPlugin())]), 'plugin.zip');
  form.set('grants', 'requested');
  form.set('autoLoad', 'true');
  const installed = await fetch(`${server.url}/api/plugins/install`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  });
  if (installed.status !== 201) throw new Error(await installed.text());

  const plain = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'plain-server.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const rivalUrl = String((await once(plain.stdout, 'data'))[0]).trim();
    const body = JSON.stringify({ data: { text: 'x'.repeat(900) } });
    const post = (url: string) => async () => {
      const response = await fetch(`${url}/api/plugins/hooks/bench-http:echo`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json' },
        body,
      });
      const text = await response.text();
      if (!response.ok || !text.includes('"ok":true')) throw new Error(text);
    };
    const many = (work: () => Promise<void>) => async () => {
      const times: number[] = [];
      for (let index = 0; index < 100; index += 1) times.push(await milliseconds(work));
      return median(times);
    };
    await many(post(server.url))();
    await many(post(rivalUrl))();
    const measured = await interleave(9, many(post(server.url)), many(post(rivalUrl)));
    return [
      row(
        'hook_http_p50',
        'ms of POST /api/plugins/hooks/:hookName, against a bare route that trusts its plugin',
        measured,
        '≤ 2.9 ms',
      ),
    ];
  } finally {
    plain.kill('SIGKILL');
  }
}

async function echoPlugin(): Promise<Uint8Array> {
  const text = (value: string) => new TextEncoder().encode(value);
  const manifest = {
    id: 'bench-http',
    name: 'Bench over HTTP',
    version: '1.0.0',
    description: 'Gives back what it gets, to measure the way',
    author: 'ProofPix',
    type: 'utility',
    category: 'other',
    hooks: ['bench-http:echo'],
    customHooks: { 'bench-http:echo': {} },
  };
  const code = `module.exports.hooks = { 'bench-http:echo': (input) => input };`;
  return writeArchive(
    new Map([
      ['manifest.json', text(JSON.stringify(manifest))],
      ['index.js', text(code)],
    ]),
  );
}
