import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errors } from '@proofpix/contract/errors';
import { hooks } from '@proofpix/contract/hooks';
import { hostCalls } from '@proofpix/contract/host-calls';
import { permissions } from '@proofpix/contract/permissions';
import { allRoutes, routes } from '@proofpix/contract/routes';
import { sandboxLayerNames } from '@proofpix/contract/sandbox-layers';
import { rawRequest } from '../../../test/raw-request.ts';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { examples } from './docs/examples.ts';
import { generatedFiles } from './generated-files.ts';

const root = join(import.meta.dirname, '../../../..');
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const page = async (path: string) => (await fetch(server.url + path)).text();
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

test('the server says that it is alive, and for each part that it can work', async () => {
  expect(await server.call(routes.server.healthz)).toEqual({ ok: true });
  const ready = await server.call(routes.server.readyz);
  expect(ready).toMatchObject({ ready: true, version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  expect(ready.checks).toEqual({ database: { ok: true }, objects: { ok: true }, sandbox: { ok: true } });
});

test('the server says which layers its sandbox has on this machine, without naming its paths', async () => {
  const { sandbox } = await server.call(routes.server.readyz);
  expect(sandbox.map(({ layer }) => layer)).toEqual(sandboxLayerNames);
  for (const { layer, on, detail } of sandbox) {
    expect(detail, layer).toMatch(/^[A-Z].+\.$/);
    expect(detail, layer).not.toContain(process.cwd());
    if (!on) console.log(`The layer ${layer} is off here: ${detail}`);
  }
});

describe('OpenAPI', () => {
  type Operation = {
    operationId: string;
    security: unknown[];
    parameters?: { name: string; in: string }[];
    responses: Record<string, { $ref?: string; description?: string }>;
    'x-access': string;
    'x-plan': string;
  };
  type Document = {
    openapi: string;
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: object };
  };
  let document: Document;
  beforeAll(async () => {
    document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as Document; // checked below
  });

  test('describes every route of the contract with its access, plan and parameters, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(described.map(({ operation }) => operation.operationId).sort()).toEqual(
      allRoutes()
        .map(({ name }) => name)
        .sort(),
    );
    for (const { name, route } of allRoutes()) {
      const found = described.find(({ operation }) => operation.operationId === name);
      const expected = { access: route.access, plan: route.plan, secured: route.access !== 'public' };
      const { operation } = found ?? {};
      expect(
        { access: operation?.['x-access'], plan: operation?.['x-plan'], secured: operation?.security.length !== 0 },
        name,
      ).toEqual(expected);
      const inPath = (found?.path.match(/\{(\w+)\}/g) ?? []).map((part) => part.slice(1, -1));
      expect(
        operation?.parameters?.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name) ?? [],
      ).toEqual(inPath);
      for (const status of Object.keys(route.replies))
        expect(operation?.responses[status], `${name} ${status}`).toBeDefined();
    }
  });

  test('is whole: every reference leads somewhere, and names are readable', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/(\w+)\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(50);
    for (const [, kind, name] of references) {
      const components = document.components as Record<string, Record<string, unknown>>; // by kind, then name
      expect(components[kind ?? '']?.[name ?? ''], `${kind}/${name}`).toBeDefined();
    }
    for (const name of Object.keys(document.components.schemas)) expect(name).toMatch(/^[A-Z][A-Za-z]+$/);
    expect(JSON.stringify(document)).not.toContain('~kind');
  });
});

describe('the documentation', () => {
  test('shows every route with its access, its errors and an example', async () => {
    const text = await page('/docs');
    for (const { name, route } of allRoutes()) {
      const article = text.split(`<article id="${name}">`)[1]?.split('</article>')[0] ?? '';
      expect(article, name).toContain(`<code>${escaped(route.path)}</code>`);
      expect(article, name).toContain(escaped(route.summary));
      expect(article, name).toContain(`>${route.access}</a> · Plan: ${route.plan}`);
      expect(article, name).toContain('curl');
      for (const code of route.errors) expect(article, name).toContain(`/docs/errors#${code}`);
    }
    expect(Object.keys(examples).sort()).toEqual(
      allRoutes()
        .map(({ name }) => name)
        .sort(),
    );
  });

  test('has an anchor for every error, hook, permission and host call', async () => {
    const anchors: [string, object][] = [
      ['/docs/errors', errors],
      ['/docs/hooks', hooks],
      ['/docs/permissions', permissions],
      ['/docs/host-calls', hostCalls],
    ];
    for (const [path, table] of anchors) {
      const text = await page(path);
      for (const name of Object.keys(table)) expect(text, `${path}#${name}`).toContain(`id="${name}"`);
    }
  });

  test('is where a problem document says', async () => {
    const { json } = await rawRequest(server.url, { path: '/api/nothing' });
    expect(await page(String(json.type).split('#')[0] ?? '')).toContain(`id="${String(json.type).split('#')[1]}"`);
  });

  test('loads nothing from elsewhere, runs nothing, and its links lead somewhere', async () => {
    const paths = [
      '/docs',
      '/docs/errors',
      '/docs/access',
      '/docs/manifest',
      '/docs/permissions',
      '/docs/hooks',
      '/docs/host-calls',
    ];
    for (const path of paths) {
      const response = await fetch(server.url + path);
      expect(response.headers.get('content-security-policy'), path).toBe(
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      );
      const text = await response.text();
      expect(text, path).not.toMatch(/<script|\sstyle=|\son\w+=|(src|href)="https?:/);
      const anchors = new Set([...text.matchAll(/id="([^"]+)"/g)].map(([, id]) => id));
      expect(anchors.size, path).toBe([...text.matchAll(/\sid="/g)].length);
      for (const [, link] of text.matchAll(/href="(#[^"]+)"/g))
        expect(anchors.has(link?.slice(1)), `${path} ${link}`).toBe(true);
      for (const [, link] of text.matchAll(/href="(\/[^"#]*)"/g)) {
        if (link !== '/') expect((await fetch(server.url + link, { method: 'HEAD' })).status, link).toBe(200);
      }
    }
  });

  test('escapes what it is given', async () => {
    const { html } = await import('../../http/html.ts');
    expect(String(html`<p title="${'"><script>'}">${"<&'"}</p>`)).toBe(
      '<p title="&#34;&#62;&#60;script&#62;">&#60;&#38;&#39;</p>',
    );
  });
});

test('the generated files are what the contract says; run "npm run generate" when they are not', async () => {
  for (const [path, text] of generatedFiles()) {
    expect(await readFile(join(root, path), 'utf8').catch(() => 'missing'), path).toBe(text);
  }
  expect(await (await fetch(`${server.url}/api/manifest.schema.json`)).json()).toEqual(
    JSON.parse(generatedFiles().get('contract/manifest.schema.json') ?? ''),
  );
});
