import { describe, expect, it } from 'vitest';
import { frameTypes } from '@proofpix/contract/wire';
import { hookFile, runOnce, Runner, runnerArguments, sourceArguments } from './start-runner.ts';

describe('the runner process', () => {
  it('says when it is ready, with its own pid and version', async () => {
    await using runner = new Runner();
    expect(await runner.ready).toEqual({ pid: runner.child.pid, node: process.versions.node });
  });

  it('runs from its sources too, where no copy can be prepared', async () => {
    await using runner = new Runner(sourceArguments);
    await runner.load(
      {
        'index.mjs':
          "import { format } from 'util'; import two from './two.cjs'; export const hooks = { 'file:process': () => format('%s', two) };",
        'two.cjs': 'module.exports = 2;',
      },
      { main: 'index.mjs' },
    );
    expect(await runner.call()).toEqual({ ok: true, value: '2' });
  });

  it('ends by itself when the host is gone, with timers pending', async () => {
    await using runner = new Runner();
    await runner.load(hookFile("setInterval(() => {}, 10); ctx.log.info('waiting'); await new Promise(() => {})"));
    void runner.call();
    await expect.poll(() => runner.lines).toEqual(['info: waiting']);
    runner.hangUp();
    expect(await runner.exited).toEqual([0, null]);
  });

  it('answers many calls at once and keeps them apart', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile(
        'await new Promise((r) => setTimeout(r, input % 7)); return [input, await ctx.storage.get(String(input))];',
      ),
    );
    runner.answer = ({ args, call }) => ({ value: { value: [args['key'] ?? '', call] } });
    const answers = await Promise.all(Array.from({ length: 64 }, (_, index) => runner.call(index)));
    expect(answers.map((answer) => answer.ok && answer.value)).toEqual(
      answers.map((_, index) => [
        index,
        [String(index), runner.hostCalls.find((call) => call.args['key'] === String(index))?.call],
      ]),
    );
  });

  it('answers a load frame that makes no sense', async () => {
    for (const change of [{ files: [{ path: 'a.js', size: 5 }] }, { memoryMb: 1 }, { files: null }]) {
      await using runner = new Runner();
      await runner.ready;
      const body = {
        pluginId: 'p',
        version: '1.0.0',
        main: 'a.js',
        files: [],
        memoryMb: 96,
        permissions: [],
        ...change,
      };
      expect(JSON.parse(await runner.request(frameTypes.load, frameTypes.loaded, body))).toMatchObject({
        ok: false,
        error: { code: 'plugin_load_failed' },
      });
      expect(runner.stderr).toBe('');
    }
  });

  it('answers every open call when the isolate runs out of memory, and ends', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile('if (input === 1) return new Promise(() => {}); let chain = null; for (;;) chain = { chain };'),
      { memoryMb: 16 },
    );
    const waiting = runner.call(1);
    const error = { ok: false, error: { code: 'plugin_memory', message: 'The plugin used more memory than it may.' } };
    expect(await runner.call(2)).toEqual(error);
    expect(await waiting).toEqual(error);
    expect(await runner.exited).toEqual([0, null]);
  });

  it('ignores frames it does not know and replies that nobody waits for', async () => {
    await using runner = new Runner();
    await runner.load(hookFile('return 1'));
    runner.send(99, 1, '{}');
    runner.send(frameTypes.reply, 4_000_000, '{"ok":true,"value":null}');
    runner.send(frameTypes.ready, 0, '{}');
    expect(await runner.call()).toEqual({ ok: true, value: 1 });
  });

  it('takes more answers than the socket holds, without losing one', async () => {
    await using runner = new Runner();
    await runner.load(hookFile("return 'x'.repeat(2_000_000)"));
    const answers = await Promise.all(Array.from({ length: 20 }, () => runner.call()));
    expect(answers.every((answer) => answer.ok && String(answer.value).length === 2_000_000)).toBe(true);
  });

  it('uses an isolate of the size the plugin asked for', async () => {
    const allocate = hookFile('return new Uint8Array(64 * 1024 * 1024).length');
    expect(await runOnce(allocate, { memoryMb: 128 })).toMatchObject({ ok: true });
    expect(await runOnce(allocate, { memoryMb: 16 })).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('allocation failed') as string },
    });
  });

  it('was started with Node permissions and can read only its own source', async () => {
    // The flags of the real start; another program in place of the runner's.
    const flags = runnerArguments.filter((argument) => argument.startsWith('--'));
    const own = runnerArguments.find((argument) => argument.endsWith('main.js'));
    const probe = `data:text/javascript,${encodeURIComponent(`
      import fs from 'node:fs'; import child from 'node:child_process'; import { Worker } from 'node:worker_threads'; 
      const outcomes = [() => fs.readFileSync('/proc/self/environ'), () => fs.readdirSync(${JSON.stringify(new URL('../..', import.meta.url).pathname)}), () => fs.readdirSync('/'), () => fs.readFileSync(${JSON.stringify(new URL('../../package.json', import.meta.url).pathname)}), () => fs.writeFileSync('/tmp/x', ''), () => child.execSync('id'), () => new Worker('0', { eval: true })]
        .map((attempt) => { try { attempt(); return 'done' } catch (error) { return error.code } });
      console.error(JSON.stringify([outcomes, Object.keys(process.env), fs.readFileSync(${JSON.stringify(own)}).length > 100]));`)}`;
    await using runner = new Runner([...flags, '--input-type=module', '-e', `await import(${JSON.stringify(probe)})`]);
    await runner.exited;
    expect(JSON.parse(runner.stderr)).toEqual([Array(7).fill('ERR_ACCESS_DENIED'), [], true]);
  });
});
