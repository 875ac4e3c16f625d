import assert from 'node:assert/strict';
import { limits } from '@proofpix/contract/limits';
import { includes, photo, type Suite } from '../suite.ts';

const limited = { timeout: 1_000, cpu: 1_000, memory: 64 };
const invalid = { ok: false, error: { code: 'plugin_result_invalid' } };

export const errorsAndLimits: Suite = {
  name: 'errors and limits',
  plugin: { source: 'behaviour', manifest: { limits: limited } },
  cases: {
    'what a plugin throws is its own entry, with message and place': async (t) => {
      const { error } = await t.act('throws', { message: 'the lens is broken' });
      includes(error, { code: 'plugin_error', message: 'the lens is broken' });
      assert.match(error?.stack ?? '', /index\.js:\d+/);
      assert.doesNotMatch(error?.stack ?? '', /node:|proofpix:|runner\//);
      const { error: later } = await t.act('rejects');
      assert.deepEqual([later?.code, later?.message], ['plugin_error', 'TypeError: rejected later']);
      includes((await t.act('throwsText')).error, { code: 'plugin_error', message: 'The plugin threw only text.' });
    },
    'a code that a plugin makes up is not believed': async (t) => {
      for (const code of ['plugin_quarantined', 'no_file'])
        includes((await t.act('throws', { message: 'x', code })).error, { code: 'plugin_error', message: 'x' });
    },
    'a loop without end is stopped, and the next call is answered': async (t) => {
      includes(await t.act('forever'), { ok: false, error: { code: 'plugin_timeout' } });
      assert.equal(await t.value('echo', 'alive'), 'alive');
    },
    'a promise that never settles is a timeout': async (t) => {
      includes(await t.act('waits'), { ok: false, error: { code: 'plugin_timeout' } });
    },
    'memory beyond the limit ends the plugin, and the next call is answered': async (t) => {
      const { ok, error } = await t.act('grows');
      assert.equal(ok, false);
      assert.ok(['plugin_memory', 'plugin_timeout', 'plugin_died'].includes(error?.code ?? ''), JSON.stringify(error));
      assert.equal(await t.value('echo', 'alive'), 'alive');
    },
    'acts that were stopped are recorded': async (t) => {
      await t.act('forever');
      const kinds = await t.target.violations(t.id, 1);
      assert.ok(
        kinds.some((kind) => kind === 'time_limit' || kind === 'cpu_limit'),
        kinds.join(),
      );
    },
    'logs have four levels, any values, and at most 8,192 characters': async (t) => {
      const before = (await t.target.logs(t.id, 0)).length;
      await t.value('logs');
      const lines = (await t.target.logs(t.id, before + 4)).slice(-4);
      assert.deepEqual(
        lines.map(({ level }) => level),
        ['debug', 'info', 'warn', 'error'],
      );
      assert.equal(lines[0]?.message, 'debug 1');
      assert.match(lines[1]?.message ?? '', /nested.*1, 2/);
      assert.ok((lines[2]?.message.length ?? 0) <= limits.logMessageChars);
      assert.match(lines[3]?.message ?? '', /logged/);
    },
    'a call writes at most 200 lines, and more are recorded': async (t) => {
      await t.value('lines', 250);
      assert.ok((await t.target.violations(t.id, 1)).includes('log_limit'));
    },
    'a plugin knows its id and version': async (t) => {
      assert.deepEqual(await t.value('plugin'), { id: t.id, version: '1.0.0' });
    },
    'many calls at once are all answered, each with its own': async (t) => {
      const numbers = Array.from({ length: 60 }, (_, index) => index);
      assert.deepEqual(await Promise.all(numbers.map((number) => t.value('echo', number))), numbers);
    },
  },
};

export const results: Suite = {
  name: 'results',
  plugin: { source: 'behaviour' },
  cases: {
    'text of all languages comes back unchanged': async (t) => {
      const value = { 'é 漢字': ['🙂', '\u202e', 'a\nb\t'], نص: '\u{1f468}\u200d\u{1f469}' };
      assert.deepEqual(await t.value('echo', value), value);
    },
    'NUL and half characters are replaced, and the entry says so': async (t) => {
      const result = await t.act('gives', 'nul');
      includes(result.result, { value: { 'a\ufffdb': 'c\ufffdd', fine: 'é 漢字 🙂' } });
      assert.ok((result.notes?.length ?? 0) >= 2);
      includes((await t.act('gives', 'surrogate')).result, { value: '\ufffd' });
    },
    '__proto__ and its like are refused': async (t) => {
      includes(await t.act('gives', 'proto'), invalid);
      includes(await t.act('gives', 'constructorKey'), invalid);
    },
    'text over 100,000 characters is refused, and less is not': async (t) => {
      includes(await t.act('gives', 'longText'), invalid);
      assert.equal(await t.value('gives', 'longestText'), 100_000);
    },
    'too deep, too large and too many values are refused': async (t) => {
      for (const kind of ['deep', 'large', 'many']) includes(await t.act('gives', kind), { ok: false });
      includes(await t.act('gives', 'deep'), invalid);
    },
    'what JSON cannot say is an error of the plugin': async (t) => {
      for (const kind of ['cycle', 'bigint']) {
        const { ok, error } = await t.act('gives', kind);
        assert.deepEqual(
          [ok, ['plugin_error', 'plugin_result_invalid'].includes(error?.code ?? '')],
          [false, true],
          kind,
        );
      }
    },
    'what JSON says differently comes as JSON says it': async (t) => {
      assert.deepEqual(await t.value('gives', 'odd'), {
        date: '1970-01-01T00:00:00.000Z',
        notANumber: null,
        infinite: null,
      });
    },
    'results of photo hooks have their form': async (t) => {
      const wrong = await t.install({
        source: 'wrong',
        manifest: { permissions: ['files', 'analytics'], hooks: ['file:process', 'data:analyze'], customHooks: {} },
      });
      const give = async (name: string) => {
        const [result] = await t.target.call('file:process', { plugins: [wrong.id], photo, options: { give: name } });
        return result;
      };
      for (const name of ['text', 'unknownKey', 'metadataList', 'severity', 'confidence', 'region'])
        includes(await give(name), invalid);
      for (const name of ['nothing', 'null']) includes(await give(name), { ok: true, result: {} });
      const [many] = await t.target.call('data:analyze', { plugins: [wrong.id], photo });
      includes(many, { error: { code: 'plugin_result_invalid', errors: [{ field: '/findings' }] } });
    },
  },
};
