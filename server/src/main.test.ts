import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { makeTestStorage, testDatabaseUrl, type TestStorage } from '../test/test-database.ts';

const main = join(import.meta.dirname, 'main.ts');
const started: ChildProcess[] = [];
let storage: TestStorage;
let environment: Record<string, string>;

beforeEach(async () => {
  storage = await makeTestStorage();
  environment = {
    DATA_DIR: storage.dataDir,
    KEY_FILE: join(storage.dataDir, 'keys', 'master.key'),
    PORT: '0',
    SPARE_RUNNERS: '1',
    SPARE_SCANNERS: '0',
    LOG_LEVEL: 'error',
    ...(storage.databaseUrl === undefined ? {} : { DATABASE_URL: storage.databaseUrl }),
  };
});
afterEach(async () => {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await storage[Symbol.asyncDispose]();
});

type Running = { child: ChildProcess; url: string; output: () => string; ended: Promise<Ended> };
type Ended = { code: number | null; signal: string | null; output: string; errors: string };

/** A server as `npm start` starts it: a process of its own, with nothing of our environment. */
function launch(changed: Record<string, string> = {}): {
  child: ChildProcess;
  output: () => string;
  ended: Promise<Ended>;
} {
  const child = spawn(process.execPath, [main], {
    env: { ...environment, ...changed },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  let output = '';
  let errors = '';
  child.stdout?.on('data', (chunk) => (output += String(chunk)));
  child.stderr?.on('data', (chunk) => (errors += String(chunk)));
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, output, errors }) as Ended); // the event's arguments
  return { child, output: () => output, ended };
}

async function launchReady(changed: Record<string, string> = {}): Promise<Running> {
  const server = launch(changed);
  const early = server.ended.then(({ errors }) => Promise.reject(new Error(`It ended before it was ready: ${errors}`)));
  early.catch(() => {}); // only while we wait
  for (;;) {
    const url = /ready at (\S+) [^]*#code=\S+\n/.exec(server.output())?.[1];
    if (url !== undefined) return { ...server, url };
    await Promise.race([once(server.child.stdout ?? server.child, 'data'), early]);
  }
}

/** All processes below one, by their ids, as far as this system tells. */
function descendants(pid: number | undefined): number[] {
  if (process.platform !== 'linux' || pid === undefined) return [];
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid)
    .map(Number);
  return [...children, ...children.flatMap(descendants)];
}

function parentOf(pid: string): number | undefined {
  try {
    // The name of a process may hold anything, parentheses too: what counts stands behind the last one.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1]);
  } catch {
    return undefined; // ended meanwhile
  }
}

const lives = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

async function allGone(pids: readonly number[]): Promise<void> {
  while (pids.some(lives)) await wait(10);
}

const links = (text: string) => [...text.matchAll(/\/sign-in#code=([\w-]+)/g)].map(([, code]) => code);
const exchange = (url: string, code: string | undefined) =>
  fetch(`${url}/api/auth/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code }),
  });

test(
  'a first start makes organisation, owner and plugin, prints one link, and SIGTERM leaves nothing running',
  { timeout: 120_000 },
  async () => {
    const first = await launchReady();
    expect(first.output()).toMatch(/^ProofPix is ready at http:\/\/127\.0\.0\.1:\d+ \(\d+\.\d s\)\.\nSign in: \S+\n$/);
    const [code, ...more] = links(first.output());
    expect(more).toEqual([]);
    const answer = await exchange(first.url, code);
    expect(await answer.json()).toMatchObject({
      user: { email: 'owner@localhost' },
      organisation: { name: 'Demo', plan: 'enterprise' },
      role: 'owner',
    });
    const cookie = answer.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const list = async (url: string) =>
      (await (await fetch(`${url}/api/plugins`, { headers: { cookie } })).json()) as { items: unknown[] }; // its row says so
    const reader = {
      id: 'exif-reader',
      source: 'bundled',
      publisher: 'proofpix',
      state: 'loaded',
      permissions: [expect.objectContaining({ permission: 'files', decision: 'granted' })],
    };
    expect((await list(first.url)).items).toContainEqual(expect.objectContaining(reader));
    let below = descendants(first.child.pid);
    // A spare runner is booted once the server listens. Only Linux tells what is below.
    while (process.platform === 'linux' && below.length === 0) {
      await wait(10);
      below = descendants(first.child.pid);
    }
    first.child.kill('SIGTERM');
    expect(await first.ended).toMatchObject({ code: 0, signal: null, errors: '' });
    await allGone(below);

    // The second start: the same data, a new code, and what was installed is loaded again.
    const second = await launchReady();
    expect((await exchange(second.url, code)).status).toBe(401);
    const again = expect.objectContaining({ id: 'exif-reader', state: 'loaded' });
    expect((await list(second.url)).items).toContainEqual(again);
    expect((await exchange(second.url, links(second.output())[0])).status).toBe(200);
    second.child.kill('SIGINT');
    expect((await second.ended).code).toBe(0);
  },
);

test(
  'an owner from the environment can sign in, and a changed password is taken over',
  { timeout: 120_000 },
  async () => {
    const PROOFPIX_OWNER_EMAIL = 'Chief@Example.org';
    for (const password of ['the first password', 'the second password']) {
      const server = await launchReady({
        PROOFPIX_OWNER_EMAIL,
        PROOFPIX_OWNER_PASSWORD: password,
        PROOFPIX_DEMO_PLAN: 'professional',
      });
      const signedIn = await createClient({ baseUrl: server.url })(routes.auth.login, {
        body: { email: 'chief@example.org', password },
      });
      expect(signedIn).toMatchObject({ account: { role: 'owner', organisation: { plan: 'professional' } } });
      server.child.kill('SIGTERM');
      await server.ended;
    }
  },
);

test.skipIf(testDatabaseUrl !== undefined)(
  'a second server on the same data folder says so in one sentence and ends',
  { timeout: 60_000 },
  async () => {
    const first = await launchReady();
    const second = await launch().ended;
    expect(second).toMatchObject({ code: 1, output: '' });
    expect(second.errors).toBe(
      `Another ProofPix server (process ${first.child.pid}) is using the data folder ${storage.dataDir}: stop it, or set DATA_DIR to another folder.\n`,
    );
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  },
);

test('a busy port is one sentence, and what was opened is closed again', { timeout: 60_000 }, async () => {
  await using busy = createServer().listen(0, '127.0.0.1');
  await once(busy, 'listening');
  const address = busy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const ended = await launch({ PORT: String(port) }).ended;
  expect(ended).toMatchObject({
    code: 1,
    output: '',
    errors: `Port ${port} on 127.0.0.1 is in use: end the other program, or set PORT to a free one.\n`,
  });
  (await launchReady()).child.kill('SIGTERM');
});

test('what the operator must change is named in one sentence, without secrets', { timeout: 120_000 }, async () => {
  const cases: [Record<string, string>, RegExp][] = [
    [{ PORT: 'eighty' }, /^PORT must be a whole number from 0 to 65535, not "eighty"\.$/],
    [{ PUBLIC_URL: 'photos.example.org' }, /^PUBLIC_URL must be like https:/],
    [{ PROOFPIX_OWNER_EMAIL: 'a@b.example' }, /^PROOFPIX_OWNER_EMAIL and PROOFPIX_OWNER_PASSWORD belong together/],
    [
      { PROOFPIX_OWNER_EMAIL: 'a@b.example', PROOFPIX_OWNER_PASSWORD: 'secret' },
      /^PROOFPIX_OWNER_PASSWORD must be 10 to 200 characters long\.$/,
    ],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, proxy.local' }, /^TRUSTED_PROXIES must be addresses or networks/],
    [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL must be silent, error, warn, info, debug, not "loud"\.$/],
    [{ DATA_DIR: '/dev/null/data' }, /^The data folder \/dev\/null\/data cannot be written \(ENOTDIR\)/],
    [{ DATABASE_URL: 'mysql://root:secret@db/x' }, /^DATABASE_URL must be like postgres:/],
    [{ DATABASE_URL: 'postgres://root:secret@127.0.0.1:1/x' }, /^.+$/],
    [{ KEY_FILE: '/dev/null/keys/master.key' }, /^The key file \/dev\/null\/keys\/master\.key cannot be/],
  ];
  for (const [changed, sentence] of cases) {
    const { code, output, errors } = await launch(changed).ended;
    expect({ code, output }, JSON.stringify(changed)).toEqual({ code: 1, output: '' });
    expect(errors.trimEnd(), JSON.stringify(changed)).toMatch(sentence);
    expect(errors).not.toContain('secret');
  }
});

test(
  'requests under way are answered before the server ends; a second signal does not wait for them',
  { timeout: 120_000 },
  async () => {
    const refused = async (url: string) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      try {
        await once(socket, 'connect');
        return false;
      } catch {
        return true;
      } finally {
        socket.destroy();
      }
    };
    /** A request whose second half is kept back. */
    const half = async (url: string) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      await once(socket, 'connect');
      const body = JSON.stringify({ email: 'nobody@example.org', password: 'wrong' });
      socket.write(
        `POST /api/auth/login HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
      );
      await once(socket, 'data'); // "100 Continue": the server is at work on it
      socket.on('error', () => {});
      return { socket, rest: body };
    };

    const patient = await launchReady();
    const request = await half(patient.url);
    patient.child.kill('SIGTERM');
    while (!(await refused(patient.url))) await wait(10);
    request.socket.write(request.rest);
    expect(String((await once(request.socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 401 /);
    expect((await patient.ended).code).toBe(0);

    const hurried = await launchReady();
    await half(hurried.url);
    const below = descendants(hurried.child.pid);
    hurried.child.kill('SIGTERM');
    while (!(await refused(hurried.url))) await wait(10);
    hurried.child.kill('SIGTERM');
    expect(await hurried.ended).toMatchObject({ code: null, signal: 'SIGTERM' });
    await allGone(below);
  },
);
