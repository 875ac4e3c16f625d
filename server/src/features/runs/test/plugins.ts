import { setTimeout as wait } from 'node:timers/promises';
import type { Job } from '@proofpix/contract/api/jobs';
import { pluginRoutes, type Plugin } from '@proofpix/contract/api/plugins';
import type { HookName } from '@proofpix/contract/hooks';
import type { Permission } from '@proofpix/contract/permissions';
import { writeArchive } from '@proofpix/pack/write-archive';
import type { Static } from 'typebox';
import type { TestMember } from '../../../../test/start-server.ts';

export type TestPlugin = {
  id: string;
  hooks: readonly (HookName | { name: HookName; priority: number })[];
  permissions?: readonly Permission[];
  /** The body of `index.js`, CommonJS. */
  code: string;
  timeout?: number;
};

/** Installs and loads a plugin over HTTP, with all it asks for granted. */
export async function install(
  member: TestMember,
  { id, hooks, permissions = ['files'], code, timeout }: TestPlugin,
): Promise<Static<typeof Plugin>> {
  const manifest = {
    id,
    name: `Test ${id}`,
    version: '1.0.0',
    description: 'A plugin that tests write for themselves.',
    author: 'A test',
    type: 'processor',
    category: 'file-processing',
    permissions,
    hooks,
    ...(timeout === undefined ? {} : { limits: { timeout } }),
  };
  const files = new Map([
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ['index.js', Buffer.from(code)],
  ]);
  const form = new FormData();
  form.set('plugin', new Blob([(await writeArchive(files)) as Uint8Array<ArrayBuffer>]), `${id}.zip`);
  form.set('grants', 'requested');
  form.set('autoLoad', 'true');
  // Most of them loop, or use what they did not ask for.
  form.set('acceptReview', 'true');
  const response = await member.fetch('/api/plugins/install', { method: 'POST', body: form });
  if (response.status !== 201 && response.status !== 202)
    throw new Error(`${response.status} ${await response.text()}`);
  // On a busy machine it goes on behind the answer.
  if (response.status === 202) await finished(member, response.headers.get('location') ?? '');
  return member.call(pluginRoutes.get, { params: { id } });
}

async function finished(member: TestMember, location: string): Promise<void> {
  for (;;) {
    const job = (await (await member.fetch(location)).json()) as Static<typeof Job>; // the reply was checked against its row
    if (job.state === 'done') return;
    if (job.state === 'failed') throw new Error(JSON.stringify(job.error));
    await wait(50);
  }
}

/** Says what it was given and what the first bytes are. */
export const reader: TestPlugin = {
  id: 'test-reader',
  hooks: ['file:process'],
  code: `exports.hooks = { 'file:process': async ({ file, options }, ctx) => {
    const head = await ctx.files.read(0, 4);
    return {
      metadata: { FileName: file.name, FileSize: file.size, MIMEType: file.type, Head: [...head].map((b) => b.toString(16).padStart(2, '0')).join(''), Options: options ?? null },
      findings: [{ severity: 'note', confidence: 1, title: 'The photo was read', explanation: '' }],
    };
  } };`,
};

/** Judges what the reader said. */
export const judge: TestPlugin = {
  id: 'test-judge',
  hooks: ['data:analyze'],
  permissions: ['analytics'],
  code: `exports.hooks = { 'data:analyze': async ({ metadata, findings }) => ({
    findings: [{ severity: 'strong', confidence: 0.5, title: 'It has ' + Object.keys(metadata).length + ' tags and ' + findings.length + ' findings', explanation: '' }],
  }) };`,
};

/** Never answers: its process is killed at the deadline. */
export const looper: TestPlugin = {
  id: 'test-looper',
  hooks: [{ name: 'file:process', priority: 1 }],
  timeout: 200,
  code: `exports.hooks = { 'file:process': () => { for (;;); } };`,
};

/** Adds files of several kinds. */
export const writer: TestPlugin = {
  id: 'test-writer',
  hooks: ['file:process'],
  code: `exports.hooks = { 'file:process': async (input, ctx) => {
    await ctx.files.write('note.html', '<script>alert(1)</script>');
    await ctx.files.write("pages/café; it's 1.txt", 'text');
    await ctx.files.write('copy.png', await ctx.files.read(0, ctx.files.size));
    return { metadata: { Wrote: 3 } };
  } };`,
};

export const exporter: TestPlugin = {
  id: 'test-exporter',
  hooks: ['export:generate'],
  code: `exports.hooks = { 'export:generate': async ({ report, format, options }, ctx) => {
    if (format === 'broken') { await ctx.files.write('half.json', '{'); throw new Error('no'); }
    if (format === 'nothing') return null;
    await ctx.files.write('report.json', JSON.stringify({ format, options: options ?? null, tags: Object.keys(report.metadata), photo: (await ctx.files.read(0, 2)).length }));
    return null;
  } };`,
};
