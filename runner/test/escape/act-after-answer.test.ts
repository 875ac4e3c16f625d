import { describe, expect, it } from 'vitest';
import { hookFile, Runner } from '../start-runner.ts';

// The attack: answer quickly, then go on working, or talking to the host, where no deadline looks any more.
describe('a plugin that has answered', () => {
  it('has not answered while its microtasks go on', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile(
        "if (input === 1) { const spin = () => Promise.resolve().then(spin); setTimeout(() => {}, 1); spin(); } return 'answered';",
      ),
    );
    expect(await runner.call(0)).toEqual({ ok: true, value: 'answered' });
    let answered = false;
    void runner.call(1).then((result) => (answered = result.ok));
    // A second runner makes its whole way in the meantime.
    await using other = new Runner();
    await other.load(hookFile('return 1'));
    await other.call();
    expect(answered).toBe(false);
  });

  it('gets no more turns: not by timers, replies of the host, rejections or finalizers', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile(`
        if (input === 'look') return globalThis.acts;
        globalThis.acts = [];
        setInterval(() => acts.push('timer'), 1);
        ctx.storage.get('slow').then(() => { acts.push('reply'); ctx.log.info('late'); });
        new FinalizationRegistry(() => acts.push('finalizer')).register({}, 1);
        Promise.resolve().then(() => Promise.resolve()).then(() => Promise.resolve()).then(() => ctx.log.info('in the same turn, after the answer'));
        return 'answered';`),
    );
    let reply = (): void => {};
    runner.answer = () => new Promise((done) => (reply = () => done({ value: { value: 1 } })));
    expect(await runner.call()).toEqual({ ok: true, value: 'answered' });
    reply();
    await new Promise((done) => setImmediate(done));
    runner.answer = () => ({ value: null });
    expect(await runner.call('look')).toEqual({ ok: true, value: [] });
    expect(runner.lines).toEqual([]);
  });

  it('cannot borrow the ctx of an ended call: the host is asked and told which call it was', async () => {
    await using runner = new Runner();
    await runner.load(
      hookFile(
        "if (input === 1) { globalThis.kept = ctx; return 1 } return kept.storage.get('k').catch((error) => error.code)",
      ),
    );
    await runner.call(1);
    runner.answer = () => ({ error: { code: 'call_ended', message: 'ended' } });
    expect(await runner.call(2)).toEqual({ ok: true, value: 'call_ended' });
    expect(runner.hostCalls[0]?.call).toBe(2);
    expect(runner.order.at(-1)).toBe('19:3');
  });
});
