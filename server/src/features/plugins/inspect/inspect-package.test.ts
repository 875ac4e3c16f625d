import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PackageInspection } from '@proofpix/contract/inspection';
import { routes } from '@proofpix/contract/routes';
import { writeArchive } from '@proofpix/pack/write-archive';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { install, packTestPlugin, problemOf, type TestPlugin } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z" fill="#246"/></svg>';

/** Signature and header of a PNG that claims to be so large; nobody looks further. */
function png(side: number): Uint8Array {
  const bytes = Buffer.alloc(64);
  bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.writeUInt32BE(13, 8);
  bytes.write('IHDR', 12);
  bytes.writeUInt32BE(side, 16);
  bytes.writeUInt32BE(side, 20);
  return bytes;
}

function send(member: TestMember, archive: Uint8Array): Promise<Response> {
  const form = new FormData();
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  return member.fetch('/api/plugins/inspect', { method: 'POST', body: form });
}

async function inspect(member: TestMember, plugin: TestPlugin): Promise<PackageInspection> {
  const response = await send(member, await packTestPlugin(plugin));
  expect(response.status).toBe(200);
  return (await response.json()) as PackageInspection; // checked against its row
}

describe('an inspection', () => {
  test('says what installing would mean and leaves nothing behind', async () => {
    const { owner } = await server.createOrganisation();
    const manifest = {
      id: 'looks-around',
      permissions: ['files', 'http', 'storage'],
      permissionReasons: { http: 'Asks whether a certificate was withdrawn.' },
      hosts: ['trust.example.org'],
      hooks: ['file:process', 'looks-around:ask'],
      customHooks: { 'looks-around:ask': { permission: 'storage' } },
      pluginDependencies: { 'exif-reader': '^1.0.0' },
    };
    const found = await inspect(owner, { manifest, files: { 'README.md': '# Looks around', 'icon.svg': svg } });
    expect(found).toMatchObject({
      id: 'looks-around',
      step: 'new',
      installed: null,
      obstacle: null,
      readme: '# Looks around',
      files: 5,
      hosts: [{ host: 'trust.example.org', isNew: true }],
      dependencies: [{ plugin: 'exif-reader', range: '^1.0.0', installed: null }],
      icon: { type: 'image/svg+xml', data: Buffer.from(svg).toString('base64') },
    });
    expect(found.permissions).toEqual([
      { permission: 'files', reason: null, hooks: ['file:process'], decision: 'pending', isNew: true },
      {
        permission: 'http',
        reason: 'Asks whether a certificate was withdrawn.',
        hooks: [],
        decision: 'pending',
        isNew: true,
      },
      { permission: 'storage', reason: null, hooks: ['looks-around:ask'], decision: 'pending', isNew: true },
    ]);
    expect((await owner.call(routes.plugins.list)).items).toEqual([]);
  });

  test('of an update says what is new: a permission, and a host under a permission that was granted', async () => {
    const { owner } = await server.createOrganisation();
    const manifest = { id: 'grows', permissions: ['http'], hosts: ['a.example.org'] };
    const before = await install(owner, { manifest });
    const more = { version: '1.1.0', permissions: ['http', 'crypto'], hosts: ['a.example.org', 'b.example.org'] };
    const found = await inspect(owner, { manifest: { ...manifest, ...more } });
    expect(found).toMatchObject({
      step: 'upgrade',
      installed: { version: '1.0.0', digest: before.digest, isSamePackage: false },
      hosts: [
        { host: 'a.example.org', isNew: false },
        { host: 'b.example.org', isNew: true },
      ],
      permissions: [
        { permission: 'http', decision: 'granted', isNew: true },
        { permission: 'crypto', decision: 'pending', isNew: true },
      ],
    });
    expect(await inspect(owner, { manifest: { ...manifest, version: '0.9.0' } })).toMatchObject({
      step: 'downgrade',
      permissions: [{ permission: 'http', isNew: false }],
    });
    expect(await inspect(owner, { manifest })).toMatchObject({ step: 'same', installed: { isSamePackage: true } });
    const other = { manifest, exports: 'hooks: {}' };
    expect(await inspect(owner, other)).toMatchObject({ step: 'same', obstacle: { code: 'version_changed' } });
  });

  test('of a release of the marketplace says the same, and that an upload of its id is in the way', async () => {
    const { owner } = await server.createOrganisation();
    const body = { publisher: 'proofpix', pluginId: 'exif-reader' };
    const found = await owner.call(routes.plugins.inspect, { body });
    expect(found).toMatchObject({ id: 'exif-reader', step: 'new', obstacle: null });
    await install(owner, { manifest: { id: 'exif-reader' } });
    expect(await owner.call(routes.plugins.inspect, { body })).toMatchObject({ obstacle: { code: 'plugin_id_taken' } });
    const missing = { body: { publisher: 'proofpix', pluginId: 'no-such-plugin' } };
    await expect(owner.call(routes.plugins.inspect, missing)).rejects.toMatchObject({ code: 'release_not_found' });
  });

  test('names every field of a manifest that is refused, and the file of an archive that is', async () => {
    const { owner } = await server.createOrganisation();
    const broken = await packTestPlugin({
      manifest: { version: 'one', permissions: ['everything'], permissionReasons: { files: 'Never asked for' } },
    });
    const { status, code, errors } = await problemOf(await send(owner, broken));
    expect([status, code]).toEqual([422, 'manifest_invalid']);
    expect(errors.map(({ field }) => field).sort()).toEqual(['/permissions/0', '/version']);
    const unasked = await packTestPlugin({ manifest: { permissionReasons: { files: 'Never asked for' } } });
    expect(await problemOf(await send(owner, unasked))).toMatchObject({
      errors: [{ field: '/permissionReasons/files', message: 'is not a permission that it asks for' }],
    });
    expect(await problemOf(await send(owner, Buffer.from('no archive')))).toMatchObject({
      code: 'package_not_archive',
    });
    const huge = await packTestPlugin({ files: { 'icon.png': Buffer.alloc(600_000, 1) } });
    const refused = (await (await send(owner, huge)).json()) as { code: string; detail: string }; // RFC 9457
    expect(refused).toMatchObject({ code: 'package_refused', detail: '"icon.png" is over 512 kB.' });
    const empty = await writeArchive(new Map([['index.js', Buffer.from('')]]));
    expect(await problemOf(await send(owner, empty))).toMatchObject({ code: 'manifest_missing' });
  });
});

describe('the icon of a plugin', () => {
  const get = (member: TestMember, id: string) => member.fetch(`/api/plugins/${id}/icon`);

  test('comes as a picture that browsers run nothing of, and changes with the version', async () => {
    const { owner } = await server.createOrganisation();
    const first = await install(owner, { manifest: { id: 'drawn' }, files: { 'icon.svg': svg } });
    const response = await get(owner, 'drawn');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect(await response.text()).toBe(svg);
    expect(first.icon).toMatch(/^[0-9a-f]{16}$/);
    const second = await install(owner, {
      manifest: { id: 'drawn', version: '1.1.0' },
      files: { 'icon.png': png(256) },
    });
    expect(second.icon).not.toBe(first.icon);
    expect((await get(owner, 'drawn')).headers.get('content-type')).toBe('image/png');
    const without = await install(owner, { manifest: { id: 'drawn', version: '1.2.0' } });
    expect(without.icon).toBeNull();
    expect((await get(owner, 'drawn')).status).toBe(404);
  });

  test('is of its organisation alone', async () => {
    const [mine, other] = await Promise.all([server.createOrganisation(), server.createOrganisation()]);
    await install(mine.owner, { manifest: { id: 'drawn' }, files: { 'icon.svg': svg } });
    expect(await problemOf(await get(other.owner, 'drawn'))).toMatchObject({ code: 'plugin_not_found' });
  });

  const hostile: [string, string | Uint8Array][] = [
    ['a script', svg.replace('<path', '<script>alert(1)</script><path')],
    ['a script under a prefix', svg.replace('<path', '<s:script xmlns:s="http://www.w3.org/2000/svg"/><path')],
    ['an event', svg.replace('<path', '<path onload="alert(1)"')],
    ['HTML inside', svg.replace('<path', '<foreignObject><b/></foreignObject><path')],
    ['another file', svg.replace('<path', '<image href="https://tracker.example/"/><path')],
    ['a style that loads', svg.replace('fill="#246"', 'style="fill:url(https://tracker.example/)"')],
    ['entities that grow', `<!DOCTYPE svg [<!ENTITY a "aaaaaaaa">]>${svg}`],
    ['copies of copies', svg.replace('<path', '<use href="#a"/><path')],
    ['an encoding that hides them', `<?xml version="1.0" encoding="utf-7"?>${svg}`],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x3c, 0x00])],
    ['more text than an icon needs', svg.replace('<path', `<path d="M0 0${'h1'.repeat(40_000)}"/><path`)],
  ];
  test.each(hostile)('is not shown with %s', async (_what, content) => {
    const { owner } = await server.createOrganisation();
    const found = await inspect(owner, { files: { 'icon.svg': content } });
    expect(found.icon).toBeNull();
  });

  test('is not shown when it claims to be larger than any icon', async () => {
    const { owner } = await server.createOrganisation();
    expect((await inspect(owner, { files: { 'icon.png': png(30_000) } })).icon).toBeNull();
    expect((await inspect(owner, { files: { 'icon.png': 'no picture' } })).icon).toBeNull();
    expect((await inspect(owner, { files: { 'icon.png': png(512) } })).icon).not.toBeNull();
  });
});
