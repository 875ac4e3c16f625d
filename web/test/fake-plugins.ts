import type { IncomingMessage } from 'node:http';
import { Problem } from '@proofpix/contract/errors';
import type { PackageInspection, PluginFootprint } from '@proofpix/contract/inspection';
import { validateConfig, type ConfigSchema } from '@proofpix/contract/config-schema';
import type { PluginVulnerabilities } from '@proofpix/contract/dependencies';
import { foundOf, plugin } from './fake-data.ts';
import { restorePoints, updatesReply } from './fake-policies.ts';
import { installedScan, scanOf } from './fake-scan.ts';

type FakePlugin = ReturnType<typeof plugin> & { state: string };
type Decision = 'granted' | 'refused' | 'pending';

/** Pages of the installed plugins: what their routes answer, and what was sent to them. */
export type FakePlugins = {
  /** Answers a request that it knows; null for the others. */
  answer: (request: IncomingMessage, path: string, body: Buffer) => unknown;
  sent: { name: string; body: unknown }[];
  /** What inspecting an upload answers, or the problem it is refused with. */
  inspection: PackageInspection | Problem;
  config: Record<string, unknown>;
  vulnerabilities: PluginVulnerabilities;
  logs: { id: string; level: string; message: string; at: string }[];
};

const hours = 24;
const hook = 'file:process';

const configSchema: ConfigSchema = {
  type: 'object',
  required: ['country'],
  properties: {
    country: { type: 'string', title: 'Country', minLength: 2, maxLength: 2, description: 'Two letters.' },
    limit: { type: 'integer', title: 'Most photos', minimum: 1, maximum: 100, default: 20 },
    strict: { type: 'boolean', title: 'Strict' },
    mode: { type: 'string', title: 'Mode', enum: ['fast', 'thorough'] },
    hosts: { type: 'array', title: 'Hosts', items: { type: 'string', minLength: 3 }, maxItems: 3 },
    area: {
      type: 'object',
      title: 'Area',
      properties: { north: { type: 'number', title: 'North' }, south: { type: 'number', title: 'South' } },
    },
    key: { type: 'string', title: 'Access key', writeOnly: true, minLength: 4 },
  },
};

export function inspectionReply(change: Partial<PackageInspection> = {}): PackageInspection {
  const permission = (name: 'files' | 'crypto' | 'http' | 'storage', reason: string | null, hooks: string[]) => ({
    permission: name,
    reason,
    hooks,
    decision: 'pending' as Decision,
    isNew: true,
  });
  return {
    id: 'content-credentials-2',
    name: 'Content Credentials',
    version: '2.3.1',
    description: 'Checks C2PA manifests.',
    author: 'Ledgerline',
    type: 'analyzer',
    category: 'security',
    license: 'Apache-2.0',
    homepage: null,
    manifest: {},
    digest: 'c90a1be46d0293ff'.repeat(4),
    archiveDigest: 'ab'.repeat(32),
    archiveSize: 120_000,
    size: 412_000,
    files: 7,
    readme: '# Content Credentials',
    icon: null,
    permissions: [
      permission('files', 'Needed to find and check the manifest in the file.', [hook]),
      permission('crypto', null, []),
      permission('http', 'Asks whether a signing certificate was withdrawn. The photo is not sent.', []),
      permission('storage', null, []),
    ],
    hosts: [{ host: 'trust.c2pa.example', isNew: true }],
    hooks: [hook],
    dependencies: [],
    scan: scanOf('pass'),
    vulnerabilities: {
      state: 'unknown',
      reason: 'No source of advisories is set.',
      source: null,
      components: 3,
    },
    warnings: [],
    signature: { state: 'unsigned', publisher: null, keyIds: [], signedAt: null, countersigned: null },
    step: 'new',
    installed: null,
    obstacle: null,
    ...change,
  };
}

/** `others` have pages, and stand in no list. */
export function fakePlugins(installed: () => unknown[], others: () => unknown[]): FakePlugins {
  let order: string[] | null = null;
  const all = () => installed() as FakePlugin[]; // as fake-data makes them
  const state: FakePlugins = {
    sent: [],
    inspection: inspectionReply(),
    config: { country: 'NO', limit: 20 },
    vulnerabilities,
    logs: ['debug', 'info', 'warn', 'error'].map((level, index) => ({
      id: `line ${index}`,
      level,
      message: `a line of ${level}`,
      at: new Date(Date.now() - index * 60_000).toISOString(),
    })),
    answer(request, path, body) {
      const name = `${request.method} ${path}`;
      const json = () => JSON.parse(body.toString()) as never; // each route knows what its page sends
      const known = [...all(), ...(others() as FakePlugin[])].find(
        ({ id }) => path.startsWith(`/api/plugins/${id}`) && /^(\/|$)/.test(path.slice(13 + id.length)),
      );
      if (request.method !== 'GET') state.sent.push({ name, body: sentBody(request, body) });
      if (name === 'GET /api/activity') return { from: hourAt(0), items: all().map(activityOf) };
      if (name === 'POST /api/plugins/inspect') {
        if (state.inspection instanceof Problem) throw state.inspection;
        return state.inspection;
      }
      if (name === 'POST /api/plugins/install') {
        const found = inspectionReply();
        const added = { ...plugin({ id: found.id, name: found.name, hooks: found.hooks }), state: 'unloaded' };
        all().push(added);
        return added;
      }
      if (name === 'GET /api/plugins/marketplace/search') return marketplaceReply();
      if (name === 'GET /api/hooks') return hooksReply(all(), order);
      if (request.method === 'PUT' && path === `/api/hooks/${encodeURIComponent(hook)}/order`) {
        order = (json() as { order: string[] | null }).order;
        return { order: placesOf(all(), order) };
      }
      if (known === undefined) return null;
      const rest = path.slice(`/api/plugins/${known.id}`.length);
      return ofOne(known, request.method ?? 'GET', rest, json);
    },
  };

  function ofOne(known: FakePlugin, method: string, rest: string, json: () => never): unknown {
    if (method === 'GET' && rest === '') return { ...known, manifest: {}, readme: readme, limits: [] };
    if (method === 'DELETE') {
      all().splice(all().indexOf(known), 1);
      return undefined;
    }
    if (rest === '/activity') return { ...activityOf(known), hours: hourly() };
    if (rest === '/events')
      return pageOf([event('plugin:loaded', {}), event('plugin:died', { detail: 'Stopped after 10 s.' })]);
    if (rest === '/logs') return pageOf(state.logs);
    if (rest === '/scan') return installedScan;
    if (rest === '/updates') return updatesReply;
    if (rest === '/restore-points') return { items: restorePoints };
    if (rest === '/rollback') return known;
    if (rest === '/footprint') return footprint;
    if (rest === '/vulnerabilities') return state.vulnerabilities;
    if (rest === '/load' || rest === '/unload') {
      known.state = rest === '/load' ? 'loaded' : 'unloaded';
      return known;
    }
    if (rest === '/grants') {
      const { grants, refused } = json() as { grants: string[]; refused: string[] };
      for (const each of known.permissions) {
        each.decision = grants.includes(each.permission)
          ? 'granted'
          : refused.includes(each.permission)
            ? 'refused'
            : 'pending';
      }
      return known;
    }
    if (rest === '/config' && method === 'GET') return configReply();
    if (rest === '/config') {
      const { config } = json() as { config: Record<string, unknown> };
      const { key: _secret, ...shown } = config;
      const wrong = validateConfig(configSchema, config);
      if (config.country === 'XX') wrong.push({ field: '/country', message: 'is no country' });
      if (wrong.length > 0) throw new Problem('config_invalid', undefined, wrong);
      state.config = shown;
      return configReply();
    }
    return null;
  }

  function configReply() {
    return { config: state.config, schema: configSchema, secretsSet: ['/key'], updatedAt: '2026-11-03T09:00:00.000Z' };
  }
  return state;
}

function sentBody(request: IncomingMessage, body: Buffer): unknown {
  const text = body.toString('latin1');
  if (!(request.headers['content-type'] ?? '').startsWith('multipart/')) return text === '' ? null : JSON.parse(text);
  // The text fields of a form; files are left out.
  return Object.fromEntries(
    [...text.matchAll(/name="(\w+)"\r\n\r\n(.*?)\r\n--/gs)].map(([, field, value]) => [field ?? '', value ?? '']),
  );
}

const readme = `# Reads photos

A list:

- one
- two [link](https://example.org/docs)

<script>alert(1)</script> ![pixel](https://tracker.example/pixel.png) [bad](javascript:alert(1))

| a | b |
|---|---|
| 1 | 2 |
`;

function hourAt(index: number): string {
  const now = Math.floor(Date.now() / 3_600_000);
  return new Date((now - (hours - 1 - index)) * 3_600_000).toISOString();
}

function activityOf({ id }: { id: string }, index = 1) {
  const quiet = index === 2;
  const callsByHour = Array.from({ length: hours }, (_, hour) => (quiet ? 0 : 20 + ((hour * 37) % 180)));
  const errorsByHour = callsByHour.map((calls, hour) => (index === 1 && hour === 20 ? Math.min(calls, 42) : 0));
  const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);
  return {
    plugin: id,
    calls: sum(callsByHour),
    errors: sum(errorsByHour),
    p95Milliseconds: quiet ? null : 412,
    running: !quiet,
    memoryBytes: quiet ? null : 88 * 1024 * 1024,
    callsByHour,
    errorsByHour,
  };
}

function hourly() {
  return Array.from({ length: hours }, (_, index) => ({
    hour: hourAt(index),
    calls: 100 + index * 5,
    errors: index === 20 ? 3 : 0,
    p95Milliseconds: 400,
  }));
}

function event(type: string, detail: Record<string, string>) {
  return { id: type, type, detail: { version: '1.4.0', ...detail }, actor: null, at: new Date().toISOString() };
}

const vulnerabilities: PluginVulnerabilities = {
  state: 'none_known',
  reason: null,
  source: 'https://api.osv.dev',
  auditedAt: '2026-11-03T09:00:00.000Z',
  digest: 'ab'.repeat(32),
  components: [
    {
      name: 'exifreader',
      version: '4.46.0',
      purl: 'pkg:npm/exifreader@4.46.0',
      license: 'MPL-2.0',
      confidence: 1,
      seen: ['declared', 'notices'],
      state: 'not_affected',
      reason: null,
      advisories: [],
    },
  ],
  gaps: [],
};

const footprint: PluginFootprint = {
  storedKeys: 12,
  storedBytes: 5 * 1024 * 1024,
  settings: 2,
  secrets: 1,
  logLines: 240,
  daysOfFigures: 9,
  hooks: [],
  dependents: [{ plugin: 'exif-reader', name: 'EXIF reader', range: '^1.0.0' }],
};

function placesOf(plugins: readonly FakePlugin[], order: string[] | null) {
  const implementing = plugins.filter(({ hooks }) => hooks.some((each) => each.hook === hook));
  const sorted =
    order === null ? implementing : order.flatMap((id) => implementing.find((each) => each.id === id) ?? []);
  return sorted.map(({ id, name, version, state }, index) => ({
    plugin: id,
    name,
    version,
    loaded: state === 'loaded',
    priority: (index + 1) * 10,
    changed: order !== null,
  }));
}

function hooksReply(plugins: readonly FakePlugin[], order: string[] | null) {
  const places = placesOf(plugins, order);
  return {
    items: [
      {
        name: hook,
        summary: 'Reads a photo.',
        permission: 'files',
        custom: false,
        input: {},
        output: {},
        implementers: places
          .filter(({ loaded }) => loaded)
          .map(({ plugin: id, version, priority }) => ({ plugin: id, version, priority })),
        order: places,
      },
    ],
  };
}

function marketplaceReply() {
  const listing = {
    source: 'bundled',
    publisher: 'proofpix',
    pluginId: 'gps-redactor',
    name: 'GPS redactor',
    version: '1.0.0',
    description: 'Takes every position out of a photo.',
    type: 'processor',
    category: 'file-processing',
    permissions: ['files'],
    hosts: [],
    keywords: [],
    license: 'Apache-2.0',
    featured: true,
    downloads: 3,
    usedBy: 0,
    trending: false,
    verdict: null,
    listedAt: '2026-11-03T09:00:00.000Z',
    installed: false,
  };
  return foundOf([listing, { ...listing, pluginId: 'exif-reader', name: 'EXIF reader', installed: true }]);
}

function pageOf(items: readonly unknown[]) {
  return { items, nextCursor: null, total: items.length, totalIsLowerBound: false };
}
