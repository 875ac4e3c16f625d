import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { memberRoutes } from '@proofpix/contract/api/accounts';
import { runRoutes } from '@proofpix/contract/api/runs';
import { isNotice, type Notice } from '@proofpix/contract/notices';
import type { RunEvent } from '@proofpix/contract/runs';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { install, judge, looper, reader } from './test/plugins.ts';
import { photo, runToEnd, startRuns } from './test/upload.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await install(server.owner, reader);
  await install(server.owner, judge);
}, 120_000);
afterAll(() => server.stop());

/** The events of a run until the stream ends. */
async function follow(member: TestMember, id: string): Promise<RunEvent[]> {
  const response = await member.fetch(`/api/runs/${id}/events`);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as RunEvent); // what the server sends
}

function socketOf(member: Pick<TestMember, 'token'>, headers: Record<string, string> = {}): WebSocket {
  return new WebSocket(`${server.url.replace('http', 'ws')}/api/events`, {
    headers: { authorization: `Bearer ${member.token}`, ...headers },
  });
}

/** Collects what a socket is told of runs until one has finished. Notices come when trails are sealed and figures kept. */
function collect(socket: WebSocket): { events: RunEvent[]; finished: (runId: string) => Promise<void> } {
  const events: RunEvent[] = [];
  socket.on('message', (data: Buffer) => {
    const event = JSON.parse(data.toString()) as RunEvent | Notice; // what the server sends
    if (!isNotice(event)) events.push(event);
  });
  return {
    events,
    async finished(runId) {
      while (!events.some((event) => event.type === 'run:finished' && event.run.id === runId))
        await once(socket, 'message');
    },
  };
}

const short = (event: RunEvent) => {
  if (event.type === 'step:started') return `${event.type} ${event.hook} ${event.plugin}`;
  if (event.type === 'step:finished')
    return `${event.type} ${event.step.hook} ${event.step.plugin} ${event.run.stepsDone}`;
  return `${event.type} ${event.run.state}`;
};
const whole = [
  'run:started running',
  'step:started file:process test-reader',
  'step:finished file:process test-reader 1',
  'step:started data:analyze test-judge',
  'step:finished data:analyze test-judge 2',
  'run:finished done',
];

describe('following one run', () => {
  test('tells its state first, then each step, and ends with the run', async () => {
    const { owner } = await server.createOrganisation();
    // Before the others: it keeps the run from having passed before we listen.
    await install(owner, { ...looper, timeout: 1_000 });
    await install(owner, reader);
    await install(owner, judge);
    const { runs } = await startRuns(owner, [{ name: 'a.png', bytes: photo() }]);
    const events = await follow(owner, runs[0]?.id ?? expect.fail());
    expect(events[0]).toMatchObject({ type: 'run:started', run: { id: runs[0]?.id } });
    expect(events.map(short).filter((line) => line.startsWith('step:finished'))).toEqual([
      'step:finished file:process test-looper 1',
      'step:finished file:process test-reader 2',
      'step:finished data:analyze test-judge 3',
    ]);
    expect(short(events.at(-1) ?? expect.fail())).toBe('run:finished done');
  });

  test('tells one that has finished at once, with all its steps', async () => {
    const run = await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    const events = await follow(server.owner, run.id);
    expect(events.map(short)).toEqual([
      'run:started done',
      'step:finished file:process test-reader 2',
      'step:finished data:analyze test-judge 2',
      'run:finished done',
    ]);
    const steps = events.flatMap((event) => (event.type === 'step:finished' ? [event.step] : []));
    expect(steps).toMatchObject(run.steps);
  });
});

describe('following all runs', () => {
  test('tells everything in order, with the results', async () => {
    const socket = socketOf(server.owner);
    const { events, finished } = collect(socket);
    await once(socket, 'open');
    const { runs } = await startRuns(server.owner, [{ name: 'a.png', bytes: photo() }]);
    await finished(runs[0]?.id ?? expect.fail());
    expect(events.map(short)).toEqual(whole);
    const run = await server.call(runRoutes.get, { params: { id: runs[0]?.id ?? '' } });
    const steps = events.flatMap((event) => (event.type === 'step:finished' ? [event.step] : []));
    expect(steps).toMatchObject(run.steps);
    socket.close();
  });

  test('tells nothing of another organisation', async () => {
    const other = await server.createOrganisation();
    const socket = socketOf(other.owner);
    const { events, finished } = collect(socket);
    await once(socket, 'open');
    await runToEnd(server.owner, { name: 'secret.png', bytes: photo() });
    const { runs } = await startRuns(other.owner, [{ name: 'theirs.png', bytes: photo() }]);
    await finished(runs[0]?.id ?? expect.fail());
    expect(events.map((event) => ('run' in event ? event.run.id : event.runId)).every((id) => id === runs[0]?.id)).toBe(
      true,
    );
    socket.close();
  });

  test('leaves a result over 256 kB out of the event', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, {
      id: 'test-much-text',
      hooks: ['file:process'],
      code: `exports.hooks = { 'file:process': () => ({ metadata: Object.fromEntries(Array.from({ length: 4 }, (_, i) => ['Tag' + i, 'x'.repeat(95000)])) }) };`,
    });
    const socket = socketOf(owner);
    const { events, finished } = collect(socket);
    await once(socket, 'open');
    const { runs } = await startRuns(owner, [{ name: 'a.png', bytes: photo() }]);
    await finished(runs[0]?.id ?? expect.fail());
    const [step] = events.flatMap((event) => (event.type === 'step:finished' ? [event.step] : []));
    expect(step).toMatchObject({ plugin: 'test-much-text', ok: true });
    expect(step).not.toHaveProperty('result');
    socket.close();
  });

  test('takes nobody who is not signed in, and no page of another origin', async () => {
    const refused = async (socket: WebSocket) => {
      const [error] = (await once(socket, 'error')) as [Error]; // ws emits nothing else
      return error.message;
    };
    expect(await refused(socketOf({ token: 'wrong' }))).toContain('401');
    // A browser sends the cookie by itself and cannot send the header: only there the origin counts.
    const cookie = new WebSocket(`${server.url.replace('http', 'ws')}/api/events`, {
      headers: { origin: 'https://evil.example' },
    });
    expect(await refused(cookie)).toContain('403');
  });

  test('ends for a member who is removed', async () => {
    const member = await server.signIn('analyst');
    const socket = socketOf(member);
    const closed = once(socket, 'close') as Promise<[code: number]>; // ws emits the code first
    await once(socket, 'open');
    await server.call(memberRoutes.remove, { params: { id: member.userId } });
    // It is looked at again when there is something to tell, at most once a second.
    while (socket.readyState === WebSocket.OPEN) await runToEnd(server.owner, { name: 'a.png', bytes: photo() });
    expect((await closed)[0]).toBe(1008);
  });

  test('cuts off a reader that reads nothing, instead of keeping everything for it', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, {
      id: 'test-some-text',
      hooks: ['file:uploaded', 'file:process', 'file:processed'],
      code: `const much = { Tag1: 'x'.repeat(95000), Tag2: 'y'.repeat(95000) };
        exports.hooks = { 'file:uploaded': () => much, 'file:process': () => ({ metadata: much }), 'file:processed': () => much };`,
    });
    const { hostname, port } = new URL(server.url);
    const deaf = connect(Number(port), hostname);
    deaf.write(
      `GET /api/events HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${owner.token}\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
    );
    await once(deaf, 'readable');
    deaf.on('error', () => {}); // being cut off is what is wanted
    // About 570 kB a run, and nobody reads: the sockets' own buffers take some megabytes before ours do.
    const bytes = Array.from({ length: 30 }, (_, index) => ({ name: `${index}.png`, bytes: photo(index) }));
    const { runs } = await startRuns(owner, bytes);
    for (const run of runs) {
      await expect
        .poll(async () => (await owner.call(runRoutes.get, { params: { id: run.id } })).state, { timeout: 60_000 })
        .toBe('done');
    }
    // Read at last: the stream ends, which it would not if the server were still sending.
    deaf.resume();
    await once(deaf, 'close');
  }, 120_000);
});
