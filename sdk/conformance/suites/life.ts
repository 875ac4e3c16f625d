import assert from 'node:assert/strict';
import { includes, problemOf, type Suite, type Trial } from '../suite.ts';

type State = {
  starts: number;
  told: unknown;
  config: { [name: string]: unknown };
  stored: number | null;
  cleaned: boolean | null;
};

const plugin = {
  source: 'life',
  manifest: {
    configSchema: {
      type: 'object' as const,
      properties: {
        refuse: { type: 'boolean' as const, default: false },
        spin: { type: 'boolean' as const },
        fail: { type: 'boolean' as const, default: false },
        level: { type: 'integer' as const, minimum: 1, maximum: 5, default: 3 },
        mode: { type: 'string' as const, enum: ['fast', 'slow'], default: 'fast' },
        secret: { type: 'string' as const, writeOnly: true },
        place: {
          type: 'object' as const,
          properties: { city: { type: 'string' as const }, code: { type: 'integer' as const } },
          required: ['city'],
        },
      },
    },
  },
};
const defaults = { refuse: false, fail: false, level: 3, mode: 'fast' };
const state = async (t: Trial) => (await t.value('state')) as State;

export const life: Suite = {
  name: 'life and configuration',
  plugin,
  cases: {
    'initialize runs once for a process, before the first hook': async (t) => {
      const first = await state(t);
      includes(first, { starts: 1, told: null, stored: 1 });
      includes(await state(t), { starts: 1, stored: 1 });
    },
    'cleanup runs when it is unloaded, and loading again is a new beginning': async (t) => {
      await t.target.unload(t.id);
      await t.target.load(t.id);
      includes(await state(t), { starts: 1, stored: 2, cleaned: true });
    },
    'an unloaded plugin is not called': async (t) => {
      await t.target.unload(t.id);
      const answered = await t.target.call(`${t.id}:act`, { plugins: [t.id], data: {} }).then(
        (results) => results.length,
        () => 0,
      );
      assert.equal(answered, 0);
      await t.target.load(t.id);
      includes(await state(t), { starts: 1 });
    },
    'defaults are filled in': async (t) => {
      assert.deepEqual((await state(t)).config, defaults);
    },
    'a new configuration is told and in force at once, people see it with its defaults': async (t) => {
      assert.deepEqual(await t.target.configure(t.id, { level: 5 }), { ...defaults, level: 5 });
      includes(await state(t), { told: { ...defaults, level: 5 }, config: { ...defaults, level: 5 } });
    },
    'an onConfigUpdate that throws does not undo the configuration': async (t) => {
      await t.target.configure(t.id, { fail: true });
      includes(await state(t), { config: { fail: true } });
      await t.target.configure(t.id, {});
    },
    'what does not fit the schema is refused by its field, and nothing changes': async (t) => {
      for (const [config, field] of [
        [{ level: 9 }, '/level'],
        [{ level: 1.5 }, '/level'],
        [{ mode: 'other' }, '/mode'],
        [{ unknown: 1 }, '/unknown'],
        [{ place: { code: 1 } }, '/place/city'],
        [{ secret: 5 }, '/secret'],
      ] as const) {
        const problem = await problemOf(t.target.configure(t.id, config));
        assert.equal(problem.code, 'config_invalid');
        includes(problem.fields, [{ field }]);
      }
      assert.deepEqual((await state(t)).config, defaults);
    },
    'a secret is a handle to the plugin and nothing to people, and stays until it is forgotten': async (t) => {
      const shown = await t.target.configure(t.id, { secret: 'hunter2-hunter2' });
      assert.deepEqual(shown, defaults);
      const handle = (await state(t)).config['secret'];
      assert.match(String(handle), /^proofpix-secret-[0-9a-f]{32}$/);
      await t.target.configure(t.id, { level: 2 });
      assert.equal((await state(t)).config['secret'], handle);
      await t.target.configure(t.id, { secret: null });
      assert.equal((await state(t)).config['secret'], undefined);
    },
    'an initialize that never ends is stopped, and the load says so': async (t) => {
      await t.target.unload(t.id);
      await t.target.configure(t.id, { spin: true });
      const problem = await problemOf(t.target.load(t.id));
      assert.equal(problem.code, 'plugin_timeout', problem.message);
      await t.target.configure(t.id, {});
      await t.target.load(t.id);
      includes(await state(t), { starts: 1 });
    },
    'an initialize that throws is not loaded, and says why': async (t) => {
      await t.target.uninstall(t.id);
      const problem = await problemOf(t.install(plugin, { refuse: true }));
      assert.equal(problem.code, 'plugin_load_failed');
      assert.match(problem.message, /refused to start/);
      await t.install(plugin);
      includes(await state(t), { starts: 1 });
    },
  },
};
