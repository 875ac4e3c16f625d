import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { limits } from '@proofpix/contract/limits';
import { includes, photo, problemOf, type Suite } from '../suite.ts';

const size = photo.bytes.length;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export const files: Suite = {
  name: 'ctx.files',
  plugin: { source: 'files' },
  cases: {
    'gives the size of the photo, and none where a call has no photo': async (t) => {
      assert.equal(await t.processed('size'), size);
      assert.equal(await t.value('size'), null);
    },
    'reads ranges of the photo, shorter at its end and empty behind it': async (t) => {
      assert.deepEqual(await t.processed('read', { offset: 0, length: 3 }), [...photo.bytes.subarray(0, 3)]);
      assert.deepEqual(await t.processed('read', { offset: size - 2, length: 10 }), [...photo.bytes.subarray(-2)]);
      assert.deepEqual(await t.processed('read', { offset: size + 5, length: 10 }), []);
      assert.deepEqual(await t.processed('read', { offset: 4, length: 0 }), []);
    },
    'reads at most 4 MB at once, and counts what was read': async (t) => {
      assert.equal(await t.processed('readCode', { offset: 0, length: limits.readBytes }), 'none');
      assert.equal(await t.processed('readCode', { offset: 0, length: limits.readBytes + 1 }), 'host_call_invalid');
      assert.equal(await t.processed('readCode', { offset: -1, length: 1 }), 'host_call_invalid');
      const result = await t.process('readAll');
      const sum = photo.bytes.reduce((total, byte) => (total + byte) % 65_536, 0);
      includes(result, { ok: true, result: { metadata: { value: sum } }, usage: { bytesRead: size } });
    },
    'has no file in a call without a photo': async (t) => {
      assert.equal(await t.value('readCode', { offset: 0, length: 1 }), 'no_file');
      // Thrown on, it is the code of the call.
      includes(await t.act('read', { offset: 0, length: 1 }), { ok: false, error: { code: 'no_file' } });
    },
    'adds derived files, text as UTF-8, described by size and digest': async (t) => {
      const result = await t.process('write', { 'notes/a.txt': 'é', 'b.txt': '' });
      assert.deepEqual(
        result.files.map((file) => [file.name, file.size, file.sha256]),
        [
          ['notes/a.txt', 2, sha256(Buffer.from('é'))],
          ['b.txt', 0, sha256(Buffer.alloc(0))],
        ],
      );
      assert.equal(result.usage.bytesWritten, 2);
    },
    'keeps derived files of a run byte for byte, beside the photo': async (t) => {
      const options = { act: 'writeBytes', args: { name: 'any.bin', bytes: [0, 1, 128, 255] } };
      const run = await t.target.run(photo, { plugins: [t.id], options });
      assert.deepEqual([...(run.written.get('any.bin') ?? [])], [0, 1, 128, 255]);
      includes(run.files, [{ name: 'any.bin', size: 4 }]);
    },
    'takes a name once in a call, also when it differs only in case': async (t) => {
      const codes = await t.processed('writeCodes', ['a.txt', 'a.txt', 'A.TXT', 'b/a.txt']);
      assert.deepEqual(codes, ['none', 'host_call_invalid', 'host_call_invalid', 'none']);
    },
    'refuses names that lead elsewhere or mean something to a system': async (t) => {
      const names = ['../up.txt', '/root.txt', 'a/../b.txt', 'con.txt', 'a\\b.txt', 'nul\0.txt', 'x'.repeat(201), ''];
      assert.deepEqual(
        await t.processed('writeCodes', names),
        names.map(() => 'host_call_invalid'),
      );
    },
    'takes at most 50 derived files in a call': async (t) => {
      includes(await t.process('writeMany', limits.derivedFiles), { ok: true });
      includes(await t.process('writeMany', limits.derivedFiles + 1), {
        ok: false,
        error: { code: 'host_call_limit' },
      });
    },
    'a file that nobody waited for is part of the result': async (t) => {
      includes((await t.process('forget')).files, [{ name: 'late.txt' }]);
    },
    'a call that needs a photo and has none is refused before any plugin': async (t) => {
      const work = t.target.call('file:process', { plugins: [t.id], data: {} });
      includes(await problemOf(work), { code: 'hook_input_invalid' });
    },
  },
};
