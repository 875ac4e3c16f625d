import { describe, expect, it } from 'vitest';
import { hookFile, runOnce } from './start-runner.ts';

describe('what is taken away before plugin code runs', () => {
  it('leaves no WebAssembly, shared memory, atomics or resizable buffers', async () => {
    const result = await runOnce(
      hookFile(`
        const grown = new ArrayBuffer(8, { maxByteLength: 1e9 });
        const viaView = new new Uint8Array(1).buffer.constructor(8, { maxByteLength: 1e9 });
        class Sub extends ArrayBuffer {}
        const viaSub = new Sub(8, { maxByteLength: 1e9 });
        const viaConstruct = Reflect.construct(ArrayBuffer, [8, { maxByteLength: 1e9 }]);
        return [
          typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics, typeof ArrayBuffer.prototype.resize,
          [grown, viaView, viaSub, viaConstruct].map((buffer) => buffer.resizable || buffer.maxByteLength !== 8),
          grown instanceof ArrayBuffer, viaSub instanceof Sub, ArrayBuffer.isView(new DataView(grown)), grown.slice(2).byteLength,
          new Uint8Array(grown).length, grown.transfer(16).resizable,
        ];`),
    );
    expect(result).toEqual({
      ok: true,
      value: [
        'undefined',
        'undefined',
        'undefined',
        'undefined',
        [false, false, false, false],
        true,
        true,
        true,
        6,
        8,
        false,
      ],
    });
  });

  it('never runs a finalizer, and says so by staying within the standard', async () => {
    const result = await runOnce(
      hookFile(`
        const registry = new FinalizationRegistry(() => { throw new Error('ran') });
        registry.register({}, 1);
        return [registry instanceof FinalizationRegistry, registry.unregister({}), FinalizationRegistry === registry.constructor];`),
    );
    expect(result).toEqual({ ok: true, value: [true, false, true] });
  });

  it('ignores a stack formatter and keeps stacks as text', async () => {
    const result = await runOnce(
      hookFile(`
        'use strict';
        let called = 0;
        Error.prepareStackTrace = (error, sites) => { called += 1; return sites };
        try { Object.defineProperty(Error, 'prepareStackTrace', { value: () => { called += 1; return 7 } }) } catch {}
        return [typeof new Error('x').stack, called, Error.prepareStackTrace === undefined];`),
    );
    expect(result).toEqual({ ok: true, value: ['string', 0, true] });
  });
});
