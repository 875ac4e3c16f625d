import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encodeFrame, frameTypes, type CallBody } from '@proofpix/contract/wire';
import { hookFile, Runner } from './start-runner.ts';

/** What the process holds besides files, in MB; 0 where nobody says. */
function privateMegabytes(pid: number | undefined): number {
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

const echo = hookFile('return input');

describe('the way in and out of a runner', () => {
  it('goes on after its first timer as before it', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile('if (input === 0) return 0; await new Promise((done) => setTimeout(done, 1)); return input'),
    );
    for (const input of [0, 0, 1, 0, 2, 0]) expect(await runner.call(input)).toEqual({ ok: true, value: input });
  });

  it('fires a timer while nothing comes from the host', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile(
        'let turns = 0; while (turns < 5) { await new Promise((done) => setTimeout(done)); turns += 1; } return turns',
      ),
    );
    expect(await runner.call()).toEqual({ ok: true, value: 5 });
  });

  it('ends when the host is gone while it waits to read', async () => {
    await using runner = new Runner();
    await runner.load(echo);
    expect(await runner.call(1)).toEqual({ ok: true, value: 1 });
    runner.hangUp();
    expect(await runner.exited).toEqual([0, null]);
  });

  it('ends when the host is gone while it writes more than the socket holds', async () => {
    await using runner = new Runner();
    await runner.load(hookFile("ctx.log.info('now'); await ctx.storage.get('x'); return 'x'.repeat(9_000_000)"));
    runner.answer = () => {
      runner.stopReading();
      return { value: { value: null, version: 0 } };
    };
    void runner.call();
    await expect.poll(() => runner.hostCalls.length).toBe(2);
    runner.hangUp();
    expect(await runner.exited).toEqual([0, null]);
  });

  it('reads frames that come in pieces of one byte', async () => {
    await using runner = new Runner();
    await runner.load(echo);
    const body: CallBody = {
      kind: 'hook',
      hook: 'file:process',
      input: 'ä€😀',
      context: { config: {}, file: null, permissions: [] },
    };
    const frame = Buffer.concat(encodeFrame({ type: frameTypes.call, id: 77, json: JSON.stringify(body) }));
    const answer = runner.answerOf(77);
    for (const byte of frame) await runner.write(Uint8Array.of(byte));
    expect(JSON.parse(await answer)).toEqual({ ok: true, value: 'ä€😀' });
  });

  it('takes and gives the largest frames at the same time', async () => {
    await using runner = new Runner();
    await runner.load(hookFile("return input.slice(0, 4) + 'y'.repeat(9_000_000)"));
    const input = 'x'.repeat(9_000_000);
    const answers = await Promise.all([1, 2, 3].map(() => runner.call(input)));
    for (const answer of answers) expect(answer.ok && String(answer.value).length).toBe(9_000_004);
  });

  it('reads answers while more host calls than the socket holds wait to be written', async () => {
    await using runner = new Runner();
    // The host here answers each call at once with 64 kB, and reads on only when that has been taken.
    await runner.load(
      hookFile(
        'const all = await Promise.all(Array.from({ length: 3_000 }, (_, at) => ctx.files.read(at, 65_536).then(({ length }) => length))); return all.reduce((sum, length) => sum + length, 0)',
      ),
    );
    const bytes = new Uint8Array(65_536);
    runner.answersBeforeReading = true;
    runner.answer = () => ({ value: null, bytes });
    expect(await runner.call(null, { context: { file: { size: 1 } } })).toEqual({ ok: true, value: 3_000 * 65_536 });
  });

  it('keeps no text of calls that have ended', async () => {
    await using runner = new Runner();
    await runner.load(hookFile('return input.length'));
    const input = 'x'.repeat(20_000);
    // 200 MB went in; the operating system lets this process keep a hundred.
    for (let round = 0; round < 100; round += 1) {
      await Promise.all(Array.from({ length: 100 }, () => runner.call(input)));
    }
    expect(privateMegabytes(runner.child.pid)).toBeLessThan(80);
  });
});
