import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callOf, install, memoryFiles, openHost, photoOf, type OpenedHost, type Plugin } from './open-host.ts';
import { untilDrained } from './until-drained.ts';

const runnerFile = fileURLToPath(new URL('./rogue-runner.mjs', import.meta.url));

/** A host whose runners are the attacker's, and an installation whose "code" is the attack. */
function openRogue(
  code: string,
  plugin: Omit<Plugin, 'code'> = {},
): OpenedHost & { installation: ReturnType<typeof install> } {
  const opened = openHost({ runnerFile, spareRunners: 0 });
  return {
    ...opened,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
    installation: install({ limits: { timeout: 2_000 }, ...plugin, code }),
  };
}

const answering = `rogue.onCall = (id) => rogue.send(rogue.types.result, id, { ok: true, value: {} });`;

describe('a runner that an attacker owns', () => {
  it.each([
    ['a frame of a type that does not exist', `rogue.send(99, 1, {})`],
    ['a frame that only the host may send', `rogue.send(rogue.types.load, 1, {}, Buffer.alloc(100))`],
    ['a header of 4 GB', `rogue.socket.write(Buffer.alloc(20, 255))`],
    ['an answer to nobody', `rogue.send(rogue.types.result, 4711, { ok: true, value: {} })`],
    ['a second greeting', `rogue.send(rogue.types.ready, 0, {})`],
    ['"loaded" a second time', `rogue.loaded()`],
    ['a host call without form', `rogue.send(rogue.types.hostCall, 1, [1, 2])`],
    ['a host call that is no JSON', `rogue.send(rogue.types.hostCall, 1, '{"call":')`],
    [
      'a host call of a call that never was',
      `rogue.send(rogue.types.hostCall, 1, { call: 99, name: 'storage.list', args: {} })`,
    ],
    [
      'a host call that wants no answer but has one',
      `rogue.send(rogue.types.hostCall, 0, { call: id, name: 'storage.list', args: {} })`,
    ],
    [
      'a log line that wants an answer',
      `rogue.send(rogue.types.hostCall, 5, { call: id, name: 'log', args: { level: 'info', message: '' } })`,
    ],
    [
      'a closed channel',
      `rogue.socket.removeAllListeners('close'); rogue.socket.on('close', () => setInterval(() => {}, 1000)); rogue.socket.end(); rogue.socket.destroy();`,
    ],
  ])('is stopped for %s, and the host lives on', async (what, attack) => {
    await using opened = openRogue(`rogue.onCall = (id) => { ${attack} }; rogue.loaded();`);
    await opened.host.load(opened.installation);
    const result = await opened.host.call(callOf(opened.installation));
    expect(result).toMatchObject({ ok: false, error: { code: 'plugin_died' } });
    // A process that is slow to end closes its channel first, so that alone proves no attack.
    const type = what === 'a closed channel' ? 'died' : 'frame_forged';
    expect(opened.told.violations).toMatchObject([{ type }]);
    expect(opened.told.died).toMatchObject([{ code: 'plugin_died' }]);
  });

  it('is stopped when it answers a call twice', async () => {
    await using opened = openRogue(
      `rogue.onCall = (id) => { for (const n of [1, 2]) rogue.send(rogue.types.result, id, { ok: true, value: { metadata: { n } } }); }; rogue.loaded();`,
    );
    await opened.host.load(opened.installation);
    const result = await opened.host.call(callOf(opened.installation));
    expect(result).toMatchObject({ ok: true, result: { metadata: { n: 1 } } });
    await expect.poll(() => opened.told.violations, { timeout: 15_000 }).toMatchObject([{ type: 'frame_forged' }]);
  });

  it.each([
    ['no JSON', `'{"ok":tru'`],
    ['no form', `'[]'`],
    ['an ok that is neither', `'{"ok":1,"value":{}}'`],
    ['an error that is none', `'{"ok":false}'`],
    ['nothing', `''`],
  ])('is stopped for a result that has %s', async (_what, json) => {
    await using opened = openRogue(
      `rogue.onCall = (id) => rogue.send(rogue.types.result, id, ${json}); rogue.loaded();`,
    );
    await opened.host.load(opened.installation);
    expect(await opened.host.call(callOf(opened.installation))).toMatchObject({
      ok: false,
      error: { code: 'plugin_result_invalid' },
    });
    expect(opened.told.violations).toMatchObject([{ type: 'frame_forged' }]);
  });

  it('cannot dress up as the platform by its error codes', async () => {
    await using opened = openRogue(
      `rogue.onCall = (id) => rogue.send(rogue.types.result, id, { ok: false, error: { code: 'shutting_down', message: 'm\\u0000' + 'x'.repeat(1e6), stack: 5 } }); rogue.loaded();`,
    );
    await opened.host.load(opened.installation);
    const { error } = await opened.host.call(callOf(opened.installation));
    expect(error).toMatchObject({ code: 'plugin_error' });
    expect(error?.message.startsWith('m\ufffdx')).toBe(true);
    expect(error?.message.length).toBeLessThan(3_000);
  });

  it.each([
    ['never says that it is loaded', `setInterval(() => {}, 1000);`, 'plugin_timeout'],
    [
      'says so without form',
      `rogue.send(rogue.types.loaded, 1, { ok: true, hooks: 'all', lifecycle: [] });`,
      'plugin_died',
    ],
    ['ends', `process.exit(3);`, 'plugin_died'],
  ])('that %s is not loaded, and nothing stays', { timeout: 40_000 }, async (_what, code, expected) => {
    await using opened = openRogue(code);
    await expect(opened.host.load(opened.installation)).rejects.toMatchObject({ code: expected });
    expect(opened.host.installations('organisation-1')).toEqual([]);
  });

  it.runIf(process.platform === 'linux').each([
    ['near its limit ran out of memory', 64, 'plugin_memory', 'memory_limit'],
    ['far from its limit died', 1, 'plugin_died', 'died'],
  ])('that crashes %s', async (_what, megabytes, code, type) => {
    await using opened = openRogue(
      `rogue.onCall = () => { rogue.kept = Buffer.alloc(${megabytes} * 1024 * 1024, 1); setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 300); }; rogue.loaded();`,
      { limits: { memory: 96, timeout: 10_000 } },
    );
    await opened.host.load(opened.installation);
    expect(await opened.host.call(callOf(opened.installation))).toMatchObject({ ok: false, error: { code } });
    expect(opened.told.violations).toMatchObject([{ type, evidence: { signal: 'SIGSEGV' } }]);
  });

  it.each([
    ['ends', `rogue.socket.end(() => process.exit(3));`],
    ['lies', `rogue.send(99, 1, {});`],
  ])('that is loaded and %s before it is initialized keeps nobody waiting', async (_what, code) => {
    const initializing = `rogue.send(rogue.types.loaded, 1, { ok: true, hooks: ['file:process'], lifecycle: ['initialize', 'cleanup'] });`;
    await using opened = openRogue(`${initializing} ${code}`);
    const config = Promise.withResolvers<object>();
    const installation = { ...opened.installation, config: () => config.promise as Promise<never> };
    opened.host.register(installation);
    const call = opened.host.call(callOf(installation));
    // The configuration is read meanwhile: nobody looks at the runner.
    await expect.poll(() => opened.told.violations.length, { timeout: 15_000 }).toBe(1);
    config.resolve({});
    expect(await call).toMatchObject({
      ok: false,
      error: { code: expect.stringMatching(/^plugin_(died|quarantined)$/) },
    });
    await opened.host.unload(installation.id);
    expect(opened.host.installations('organisation-1')).toEqual([]);
  });

  it('that lies in the moment it is to make room takes no place from others', { timeout: 30_000 }, async () => {
    const code = `rogue.send(rogue.types.loaded, 1, { ok: true, hooks: ['file:process'], lifecycle: ['cleanup'] });
      const ids = [];
      const answers = () => ids.map((id) => rogue.frame(rogue.types.result, id, { ok: true, value: {} }));
      rogue.onReply = () => rogue.socket.write(Buffer.concat([...answers(), rogue.frame(99, 1, {})]));
      rogue.onCall = (id) => { if (ids.push(id) === 1) rogue.send(rogue.types.hostCall, 1, { call: id, name: 'storage.get', args: { key: 'go' } }); };`;
    const go = Promise.withResolvers<void>();
    let asked = false;
    const opened = openHost({
      runnerFile,
      spareRunners: 0,
      maximumRunners: 1,
      capabilities: {
        storage: {
          get: async () => ((asked = true), await go.promise, { value: null, version: 0 }),
          set: async () => 1,
          delete: async () => true,
          list: async () => [],
        },
      },
    });
    await using _ = opened;
    const { host } = opened;
    const liar = install({ code, limits: { timeout: 20_000 } });
    const others = ['two', 'three'].map((organisationId) =>
      install({ code: `${answering} rogue.loaded();`, organisationId, limits: { timeout: 10_000 } }),
    );
    for (const installation of [liar, ...others]) host.register(installation);
    const lie = host.call(callOf(liar));
    await expect.poll(() => asked, { timeout: 15_000 }).toBe(true);
    const [second, third] = others.map((installation) => host.call(callOf(installation)));
    await untilDrained(host, liar);
    // It answers and lies in one write.
    go.resolve();
    expect(await lie).toMatchObject({ ok: true });
    expect(await second).toMatchObject({ ok: true });
    expect(await third).toMatchObject({ ok: true });
    await host.unload(liar.id);
  });

  it('that does not read cannot make the host keep what it asked for', async () => {
    const bytes = Buffer.alloc(4 * 1024 * 1024, 7);
    const reads: number[] = [];
    const photo = photoOf(bytes);
    const counted = {
      ...photo,
      read: (offset: number, length: number) => (reads.push(length), photo.read(offset, length)),
    };
    await using opened = openRogue(
      `rogue.onCall = (id) => {
        rogue.socket.pause();
        for (let n = 1; n <= 5000; n += 1) rogue.send(rogue.types.hostCall, n, { call: id, name: 'files.read', args: { offset: 0, length: ${bytes.length} } });
      }; rogue.loaded();`,
    );
    await opened.host.load(opened.installation);
    const result = await opened.host.call(callOf(opened.installation, { photo: counted, deadline: 1_000 }));
    expect(result).toMatchObject({ ok: false, error: { code: 'plugin_timeout' } });
    // 16 MB of answers wait at most: four such ranges, and what the socket itself took.
    expect(reads.length).toBeLessThanOrEqual(6);
  });

  it('that sends bytes faster than they can be stored is not listened to meanwhile', async () => {
    const files = memoryFiles();
    let writing = 0;
    let most = 0;
    const slow = {
      write: async (name: string, bytes: Uint8Array) => {
        writing += bytes.length;
        most = Math.max(most, writing);
        await new Promise((resolve) => setImmediate(resolve));
        writing -= bytes.length;
        return files.write(name, bytes);
      },
    };
    await using opened = openRogue(
      `rogue.onCall = (id) => {
        let answered = 0;
        rogue.onReply = () => { answered += 1; if (answered === 40) rogue.send(rogue.types.result, id, { ok: true, value: {} }); };
        for (let n = 1; n <= 40; n += 1) rogue.send(rogue.types.hostCall, n, { call: id, name: 'files.write', args: { name: 'file-' + n } }, Buffer.alloc(8e6));
      }; rogue.loaded();`,
      { limits: { timeout: 20_000, memory: 512 } },
    );
    await opened.host.load(opened.installation);
    const result = await opened.host.call(callOf(opened.installation, { derivedFiles: slow }));
    expect(result).toMatchObject({ ok: true });
    expect(result.files).toHaveLength(40);
    expect(most).toBeLessThanOrEqual(5 * 8e6);
  });

  it('is stopped when it goes on after its call has ended', async () => {
    await using opened = openRogue(
      `rogue.onCall = (id) => {
        rogue.send(rogue.types.result, id, { ok: true, value: {} });
        setInterval(() => { for (let n = 0; n < 50; n += 1) rogue.send(rogue.types.hostCall, 7, { call: id, name: 'storage.set', args: { key: 'late', value: 1 } }); }, 1);
      }; rogue.loaded();`,
    );
    await opened.host.load(opened.installation);
    expect(await opened.host.call(callOf(opened.installation))).toMatchObject({ ok: true });
    await expect.poll(() => opened.told.died, { timeout: 15_000 }).toMatchObject([{ code: 'plugin_died' }]);
    expect(opened.stored.size).toBe(0);
    expect(opened.told.violations[0]).toMatchObject({ type: 'call_ended' });
    expect(opened.told.violations.length).toBeLessThanOrEqual(21);
  });

  it.runIf(process.platform === 'linux')(
    'that works on while nobody calls it is found and stopped',
    { timeout: 60_000 },
    async () => {
      await using opened = openRogue(
        `rogue.onCall = (id) => { rogue.send(rogue.types.result, id, { ok: true, value: {} }); setInterval(() => { const end = Date.now() + 50; while (Date.now() < end) {} }, 51); }; rogue.loaded();`,
      );
      await opened.host.load(opened.installation);
      expect(await opened.host.call(callOf(opened.installation))).toMatchObject({ ok: true });
      await expect
        .poll(() => opened.told.died, { timeout: 50_000, interval: 200 })
        .toMatchObject([{ code: 'plugin_died', detail: expect.stringContaining('without a call') }]);
    },
  );

  it('that floods its output costs the host nothing lasting', async () => {
    await using opened = openRogue(
      `rogue.onCall = (id) => { for (let n = 0; n < 200; n += 1) { process.stderr.write('x'.repeat(65536)); process.stdout.write('y'.repeat(65536)); } process.exit(1); };
       process.stderr.on('error', () => {}); process.stdout.on('error', () => {}); rogue.loaded();`,
    );
    await opened.host.load(opened.installation);
    const { error } = await opened.host.call(callOf(opened.installation));
    expect(error?.code).toBe('plugin_died');
    expect(error?.message.length).toBeLessThan(1_000);
  });

  it('cannot say what the host measures: a call is answered but its time is ours', async () => {
    await using opened = openRogue(`${answering} rogue.loaded();`);
    await opened.host.load(opened.installation);
    const result = await opened.host.call(callOf(opened.installation));
    expect(result).toMatchObject({ ok: true, usage: { hostCalls: 0, bytesRead: 0, bytesWritten: 0 } });
  });
});
