import type { Plugin } from '@proofpix/contract/api/plugins';
import { writeArchive } from '@proofpix/pack/write-archive';
import type { TestMember } from '../../../../test/start-server.ts';

export type TestPlugin = {
  manifest?: Record<string, unknown>;
  /** The body of `module.exports = { … }`; one custom hook that answers when left out. */
  exports?: string;
  files?: Record<string, string | Uint8Array>;
};

/** The sample manifest of the design: it must install as it stands. */
export const sampleManifest = {
  id: 'unique-plugin-id',
  name: 'Plugin Name',
  version: '1.0.0',
  description: 'Plugin description',
  author: 'Author Name',
  main: 'index.js',
  type: 'processor',
  category: 'file-processing',
  permissions: ['http', 'crypto', 'storage', 'files', 'analytics', 'webhooks', 'oauth', 'security'],
  hooks: ['file:process', 'data:analyze', 'export:generate'],
  proofpixVersion: '>=1.0.0',
  nodeVersion: '>=16.0.0',
};

/** A package of a small plugin whose one custom hook is `<id>:ask`, with what is different about it. */
export async function packTestPlugin(plugin: TestPlugin = {}): Promise<Uint8Array> {
  const id = String(plugin.manifest?.id ?? 'test-plugin');
  const manifest = {
    id,
    name: 'Test plugin',
    version: '1.0.0',
    description: 'A plugin that a test has made.',
    author: 'A test',
    type: 'utility',
    category: 'other',
    hooks: [`${id}:ask`],
    customHooks: { [`${id}:ask`]: {} },
    ...plugin.manifest,
  };
  const code = `module.exports = { ${plugin.exports ?? `hooks: { '${id}:ask': async () => ({ answer: 42 }) }`} };`;
  const files: Record<string, string | Uint8Array> = {
    'manifest.json': JSON.stringify(manifest),
    'index.js': code,
    // Nothing is missing: what a scan finds is what a test puts in.
    'README.md': '# Test plugin\n\nDoes what the test wants that packs it.\n',
    LICENSE: 'As the project.\n',
    ...plugin.files,
  };
  const bytes = Object.entries(files).map(([path, content]) => [path, Buffer.from(content)] as const);
  return writeArchive(new Map(bytes));
}

/** The body of a plugin's only hook. */
export function asking(id: string, body: string): string {
  return `hooks: { '${id}:ask': async (input, ctx) => { ${body} } }`;
}

/** By somebody who looked at what was found: most test plugins loop, or use what they did not ask for. */
export async function upload(
  member: TestMember,
  archive: Uint8Array,
  fields: Record<string, string> = {},
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ acceptReview: 'true', ...fields })) form.set(name, value);
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  return member.fetch('/api/plugins/install', { method: 'POST', body: form });
}

/** How an install ended: at once, or as the job that a slow machine made of it. */
type Refused = { code: string; message: string; errors: { field: string; message: string }[] };
export type Ended = { plugin: Plugin } | Refused;

export async function ended(member: TestMember, response: Response): Promise<Ended> {
  const body = (await response.json()) as Plugin & Partial<Refused> & { title: string; detail?: string }; // by its status
  if (response.status !== 202) {
    const { code = '', title, detail, errors = [] } = body;
    return response.ok ? { plugin: body } : { code, message: `${title} ${detail ?? ''}`, errors };
  }
  const location = response.headers.get('location') ?? '';
  for (;;) {
    const job = (await (await member.fetch(location)).json()) as {
      state: string;
      result: Plugin;
      error: { code: string; message: string };
    }; // the row says so
    if (job.state === 'done') return { plugin: job.result };
    if (job.state === 'failed') return { errors: [], ...job.error };
  }
}

/** Installs and waits until it is done. */
export async function install(
  member: TestMember,
  plugin: TestPlugin,
  fields: Record<string, string> = { grants: 'requested', autoLoad: 'true' },
): Promise<Plugin> {
  const end = await ended(member, await upload(member, await packTestPlugin(plugin), fields));
  if ('plugin' in end) return end.plugin;
  throw new Error(`The install failed: ${JSON.stringify(end)}`);
}

export type HookAnswer = { plugin: string; ok: boolean; result?: unknown; error?: { code: string; message: string } };

export async function ask(
  member: TestMember,
  hook: string,
  data: object = {},
  more: object = {},
): Promise<HookAnswer[]> {
  const response = await sendJson(member, `/api/plugins/hooks/${hook}`, 'POST', { data, ...more });
  if (!response.ok) throw new Error(`The hook answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { results: HookAnswer[] }).results; // the row says so
}

export async function sendJson(member: TestMember, path: string, method: string, body?: unknown): Promise<Response> {
  return member.fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

/** The status and the code of a refused request. */
export async function problemOf(response: Response) {
  const document = (await response.json()) as {
    code: string;
    detail?: string;
    errors?: { field: string; message: string }[];
  }; // RFC 9457
  return { status: response.status, code: document.code, errors: document.errors ?? [] };
}
