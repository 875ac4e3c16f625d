import { createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { limits } from '@proofpix/contract/limits';
import { hookFile, Runner, type CallOptions } from './start-runner.ts';
import type { Json } from '@proofpix/contract/json';

let runner: Runner;
afterEach(() => runner[Symbol.asyncDispose]());

async function load(body: string): Promise<Runner> {
  runner = new Runner();
  expect(await runner.load(hookFile(body))).toMatchObject({ ok: true });
  return runner;
}

async function value(input: Json = null, options: CallOptions = {}): Promise<unknown> {
  const result = await runner.call(input, options);
  return result.ok ? result.value : result.error;
}

describe('ctx', () => {
  it('reads ranges of the photo as bytes, many at once, and each names the open call', async () => {
    await load(`
      const parts = await Promise.all([ctx.files.read(0, 3), ctx.files.read(3, 100), ctx.files.read(9, 0)]);
      return [ctx.files.size, parts.map((part) => part instanceof Uint8Array), parts.map((part) => [...part])];`);
    const photo = new Uint8Array([1, 2, 3, 4, 5]);
    runner.answer = ({ args }) => ({
      bytes: photo.subarray(Number(args['offset']), Number(args['offset']) + Number(args['length'])),
    });
    expect(await value(null, { context: { file: { size: 5 } } })).toEqual([
      5,
      [true, true, true],
      [[1, 2, 3], [4, 5], []],
    ]);
    expect(new Set(runner.hostCalls.map((call) => call.call)).size).toBe(1);
    expect(runner.order.at(-1)).toBe(`19:${runner.hostCalls[0]?.call}`);
  });

  it('moves megabytes in and out whole', async () => {
    await load(`
      const bytes = await ctx.files.read(0, 4194304);
      for (let i = 0; i < bytes.length; i += 1) bytes[i] ^= 255;
      await ctx.files.write('inverted.bin', bytes);
      await ctx.files.write('text.txt', 'é');
      await ctx.files.write('buffer.bin', new Uint16Array([1, 258]).buffer);
      return bytes.length;`);
    const photo = new Uint8Array(limits.readBytes).map((_, index) => index % 251);
    runner.answer = ({ name }) => (name === 'files.read' ? { bytes: photo } : { value: null });
    expect(await value()).toBe(limits.readBytes);
    const [, inverted, text, buffer] = runner.hostCalls;
    expect(inverted?.args).toEqual({ name: 'inverted.bin' });
    expect(Buffer.from(inverted?.bytes ?? []).equals(Buffer.from(photo.map((byte) => byte ^ 255)))).toBe(true);
    expect(Buffer.from(text?.bytes ?? []).toString()).toBe('é');
    expect([...(buffer?.bytes ?? [])]).toEqual([1, 0, 2, 1]);
  });

  it('keeps values, and passes exactly what the contract says', async () => {
    await load(`
      return [
        await ctx.storage.set('k', { n: [1, null] }, { ttlSeconds: 60 }), await ctx.storage.set('k', 1, { ifVersion: 0 }),
        await ctx.storage.get('k'), await ctx.storage.read('k'), await ctx.storage.delete('k'),
        await ctx.storage.list('p'), await ctx.storage.list('p', { after: 'p1' }), await ctx.storage.list(),
        await ctx.emit('test-plugin:seen', { a: 1 }),
      ];`);
    const answers: { [name: string]: Json } = {
      'storage.set': { version: 4 },
      'storage.get': { value: { n: [1, null] }, version: 4 },
      'storage.delete': { deleted: true },
      'storage.list': { keys: ['p1'], more: false },
      emit: { delivered: 2 },
    };
    runner.answer = ({ name }) => ({ value: answers[name] ?? null });
    expect(await value()).toEqual([
      4,
      4,
      { n: [1, null] },
      { value: { n: [1, null] }, version: 4 },
      true,
      ['p1'],
      ['p1'],
      ['p1'],
      { delivered: 2 },
    ]);
    expect(runner.hostCalls.map(({ name, args }) => [name, args])).toEqual([
      ['storage.set', { key: 'k', value: { n: [1, null] }, ttlSeconds: 60 }],
      ['storage.set', { key: 'k', value: 1, ifVersion: 0 }],
      ['storage.get', { key: 'k' }],
      ['storage.get', { key: 'k' }],
      ['storage.delete', { key: 'k' }],
      ['storage.list', { prefix: 'p' }],
      ['storage.list', { prefix: 'p', after: 'p1' }],
      ['storage.list', { prefix: '' }],
      ['emit', { hook: 'test-plugin:seen', payload: { a: 1 } }],
    ]);
  });

  it("rejects with the host's code, and an error that nobody caught carries it to the result", async () => {
    await load(`
      if (input) return ctx.files.read(0, 1);
      try { await ctx.storage.get('k') } catch (error) { return [error instanceof Error, error.code, error.message] }`);
    runner.answer = () => ({
      error: { code: 'permission_denied', message: 'The plugin was not granted this permission.' },
    });
    expect(await value()).toEqual([true, 'permission_denied', 'The plugin was not granted this permission.']);
    expect(await value(1)).toMatchObject({ code: 'permission_denied' });
  });

  it('refuses arguments of the wrong kind and values that are no JSON before asking the host', async () => {
    await load(`
      const tries = [() => ctx.storage.get(5), () => ctx.storage.set('k', () => 1), () => ctx.storage.set('k', 1n), () => ctx.files.read('0', 1),
        () => ctx.files.read(NaN, 1), () => ctx.files.write('n', { length: 3 }), () => ctx.emit('x'), () => ctx.storage.set('k', 'x'.repeat(300000))];
      const codes = [];
      for (const attempt of tries) try { await attempt(); codes.push('passed') } catch (error) { codes.push(error.code ?? error.name) }
      return codes;`);
    const invalid = 'host_call_invalid';
    expect(await value()).toEqual([invalid, invalid, invalid, invalid, invalid, 'TypeError', invalid, invalid]);
    expect(runner.hostCalls).toEqual([]);
  });

  it('has the plugin, a frozen configuration, and functions that cannot be replaced', async () => {
    await load(`
      'use strict';
      const outcomes = [() => { ctx.config.a.b.push(1) }, () => { ctx.config.x = 1 }, () => { ctx.files.read = 1 }, () => { ctx.log.info.call = 1 }, () => { ctx.plugin.id = 'other' }]
        .map((change) => { try { change(); return 'changed' } catch (error) { return error.name } });
      return [ctx.plugin, ctx.config, outcomes, String(ctx.files.read)];`);
    expect(await value(null, { context: { config: { a: { b: [1] } } } })).toEqual([
      { id: 'test-plugin', version: '1.2.3' },
      { a: { b: [1] } },
      ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError'],
      'function () { [native code] }',
    ]);
  });

  it('computes hashes, random, AES-GCM and Ed25519 here, and digests and attestations in the host', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const rawKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const signature = sign(null, Buffer.from('text'), privateKey);
    await load(`
      const c = ctx.crypto, key = c.randomBytes(32), sealed = await c.encrypt(key, 'secret', 'aad');
      const opened = new TextDecoder().decode(await c.decrypt(key, sealed, 'aad'));
      sealed[20] ^= 1;
      const tampered = await c.decrypt(key, sealed, 'aad').catch((error) => error.message);
      const [publicKey, signature] = input.map((list) => new Uint8Array(list));
      return [await c.hash('sha256', 'a'), await c.hmac('sha512', 'k', new Uint8Array([97])), key.length, /^[0-9a-f-]{36}$/.test(c.randomUUID()), opened, tampered,
        await c.verifyEd25519(publicKey, signature, 'text'), await c.verifyEd25519(publicKey, signature, 'other'),
        await c.digest(), await c.attest('0'.repeat(64)), await c.hash('crc32', '').catch((error) => error.message)];`);
    const attestation = { statement: 's', signature: 'x', publicKey: 'p' };
    runner.answer = ({ name }) => (name === 'crypto.digest' ? { value: { hex: 'ff' } } : { value: attestation });
    expect(await value([[...rawKey], [...signature]], { context: { permissions: ['crypto'] } })).toEqual([
      createHash('sha256').update('a').digest('hex'),
      createHmac('sha512', 'k').update('a').digest('hex'),
      32,
      true,
      'secret',
      'The sealed bytes do not fit the key, or were changed.',
      true,
      false,
      'ff',
      { statement: 's', signature: 'x', publicKey: 'p' },
      'Unknown hash. There are md5, sha1, sha256, sha384, sha512.',
    ]);
  });

  it('keeps the namespaces without their permission, and each use of them is refused', async () => {
    await load(`
      const refused = [];
      for (const use of [() => ctx.crypto.hash('sha256', 'a'), () => ctx.crypto.randomUUID(), () => ctx.crypto.digest(), () => ctx.files.read(0, 1)])
        try { await use(); refused.push('allowed') } catch (error) { refused.push(error.code) }
      return refused;`);
    runner.answer = () => ({ error: { code: 'permission_denied', message: 'no' } });
    expect(await value()).toEqual(Array(4).fill('permission_denied'));
  });

  it('writes log lines without waiting, cuts long ones and stops after the limit', async () => {
    await load(`
      ctx.log.debug('a', { b: 1 }); ctx.log.warn('x'.repeat(20000));
      for (let i = 0; i < 1000; i += 1) ctx.log.info(i);
      return null;`);
    await value();
    expect(runner.lines[0]).toBe('debug: a { b: 1 }');
    expect(runner.lines[1]?.length).toBe('warn: '.length + limits.logMessageChars);
    expect(runner.lines).toHaveLength(limits.logLinesPerCall);
    expect(runner.lines.at(-1)).toContain('No more lines');
  });

  it('calls the lifecycle functions with what belongs to them', async () => {
    runner = new Runner();
    await runner.load({
      'index.js': `
        console.log('at load');
        module.exports = { mark: 7, hooks: {}, initialize(ctx) { ctx.log.info('init ' + this.mark) }, onConfigUpdate(config, ctx) { ctx.log.info(config.a + ctx.config.a) }, cleanup() { throw new Error('busy') } };`,
    });
    const config = { a: 2 };
    expect(await runner.call(null, { kind: 'initialize', hook: undefined })).toEqual({ ok: true, value: null });
    expect(await runner.call(config, { kind: 'onConfigUpdate', context: { config } })).toEqual({
      ok: true,
      value: null,
    });
    expect(await runner.call(null, { kind: 'cleanup' })).toMatchObject({
      ok: false,
      error: { code: 'plugin_error', message: 'busy' },
    });
    expect(await runner.call(null, { hook: 'data:analyze' })).toMatchObject({
      ok: false,
      error: { code: 'plugin_hook_missing' },
    });
    expect(runner.lines).toEqual(['info: at load', 'info: init 7', 'info: 4']);
  });

  it('can neither be changed nor made to speak for another call', async () => {
    await load(`
      const kinds = [Object.isFrozen(ctx), Object.isFrozen(Object.getPrototypeOf(ctx)), ctx.constructor === Object];
      const get = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(ctx), 'storage').get;
      const refused = [{}, Object.create(ctx), new Proxy(ctx, {})].map((other) => {
        try { get.call(other); return 'done'; } catch (error) { return error.constructor === TypeError; }
      });
      return [kinds, refused, ctx.storage === ctx.storage, Object.isFrozen(ctx.storage), ctx.log === ctx.log];`);
    expect(await value()).toEqual([[true, true, true], [true, true, true], true, true, true]);
  });

  it('has its parts taken apart, and they go on naming their own call', async () => {
    await load(`
      const { storage: { get }, log, emit } = ctx;
      log.info('apart');
      return [await get('k'), await emit('test-plugin:x', null)];`);
    const answers: { [name: string]: Json } = { emit: { delivered: 1 }, 'storage.get': { value: 7, version: 1 } };
    runner.answer = ({ name }) => ({ value: answers[name] ?? null });
    expect(await value()).toEqual([7, { delivered: 1 }]);
    expect(runner.lines).toEqual(['info: apart']);
  });

  it('keeps configuration and permissions until a call brings others', async () => {
    await load(`
      const hash = await ctx.crypto.hash('sha256', '').then(() => 'granted', (error) => error.code);
      return [ctx.config, Object.isFrozen(ctx.config?.deep ?? ctx.config), hash];`);
    const call = (context: CallOptions['context']) => value(null, { context });
    const nothing = { config: undefined, permissions: undefined };
    expect(await call({ config: { deep: { a: 1 } }, permissions: ['crypto'] })).toEqual([
      { deep: { a: 1 } },
      true,
      'granted',
    ]);
    expect(await call(nothing)).toEqual([{ deep: { a: 1 } }, true, 'granted']);
    expect(await call({ ...nothing, permissions: [] })).toEqual([{ deep: { a: 1 } }, true, 'permission_denied']);
    expect(await call({ ...nothing, config: { b: 2 } })).toEqual([{ b: 2 }, true, 'permission_denied']);
  });
});
