import assert from 'node:assert/strict';
import type { Json } from '@proofpix/contract/json';
import { includes, photo, problemOf, type Case, type Suite, type Trial } from '../suite.ts';

const events = ['webhook:received', 'oauth:authorized', 'analytics:generated', 'security:event', 'data:erase'] as const;
const plugin = {
  source: 'hooks',
  manifest: {
    hooks: ['file:uploaded', 'file:process', 'file:processed', 'data:analyze', 'export:generate', ...events],
    customHooks: {},
  },
};
const second = {
  source: 'second',
  manifest: { permissions: ['files' as const], hooks: ['file:process'], customHooks: {} },
};

const one = async (
  t: Trial,
  hook: string,
  wish: { data?: { readonly [key: string]: Json }; withPhoto?: boolean } = {},
) => {
  const { data, withPhoto = false } = wish;
  const [result] = await t.target.call(hook, { plugins: [t.id], ...(data && { data }), ...(withPhoto && { photo }) });
  return result;
};

const eventCases = Object.fromEntries(
  events.map((hook): [string, Case] => [
    `${hook} gets the event`,
    async (t) => {
      const event = { id: 'e-1', nested: { list: [1] } };
      includes(await one(t, hook, { data: { event } }), { ok: true, result: { got: event } });
    },
  ]),
);

export const hooks: Suite = {
  name: 'hooks',
  plugin,
  cases: {
    'file:uploaded gets the file and the run': async (t) => {
      includes(await one(t, 'file:uploaded', { withPhoto: true }), { ok: true });
      const lines = await t.target.logs(t.id, 1);
      const line = lines.find(({ message }) => message.includes('uploaded'));
      const { uploaded } = JSON.parse(line?.message ?? '{}') as { uploaded: string[] };
      assert.deepEqual(
        uploaded.filter((name) => name !== 'options'),
        ['file', 'run'],
      );
    },
    'file:process gets the file as the platform knows it, and gives metadata and findings': async (t) => {
      const [result] = await t.target.call('file:process', { plugins: [t.id], photo, options: { make: 'Leica' } });
      includes(result, {
        ok: true,
        result: {
          metadata: { Make: 'Leica', seen: photo.name, type: 'image/jpeg', size: photo.bytes.length },
          findings: [{ severity: 'note', question: 'origin' }],
        },
      });
    },
    'what the caller says about the file is not believed': async (t) => {
      const data = { file: { id: 'x', name: 'forged.jpg', type: 'text/html', size: 1, sha256: 'forged' } };
      includes(await one(t, 'file:process', { data, withPhoto: true }), { result: { metadata: { seen: photo.name } } });
    },
    'file:processed is a notification whose answer is kept': async (t) => {
      includes(await one(t, 'file:processed', { withPhoto: true }), { ok: true, result: { runIsNamed: true } });
    },
    'data:analyze gets metadata and findings, and gives findings': async (t) => {
      const findings = [{ severity: 'strong', confidence: 1, title: 'Before', explanation: '' }];
      const data = { metadata: { Make: 'Nikon', ISO: 100 }, findings };
      includes(await one(t, 'data:analyze', { data, withPhoto: true }), {
        result: {
          findings: [
            {
              title: 'Saw 2 tags and 1 findings',
              explanation: 'Before',
              evidence: { make: 'Nikon' },
              region: { x: 0, y: 0.25, width: 0.5, height: 0.5 },
            },
          ],
        },
      });
    },
    'export:generate gets report, format and options, and writes files': async (t) => {
      const data = { report: { metadata: { Make: 'Nikon' } }, format: 'json' };
      const [result] = await t.target.call('export:generate', { plugins: [t.id], data, options: { pages: 2 } });
      const text = JSON.stringify({ report: data.report, options: { pages: 2 } });
      includes(result, { ok: true, result: { written: true }, files: [{ name: 'report.json', size: text.length }] });
    },
    ...eventCases,
    'input that does not fit a hook is refused before any plugin': async (t) => {
      const wrong = { metadata: 'none', findings: [] };
      includes(await problemOf(one(t, 'data:analyze', { data: wrong, withPhoto: true })), {
        code: 'hook_input_invalid',
      });
    },
    'a hook that nobody has is unknown': async (t) => {
      includes(await problemOf(t.target.call('file:proces', { plugins: [t.id], photo })), { code: 'hook_unknown' });
      includes(await problemOf(t.target.call('nobody-here:ask', { plugins: [t.id] })), { code: 'hook_unknown' });
    },
    'a run goes through four hooks in order, and merges what was said': async (t) => {
      const run = await t.target.run(photo, { plugins: [t.id], options: { make: 'Leica' } });
      assert.deepEqual(
        run.steps.map(({ hook, ok }) => [hook, ok]),
        [
          ['file:uploaded', true],
          ['file:process', true],
          ['file:processed', true],
          ['data:analyze', true],
        ],
      );
      includes(run, { metadata: { Make: 'Leica' }, sources: { Make: { plugin: t.id, version: '1.0.0' } } });
      assert.deepEqual(run.findings.map(({ title }) => title).sort(), [
        'From file:process',
        'Saw 5 tags and 1 findings',
      ]);
    },
    'plugins run by priority, and each gets what those before it said': async (t) => {
      const other = await t.install(second);
      const plugins = [t.id, other.id];
      await t.target.setPriority(t.id, 'file:process', 10);
      await t.target.setPriority(other.id, 'file:process', 20);
      const order = async () =>
        (await t.target.run(photo, { plugins })).steps
          .filter(({ hook }) => hook === 'file:process')
          .map((step) => step.plugin);
      assert.deepEqual(await order(), [t.id, other.id]);
      const run = await t.target.run(photo, { plugins });
      includes(run.metadata, { Make: 'Nikon', sawBefore: 'Nikon' });
      // Nothing overwrites anything: both stand there, with who said which.
      includes(run.conflicts, [
        { tag: 'Make', values: [{ value: 'Nikon' }, { value: 'Canon', source: { plugin: other.id } }] },
      ]);
      await t.target.setPriority(other.id, 'file:process', 5);
      assert.deepEqual(await order(), [other.id, t.id]);
    },
    'a plugin that fails leaves the others their work': async (t) => {
      const other = await t.install(second);
      const run = await t.target.run(photo, { plugins: [t.id, other.id], options: { fail: true } });
      const failed = run.steps.filter(({ ok }) => !ok);
      includes(failed, [{ plugin: other.id, hook: 'file:process', error: { code: 'plugin_error' } }]);
      assert.equal(failed.length, 1);
      assert.equal(run.metadata.Make, 'Nikon');
    },
    'a priority can only be set for a hook that the plugin has': async (t) => {
      includes(await problemOf(t.target.setPriority(t.id, 'nobody:here', 1)), { code: 'hook_unknown' });
    },
  },
};

const emitterHook = 'conformance-emitter:plate';

export const customHooks: Suite = {
  name: 'custom hooks',
  plugin: {
    source: 'emitter',
    manifest: {
      permissions: ['files'],
      hooks: ['file:process', emitterHook],
      customHooks: {
        [emitterHook]: {
          input: { type: 'object', required: ['text'], properties: { text: { type: 'string', maxLength: 20 } } },
          output: { type: 'object', properties: { known: { type: 'boolean' } } },
        },
      },
    },
  },
  cases: {
    'are called by their name, with input and output as declared': async (t) => {
      includes(await one(t, emitterHook, { data: { text: 'B 123' } }), { ok: true, result: { known: true } });
      includes(await one(t, emitterHook, { data: { text: 'wrong' } }), { error: { code: 'plugin_result_invalid' } });
      const { code, fields } = await problemOf(one(t, emitterHook, { data: { text: 1 } }));
      assert.equal(code, 'hook_input_invalid');
      includes(fields, [{ field: '/text' }]);
    },
    'are raised in every plugin that implements them': async (t) => {
      const listener = await t.install({
        source: 'listener',
        manifest: { permissions: [], hooks: [emitterHook], customHooks: {} },
      });
      const emit = async (hook: string, payload: Json) => {
        const wish = { plugins: [t.id], photo, options: { hook, payload } };
        const [result] = await t.target.call('file:process', wish);
        const given = result?.result as { metadata: { code: string; delivered: number } } | undefined; // see the plugin
        return given?.metadata ?? assert.fail('It did not answer.');
      };
      assert.deepEqual(await emit(emitterHook, { text: 'HH 1' }), { code: 'none', delivered: 2 });
      const heard = await t.target.logs(listener.id, 1);
      assert.ok(heard.some(({ message }) => message === 'listener HH 1'));
      // Only its own, and only as declared.
      for (const [hook, payload] of [
        ['conformance-listener:other', { text: 'a' }],
        ['conformance-emitter:undeclared', { text: 'a' }],
        [emitterHook, { text: 'x'.repeat(21) }],
        [emitterHook, { other: 1 }],
      ] as const) {
        assert.equal((await emit(hook, payload)).code, 'host_call_invalid', hook);
      }
    },
  },
};
