import assert from 'node:assert/strict';
import { limits } from '@proofpix/contract/limits';
import { packagePlugin } from '../package-plugin.ts';
import type { Suite } from '../suite.ts';

const plugin = { source: 'storage' };

export const storage: Suite = {
  name: 'ctx.storage',
  plugin,
  cases: {
    'keeps any JSON and gives it back as it was': async (t) => {
      const value = { text: 'é 漢字 🙂', list: [1, 2.5, -0.1, null, true], nested: { empty: {} } };
      await t.value('set', { key: 'json', value });
      assert.deepEqual(await t.value('get', 'json'), value);
    },
    'gives null and version 0 for a key that is not there': async (t) => {
      assert.equal(await t.value('get', 'nowhere'), null);
      assert.deepEqual(await t.value('read', 'nowhere'), { value: null, version: 0 });
    },
    'keeps a value only when nobody changed it in between': async (t) => {
      assert.deepEqual(await t.value('conflict'), ['storage_conflict', true]);
      assert.equal(await t.value('setCode', { key: 'fresh', value: 1, options: { ifVersion: 0 } }), 'none');
      assert.equal(await t.value('setCode', { key: 'fresh', value: 1, options: { ifVersion: 0 } }), 'storage_conflict');
    },
    'gives no version twice, also where a key was deleted': async (t) => {
      assert.equal(await t.value('again'), 'storage_conflict');
    },
    'tells whether there was something to delete': async (t) => {
      await t.value('set', { key: 'gone', value: 1 });
      assert.deepEqual([await t.value('delete', 'gone'), await t.value('delete', 'gone')], [true, false]);
      assert.equal(await t.value('get', 'gone'), null);
    },
    'lists keys by their beginning, sorted by bytes, and from a key on': async (t) => {
      for (const key of ['l/b', 'l/a', 'l/é', 'l/Z', 'm/a']) await t.value('set', { key, value: 1 });
      assert.deepEqual(await t.value('list', { prefix: 'l/' }), ['l/Z', 'l/a', 'l/b', 'l/é']);
      assert.deepEqual(await t.value('list', { prefix: 'l/', after: 'l/a' }), ['l/b', 'l/é']);
    },
    'forgets a value when its time is over': async (t) => {
      assert.deepEqual(await t.value('untilGone', 'short'), [1, 0]);
    },
    'refuses values over 256 kB and keys over 256 characters or none': async (t) => {
      const fits = limits.storageValueBytes - 2;
      assert.equal(await t.value('large', { key: 'fits', chars: fits }), 'none');
      assert.equal(await t.value('large', { key: 'large', chars: fits + 1 }), 'host_call_invalid');
      assert.equal(await t.value('longKey'), 'host_call_invalid');
      assert.equal(await t.value('setCode', { key: '', value: 1 }), 'host_call_invalid');
      assert.equal(await t.value('setCode', { key: 'a\0b', value: 1 }), 'host_call_invalid');
    },
    'is full after 5 MB, says so, and is reported': async (t) => {
      const full = (await t.value('fill')) as { code: string; index: number };
      assert.equal(full.code, 'storage_quota');
      assert.ok(full.index > 10 && full.index <= 20, String(full.index));
      assert.ok((await t.target.violations(t.id, 1)).includes('storage_quota'));
      for (let index = 0; index < full.index; index += 1) await t.value('delete', `fill-${index}`);
      assert.equal(await t.value('setCode', { key: 'after', value: 1 }), 'none');
    },
    'keeps hundreds of values that are set at once': async (t) => {
      assert.equal(await t.value('parallel', 200), true);
    },
    'outlives the process of the plugin': async (t) => {
      await t.value('set', { key: 'stays', value: 'here' });
      await t.target.unload(t.id);
      await t.target.load(t.id);
      assert.equal(await t.value('get', 'stays'), 'here');
    },
    'ends with the installation': async (t) => {
      await t.value('set', { key: 'stays', value: 'here' });
      await t.target.uninstall(t.id);
      await t.target.install(await packagePlugin(plugin), { grants: ['files', 'storage'] });
      assert.equal(await t.value('get', 'stays'), null);
      assert.deepEqual(await t.value('list', {}), []);
    },
  },
};
