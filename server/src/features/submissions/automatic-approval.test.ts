import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { automaticRules, type AutomaticRule, type SubmissionState } from '@proofpix/contract/publishing';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import type { TestPlugin } from '../plugins/test/test-plugins.ts';
import { claimAndApprove, makePublisher, makeReviewer, publish, scanned, submit, verify } from './test/publishing.ts';

let server: TestServer;
let owner: TestMember;
let reviewers: [TestMember, TestMember];
beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation()).owner;
  reviewers = [await makeReviewer(server), await makeReviewer(server)];
  for (const name of ['tideway', 'saltmarsh']) await makePublisher(owner, name);
  await verify(server, 'tideway');
  const [reviewer] = reviewers;
  for (const publisher of ['tideway', 'saltmarsh'])
    await publish({ owner, reviewer }, publisher, tide(publisher, '1.0.0'));
});
afterAll(() => server?.stop());

const idOf = (publisher: string) => `tide-of-${publisher}`;

function tide(
  publisher: string,
  version: string,
  more: Record<string, unknown> = {},
  rest: TestPlugin = {},
): TestPlugin {
  return { ...rest, manifest: { id: idOf(publisher), version, ...more } };
}

const reads = { 'file:process': 'async (input, ctx) => ({ metadata: { Size: await ctx.files.size } })' };
const custom = (publisher: string, ...names: string[]) =>
  Object.fromEntries(names.map((name) => [`${idOf(publisher)}:${name}`, {}]));
const hooksOf = (hooks: Record<string, string>) =>
  `hooks: { ${Object.entries(hooks)
    .map(([name, code]) => `'${name}': ${code}`)
    .join(', ')} }`;
const answers = (...names: string[]) =>
  hooksOf(Object.fromEntries(names.map((name) => [name, 'async () => ({ answer: 42 })'])));

type Landing = {
  what: string;
  plugin: TestPlugin;
  publisher?: 'saltmarsh';
  lands: SubmissionState;
  missing?: AutomaticRule[];
};

const ask = `${idOf('tideway')}:ask`;
const more = `${idOf('tideway')}:more`;
const next = (version: string, rest: TestPlugin = {}, manifest: Record<string, unknown> = {}) =>
  tide('tideway', version, manifest, rest);

/** In this order: what is released is what the next one is compared with. */
const submissions: readonly Landing[] = [
  { what: 'the same code as 1.0.1', plugin: next('1.0.1'), lands: 'released' },
  {
    what: 'other code that does no more',
    plugin: next('1.0.2', { exports: hooksOf({ [ask]: 'async () => ({ answer: [1, 2].length })' }) }),
    lands: 'released',
  },
  {
    what: 'another README',
    plugin: next('1.0.3', { files: { 'README.md': '# Tide\n\nTells the tide.\n' } }),
    lands: 'released',
  },
  { what: 'a larger step without more rights', plugin: next('2.0.0'), lands: 'released' },
  {
    what: 'no licence file, which is found, but low',
    plugin: next('2.0.1', { files: { LICENSE: '' } }),
    lands: 'released',
  },
  {
    what: 'a hook of its own that it did not have',
    plugin: next(
      '2.1.0',
      { exports: answers(ask, more) },
      { hooks: [ask, more], customHooks: custom('tideway', 'ask', 'more') },
    ),
    lands: 'waiting',
    missing: ['hooks'],
  },
  {
    what: 'a permission, used',
    plugin: next(
      '2.1.1',
      { exports: hooksOf({ [ask]: "async (input, ctx) => ({ answer: await ctx.storage.get('answer') })" }) },
      { permissions: ['storage'] },
    ),
    lands: 'waiting',
    missing: ['permissions'],
  },
  {
    what: 'a permission and the hook that needs it',
    plugin: next(
      '2.1.2',
      { exports: hooksOf({ ...reads, [ask]: 'async () => ({ answer: 42 })' }) },
      { permissions: ['files'], hooks: ['file:process', ask] },
    ),
    lands: 'waiting',
    missing: ['permissions', 'hooks'],
  },
  {
    what: 'a host, and the sensitive permission to reach it',
    plugin: next(
      '2.1.3',
      {
        exports: hooksOf({
          [ask]: "async (input, ctx) => ({ answer: (await ctx.http.get('https://tides.example/now')).status })",
        }),
      },
      { permissions: ['http'], hosts: ['tides.example'] },
    ),
    lands: 'waiting',
    missing: ['permissions', 'hosts'],
  },
  {
    what: 'code made of text',
    plugin: next('2.1.4', { exports: hooksOf({ [ask]: "async () => ({ answer: eval('42') })" }) }),
    lands: 'blocked',
  },
  {
    what: 'the module of another platform',
    plugin: next('2.1.5', { exports: hooksOf({ [ask]: "async () => ({ answer: require('child_process') })" }) }),
    lands: 'blocked',
  },
  {
    what: 'a loop without an end, which somebody should look at',
    plugin: next('2.1.6', { files: { 'again.js': 'module.exports = () => { for (;;) {} };\n' } }),
    lands: 'waiting',
    missing: ['clean'],
  },
  {
    what: 'a script that runs at its installation',
    plugin: next('2.1.7', {
      files: {
        'package.json': JSON.stringify({
          name: idOf('tideway'),
          version: '2.1.7',
          scripts: { postinstall: 'node x.js' },
        }),
      },
    }),
    lands: 'blocked',
  },
  { what: 'a version that is no version', plugin: next('two'), lands: 'blocked' },
  { what: 'a version that is there already', plugin: next('2.0.0', { files: { 'a.txt': 'other' } }), lands: 'blocked' },
  {
    what: 'a name like that of a plugin that is there',
    plugin: { manifest: { id: 'tide-of-saltmarch' } },
    lands: 'blocked',
  },
  {
    what: 'a plugin that is new',
    plugin: { manifest: { id: 'harbour-lights' } },
    lands: 'waiting',
    missing: ['update'],
  },
  {
    what: 'an update by somebody who is not verified',
    plugin: tide('saltmarsh', '1.0.1'),
    publisher: 'saltmarsh',
    lands: 'waiting',
    missing: ['verified'],
  },
  {
    what: 'a new plugin with a new right by somebody who is not verified',
    plugin: {
      manifest: { id: 'salt-in-water', permissions: ['security'], hooks: ['security:event'], customHooks: {} },
      exports: hooksOf({ 'security:event': 'async () => undefined' }),
    },
    publisher: 'saltmarsh',
    lands: 'waiting',
    missing: ['update', 'verified', 'permissions'],
  },
  { what: 'a mend after all of these', plugin: next('2.0.2'), lands: 'released' },
];

test(`${submissions.length} submissions land as the stated rules say`, { timeout: 300_000 }, async () => {
  const landed: { what: string; state: SubmissionState; missing: readonly string[] }[] = [];
  for (const { what, plugin, publisher = 'tideway' } of submissions) {
    const found = await scanned(owner, await submit(owner, plugin, { publisher }));
    const { id } = found;
    const sent =
      found.state === 'draft' ? await owner.call(routes.submissions.send, { params: { id }, body: {} }) : found;
    const missing = sent.state === 'waiting' ? (sent.automatic?.missing ?? []) : [];
    landed.push({ what, state: sent.state, missing });
    // Out of the way of the next one: a version is on one way only.
    if (sent.state === 'waiting') await owner.call(routes.submissions.withdraw, { params: { id } });
  }
  expect(landed).toEqual(
    submissions.map(({ what, lands, missing = [] }) => ({
      what,
      state: lands,
      missing: missing.map((rule) => automaticRules[rule]),
    })),
  );
});

test('what rules released is nothing that rules may build on alone: a person has approved an earlier one', async () => {
  await makePublisher(owner, 'northmole');
  await verify(server, 'northmole');
  const send = async (version: string) => {
    const { id } = await scanned(owner, await submit(owner, tide('northmole', version), { publisher: 'northmole' }));
    return owner.call(routes.submissions.send, { params: { id }, body: {} });
  };
  const first = await send('1.0.0');
  expect(first).toMatchObject({ state: 'waiting' });
  // A second version sent while the first waits has nobody's approval either.
  expect(await send('1.0.1')).toMatchObject({ state: 'waiting', automatic: { missing: [automaticRules.update] } });
  expect(await claimAndApprove(reviewers[1], first.id)).toMatchObject({ state: 'released' });
  expect(await send('1.0.2')).toMatchObject({ state: 'released' });
});
