import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Permission } from '@proofpix/contract/permissions';
import { callOf, install, memoryFiles, openHost, photo, photoOf, processing } from './open-host.ts';

/** Runs the body as file:process with everything granted; gives its metadata or its error. */
async function run(
  body: string,
  options: Parameters<typeof processing>[1] & { call?: Parameters<typeof callOf>[1] } = {},
) {
  await using opened = openHost({ spareRunners: 0 });
  const { call, ...plugin } = options;
  const installation = processing(body, plugin);
  await opened.host.load(installation);
  const result = await opened.host.call(callOf(installation, call));
  return {
    result,
    metadata: (result.result as { metadata?: unknown } | undefined)?.metadata,
    told: opened.told,
    stored: opened.stored,
    installation,
  };
}

const caught = (call: string): string =>
  `let code = 'none'; try { ${call} } catch (error) { code = error.code; } return { metadata: { code } };`;

describe('a host call', () => {
  it('reads ranges of the photo, shorter at its end and empty beyond', async () => {
    const { metadata, result } = await run(
      `const text = (bytes) => new TextDecoder().decode(bytes);
       return { metadata: { head: text(await ctx.files.read(0, 9)), tail: text(await ctx.files.read(15, 100)), beyond: (await ctx.files.read(1000, 5)).length } };`,
    );
    expect(metadata).toEqual({ head: 'the bytes', tail: 'photo', beyond: 0 });
    expect(result.usage).toEqual({ hostCalls: 3, bytesRead: 14, bytesWritten: 0 });
  });

  it('reads 10 MB byte for byte', async () => {
    const bytes = Buffer.alloc(10 * 1024 * 1024);
    for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE((at * 2_654_435_761) >>> 0, at);
    const { metadata } = await run(
      `const size = 1 << 20; const hash = require('crypto').createHash('sha256');
       for (let at = 0; at < input.file.size; at += size) hash.update(await ctx.files.read(at, size));
       return { metadata: { sha256: hash.digest('hex') } };`,
      { call: { photo: photoOf(bytes) } },
    );
    expect(metadata).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex') });
  });

  it('adds derived files, also one whose write the plugin did not wait for', async () => {
    const derivedFiles = memoryFiles();
    const { result } = await run(
      `await ctx.files.write('report/first.txt', new TextEncoder().encode('one')); ctx.files.write('second.bin', new Uint8Array([1, 2])); return {};`,
      { call: { derivedFiles } },
    );
    expect(result.files.map(({ name, size }) => ({ name, size }))).toEqual([
      { name: 'report/first.txt', size: 3 },
      { name: 'second.bin', size: 2 },
    ]);
    expect(result.usage.bytesWritten).toBe(5);
    expect([...derivedFiles.written.keys()]).toEqual(['report/first.txt', 'second.bin']);
  });

  it('refuses hostile names of derived files, twice the same name, and one name in two letter cases', async () => {
    const names = ['../up.txt', '/etc/passwd', 'a\\b', 'nul.txt', 'a\0b', 'C:x', 'dir//x', 'x.', 'É.txt'];
    const { metadata, result } = await run(
      `const codes = [];
       await ctx.files.write('E\\u0301.TXT', new Uint8Array(1));
       for (const name of ${JSON.stringify(names)}) try { await ctx.files.write(name, new Uint8Array(1)); codes.push('taken'); } catch (error) { codes.push(error.code); }
       return { metadata: { codes } };`,
      { call: { derivedFiles: memoryFiles() } },
    );
    expect(metadata).toEqual({ codes: names.map(() => 'host_call_invalid') });
    expect(result.files).toHaveLength(1);
  });

  it('adds at most fifty files', async () => {
    const { metadata, result } = await run(
      `let code; try { for (let n = 0; n < 60; n += 1) await ctx.files.write('f' + n, new Uint8Array(1)); } catch (error) { code = error.code; } return { metadata: { code } };`,
      { call: { derivedFiles: memoryFiles() } },
    );
    expect(metadata).toEqual({ code: 'host_call_limit' });
    expect(result.files).toHaveLength(50);
  });

  it('finds no file where the call has none', async () => {
    const { metadata } = await run(caught('await ctx.crypto.digest("sha256")'), { call: { photo: undefined } });
    expect(metadata).toEqual({ code: 'no_file' });
  });

  it('keeps values for the installation, apart from those of others', async () => {
    await using opened = openHost();
    const body = `const before = await ctx.storage.get('k'); await ctx.storage.set('k', { n: input.metadata.n }); await ctx.storage.set('other', 1);
      const keys = await ctx.storage.list('o'); const gone = [await ctx.storage.delete('other'), await ctx.storage.delete('other')]; return { metadata: { before, keys, gone } };`;
    const [one, two] = [processing(body), processing(body)];
    const call = (plugin: typeof one, n: number) =>
      opened.host.call(callOf(plugin, { input: { file: photo.file, metadata: { n } } }));
    await opened.host.load(one);
    await opened.host.load(two);
    expect(await call(one, 1)).toMatchObject({
      result: { metadata: { before: null, keys: ['other'], gone: [true, false] } },
    });
    expect(await call(two, 2)).toMatchObject({ result: { metadata: { before: null } } });
    expect(await call(one, 3)).toMatchObject({ result: { metadata: { before: { n: 1 } } } });
  });

  it.each([
    ['a key with NUL', `await ctx.storage.set('a\\0b', 1)`, 'host_call_invalid'],
    ['an empty key', `await ctx.storage.set('', 1)`, 'host_call_invalid'],
    ['a value over 256 kB', `await ctx.storage.set('k', 'x'.repeat(300000))`, 'host_call_invalid'],
    ['a full storage', `await ctx.storage.set('full', 1)`, 'storage_quota'],
    ['a digest that is none', `await ctx.crypto.attest('abc')`, 'host_call_invalid'],
    ['an emit of a hook it did not declare', `await ctx.emit('somebody:else', {})`, 'host_call_invalid'],
  ])('is refused with a code the plugin can act on: %s', async (_what, call, code) => {
    expect((await run(caught(call))).metadata).toEqual({ code });
  });

  it('says nothing about what failed outside', async () => {
    const { metadata } = await run(
      `try { await ctx.storage.set('broken', 1); } catch (error) { return { metadata: { said: error.message + error.stack, code: error.code } }; }`,
    );
    expect(metadata).toMatchObject({ code: 'internal' });
    expect(JSON.stringify(metadata)).not.toContain('hunter2');
  });

  it('digests and attests in the host, reading the photo once however often it is asked', async () => {
    let reads = 0;
    const counted = { ...photo, read: (offset: number, length: number) => ((reads += 1), photo.read(offset, length)) };
    const { metadata } = await run(
      `const digest = await ctx.crypto.digest('sha256'); for (let n = 0; n < 20; n += 1) await ctx.crypto.digest('sha256');
       const { statement } = await ctx.crypto.attest(digest); return { metadata: { digest, statement } };`,
      { call: { photo: counted } },
    );
    expect(metadata).toEqual({ digest: photo.file.sha256, statement: `organisation-1 ${photo.file.sha256}` });
    expect(reads).toBe(1);
  });

  it('writes log lines, cleaned, and only so many of one call', async () => {
    const { told } = await run(
      `ctx.log.warn('a\\0b'); for (let n = 0; n < 500; n += 1) ctx.log.info('line ' + n); return {};`,
    );
    expect(told.log[0]).toMatchObject({ level: 'warn', message: 'a\ufffdb' });
    expect(told.log.length).toBeGreaterThanOrEqual(200);
    expect(told.log.length).toBeLessThanOrEqual(201);
  });

  it.each<[Permission, string]>([
    ['files', 'await ctx.files.read(0, 1)'],
    ['storage', `await ctx.storage.get('k')`],
    ['crypto', `await ctx.crypto.attest('${'0'.repeat(64)}')`],
  ])('without the grant of %s is refused and reported', async (permission, call) => {
    // A custom hook without a permission of its own, so that the plugin is called at all.
    await using opened = openHost();
    const grants = new Set<Permission>(['files', 'storage', 'crypto']);
    grants.delete(permission);
    const plugin = install({
      id: 'without',
      grants,
      hooks: ['without:try'],
      customHooks: { 'without:try': {} },
      code: `module.exports = { hooks: { 'without:try': async (input, ctx) => { ${caught(call).replace('return { metadata: { code } }', 'return code')} } } };`,
    });
    await opened.host.load(plugin);
    const result = await opened.host.call(callOf(plugin, { hook: 'without:try', input: {} }));
    expect(result).toMatchObject({ ok: true, result: 'permission_denied' });
  });

  it('is refused from the moment its grant is withdrawn, in the middle of a call', async () => {
    const grants = new Set<Permission>(['files', 'storage']);
    await using opened = openHost({
      capabilities: {
        log: () => void grants.delete('storage'),
      },
    });
    const plugin = processing(
      `await ctx.storage.set('a', 1); ctx.log.info('now'); ${caught(`await ctx.storage.set('b', 1)`)}`,
      { grants },
    );
    await opened.host.load(plugin);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({
      result: { metadata: { code: 'permission_denied' } },
    });
    expect([...opened.stored.keys()]).toEqual([`${plugin.id}/a`]);
    expect(opened.told.violations).toMatchObject([{ type: 'permission_denied' }]);
  });

  it('after its call has ended reaches nothing', async () => {
    await using opened = openHost();
    const plugin = processing(
      `if (input.metadata.second) { await new Promise((resolve) => setTimeout(resolve, 100)); return {}; }
       const late = ctx; Promise.resolve().then(async () => { for (let n = 0; n < 50; n += 1) await null; late.storage.set('late', 1).catch(() => {}); }); return {};`,
    );
    await opened.host.load(plugin);
    const first = opened.host.call(callOf(plugin));
    const second = opened.host.call(callOf(plugin, { input: { file: photo.file, metadata: { second: true } } }));
    expect(await Promise.all([first, second])).toMatchObject([{ ok: true }, { ok: true }]);
    const kept = [...opened.stored.keys()];
    // Either the call was still open while its microtasks ran, or the write was refused: never a write after the answer.
    if (kept.length === 0) expect(opened.told.violations.every(({ type }) => type === 'call_ended')).toBe(true);
  });

  it('beyond 50,000 in one call ends in an error', { timeout: 120_000 }, async () => {
    const { metadata } = await run(
      `let code = 'none'; let n = 0; try { for (;;) { await Promise.all(Array.from({ length: 1000 }, () => ctx.storage.get('k'))); n += 1000; } } catch (error) { code = error.code; } return { metadata: { code, n } };`,
      { limits: { timeout: 60_000, cpu: 60_000 } },
    );
    expect(metadata).toEqual({ code: 'host_call_limit', n: 50_000 });
  });
});

describe('emit', () => {
  const customHooks = {
    'sender:news': {
      input: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
      permission: 'storage',
    },
  } as const;
  const sender = (body: string, plugin: Partial<Parameters<typeof install>[0]> = {}) =>
    install({
      id: 'sender',
      customHooks,
      code: `module.exports = { hooks: { 'file:process': async (input, ctx) => { ${body} } } };`,
      ...plugin,
    });
  const listener = (id: string, body: string, plugin: Partial<Parameters<typeof install>[0]> = {}) =>
    install({
      id,
      hooks: ['sender:news'],
      code: `module.exports = { hooks: { 'sender:news': async (input, ctx) => { ${body} } } };`,
      ...plugin,
    });

  it('gives the hook to every implementer of the organisation that holds its permission', async () => {
    await using opened = openHost();
    const from = sender(`return { metadata: await ctx.emit('sender:news', { n: 7 }) };`);
    const to = listener('listener', `await ctx.storage.set('n', input.n);`);
    const refused = listener('refused', `ctx.log.error('called');`, { grants: new Set() });
    const foreign = listener('foreign', `ctx.log.error('called');`, { organisationId: 'organisation-2' });
    for (const plugin of [from, to, refused, foreign]) opened.host.register(plugin);
    const { result } = await opened.host.call(callOf(from));
    expect(result).toEqual({ metadata: { delivered: 1 } });
    await expect.poll(() => opened.stored.get(`${to.id}/n`), { timeout: 15_000 }).toBe(7);
    expect(opened.told.log).toEqual([]);
  });

  it('refuses what does not fit the schema', async () => {
    await using opened = openHost();
    const from = sender(caught(`await ctx.emit('sender:news', { n: 'seven' })`));
    await opened.host.load(from);
    expect(await opened.host.call(callOf(from))).toMatchObject({ result: { metadata: { code: 'host_call_invalid' } } });
  });

  it('does not wait for slow listeners, and ends where hooks raise hooks for ever', async () => {
    await using opened = openHost();
    const echo = install({
      id: 'sender',
      customHooks,
      hooks: ['file:process', 'sender:news'],
      code: `const again = async (input, ctx) => { try { await ctx.emit('sender:news', { n: 1 }); await ctx.emit('sender:news', { n: 2 }); } catch (error) { ctx.log.warn(error.code); } };
        module.exports = { hooks: { 'file:process': async (input, ctx) => { await again(input, ctx); return {}; }, 'sender:news': again } };`,
    });
    const slow = listener('slow', 'for (;;) {}', { limits: { timeout: 500 } });
    opened.host.register(echo);
    opened.host.register(slow);
    const result = await opened.host.call(callOf(echo));
    expect(result.ok).toBe(true);
    // 2 at the first level, 4 at the second, 8 at the third, where it is refused.
    await expect.poll(() => opened.told.log.length, { timeout: 15_000 }).toBe(8);
    expect(new Set(opened.told.log.map(({ message }) => message))).toEqual(new Set(['host_call_limit']));
  });

  it('may be used a hundred times by one call and all that it raises', async () => {
    await using opened = openHost();
    const from = sender(
      `let n = 0; try { for (;;) { await ctx.emit('sender:news', { n }); n += 1; } } catch (error) { return { metadata: { n, code: error.code } }; }`,
    );
    await opened.host.load(from);
    expect(await opened.host.call(callOf(from))).toMatchObject({
      result: { metadata: { n: 100, code: 'host_call_limit' } },
    });
  });
});
