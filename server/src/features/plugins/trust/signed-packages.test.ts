import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ruleSetVersion } from '@proofpix/contract/scan';
import { organisationRoutes } from '@proofpix/contract/api/accounts';
import { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import { pluginViewRoutes } from '@proofpix/contract/api/plugin-views';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { trustRoutes } from '@proofpix/contract/api/trust';
import { makeSigningKey, type SigningKey } from '@proofpix/signatures/keys';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { addPublisher, installSigned, signTestPlugin, type Signed } from '../test/sign-packages.ts';
import { ended, install, packTestPlugin, upload } from '../test/test-plugins.ts';

let server: TestServer;
let acme: SigningKey;
let other: SigningKey;
beforeAll(async () => {
  server = await startServer();
  acme = await addPublisher(server, 'acme');
  other = await addPublisher(server, 'other-labs');
});
afterAll(() => server.stop());

const signed = (id: string, version = '1.0.0', key = acme, publisher = 'acme') =>
  signTestPlugin({ manifest: { id, version } }, publisher, key);

/** The code and the detail of a refusal. */
async function refusal(member: TestMember, archive: Uint8Array, signature: string): Promise<[string, string]> {
  const response = await upload(member, archive, { signature });
  const { code, detail = '' } = (await response.json()) as { code: string; detail?: string }; // a problem document
  return [code, detail];
}

describe('an installation', () => {
  test('says who signed its package, by which key and when', async () => {
    const { owner } = await server.createOrganisation();
    const one = await signed('signed-well');
    const end = await installSigned(owner, one);
    expect(end).toMatchObject({
      plugin: {
        signature: { state: 'signed', publisher: 'acme', keyIds: [acme.id], countersigned: null },
        killed: null,
      },
    });
    const params = { id: 'signed-well' };
    expect((await owner.call(pluginRoutes.get, { params })).signature.state).toBe('signed');
    // What proves it can be had, and is what was given.
    expect(await owner.call(pluginViewRoutes.signature, { params })).toEqual(JSON.parse(one.signature));
    const { owner: stranger } = await server.createOrganisation();
    await expect(stranger.call(pluginViewRoutes.signature, { params })).rejects.toThrow('no such plugin');
  });

  test('without a signature is marked, and so is what came with the server', async () => {
    const { owner } = await server.createOrganisation();
    expect((await install(owner, { manifest: { id: 'unsigned' } })).signature).toMatchObject({
      state: 'unsigned',
      publisher: null,
    });
    const { items } = await owner.call(marketplaceRoutes.featured);
    const { publisher = '', pluginId = '' } = items[0] ?? {};
    const reply = await owner.call(pluginRoutes.install, { body: { publisher, pluginId } });
    if (!('kind' in reply)) expect(reply.signature).toMatchObject({ state: 'bundled', publisher: 'proofpix' });
  });

  test('gets its signature when the same package comes again with one', async () => {
    const { owner } = await server.createOrganisation();
    const { archive, signature } = await signed('signed-later');
    await ended(owner, await upload(owner, archive));
    expect(await installSigned(owner, { archive, signature })).toMatchObject({
      plugin: { signature: { state: 'signed' } },
    });
  });

  test('is not replaced by a package that nobody, or somebody else, signed', async () => {
    const { owner } = await server.createOrganisation();
    await installSigned(owner, await signed('kept-by-acme'));
    const update = { manifest: { id: 'kept-by-acme', version: '1.1.0' } };
    const unsigned = await packTestPlugin(update);
    expect(await ended(owner, await upload(owner, unsigned))).toMatchObject({ code: 'plugin_id_taken' });
    expect(await ended(owner, await upload(owner, unsigned, { development: 'true' }))).toMatchObject({
      code: 'plugin_id_taken',
    });
    const theirs = await signed('kept-by-acme', '1.1.0', other, 'other-labs');
    expect(await refusal(owner, theirs.archive, theirs.signature)).toEqual([
      'plugin_id_taken',
      'It was signed by acme, and this package by other-labs.',
    ]);
    expect(await installSigned(owner, await signed('kept-by-acme', '1.1.0'))).toMatchObject({
      plugin: { version: '1.1.0', signature: { state: 'signed' } },
    });
  });
});

describe('a signature that is wrong is refused with the reason, and nothing is installed', () => {
  let member: TestMember;
  let one: Signed;
  beforeAll(async () => {
    ({ owner: member } = await server.createOrganisation());
    one = await signed('refused');
  });

  test('of another package, version or plugin', async () => {
    for (const wrong of [
      await signTestPlugin({ manifest: { id: 'refused' }, exports: 'hooks: {}' }, 'acme', acme),
      await signed('refused', '1.0.1'),
      await signed('refused-too'),
    ]) {
      const [code, detail] = await refusal(member, one.archive, wrong.signature);
      expect(code).toBe('signature_invalid');
      expect(detail).toContain('The signature is for another package. It is for ');
    }
  });

  test('by a key that this server does not know, in the name of another, or revoked', async () => {
    const unknown = await signed('refused', '1.0.0', makeSigningKey().key);
    expect(await refusal(member, unknown.archive, unknown.signature)).toEqual([
      'signature_invalid',
      expect.stringContaining('The key that signed is not one that is trusted.'),
    ]);
    const borrowed = await signed('refused', '1.0.0', other);
    expect(await refusal(member, borrowed.archive, borrowed.signature)).toEqual([
      'signature_invalid',
      expect.stringContaining('is of "other-labs"'),
    ]);
    const stolen = await addPublisher(server, 'careless');
    const theirs = await signed('refused', '1.0.0', stolen, 'careless');
    const body = { reason: 'It was on a lost disk', from: '2026-06-01T00:00:00Z' };
    await server.call(trustRoutes.revokeKey, { params: { keyId: stolen.id }, body });
    expect(await refusal(member, theirs.archive, theirs.signature)).toEqual([
      'signature_invalid',
      expect.stringContaining('from 2026-06-01T00:00:00.000Z: It was on a lost disk.'),
    ]);
  });

  test('with a byte flipped, of another type, or no signature at all', async () => {
    const value = JSON.parse(one.signature) as { publisher: { payload: string; signatures: { sig: string }[] } }; // our own
    const flip = (text: string) => `${text[0] === 'A' ? 'B' : 'A'}${text.slice(1)}`;
    const { payload, signatures } = value.publisher;
    const envelope = (change: object) => JSON.stringify({ ...value, publisher: { ...value.publisher, ...change } });
    for (const [text, says] of [
      [envelope({ payload: flip(payload) }), 'does not fit'],
      [envelope({ signatures: [{ ...signatures[0], sig: flip(signatures[0]?.sig ?? '') }] }), 'does not fit'],
      [envelope({ payloadType: 'application/json' }), 'over something else'],
      [one.signature.replace('{', '{"publisher":null,'), 'twice'],
      ['{}', 'cannot be read'],
      [' '.repeat(100_000), 'over 64 kB'],
    ] as const) {
      const [code, detail] = await refusal(member, one.archive, text);
      expect([code, detail]).toEqual(['signature_invalid', expect.stringContaining(says)]);
    }
  });

  test('afterwards there is nothing', async () => {
    expect((await member.call(pluginRoutes.list)).items).toEqual([]);
  });
});

describe('the rules of an organisation', () => {
  test('can refuse what is not signed, for the installs that come', async () => {
    const { owner, signIn } = await server.createOrganisation();
    const analyst = await signIn('analyst');
    expect(await analyst.call(organisationRoutes.getPackageRules)).toEqual({ unsignedPackages: 'allow' });
    await install(owner, { manifest: { id: 'there-before' } });
    const body = { unsignedPackages: 'refuse' } as const;
    expect(await owner.call(organisationRoutes.putPackageRules, { body })).toEqual(body);
    expect(
      await ended(owner, await upload(owner, await packTestPlugin({ manifest: { id: 'no-more' } }))),
    ).toMatchObject({
      code: 'signature_required',
    });
    expect(await installSigned(owner, await signed('signed-is-fine'))).toMatchObject({ plugin: { state: 'unloaded' } });
    expect((await owner.call(pluginRoutes.list)).total).toBe(2);
    // Another organisation decides for itself.
    const { owner: stranger } = await server.createOrganisation();
    expect(await stranger.call(organisationRoutes.getPackageRules)).toEqual({ unsignedPackages: 'allow' });
  });
});

describe("the marketplace's countersignature", () => {
  async function countersign(archive: Uint8Array, fields: Record<string, string>): Promise<Response> {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.set(name, value);
    form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
    return server.owner.fetch('/api/trust/countersign', { method: 'POST', body: form });
  }

  test('stands beside that of the publisher, with verdict and rules', async () => {
    const { owner } = await server.createOrganisation();
    const { archive, signature } = await signed('reviewed');
    const both = await (await countersign(archive, { signature, verdict: 'accepted' })).text();
    const { serverKey } = await server.call(trustRoutes.state);
    expect(await installSigned(owner, { archive, signature: both })).toMatchObject({
      plugin: {
        signature: {
          state: 'signed',
          countersigned: {
            keyIds: [serverKey.keyId],
            verdict: 'accepted',
            ruleSet: `${ruleSetVersion}`,
          },
        },
      },
    });
  });

  test('marks what a verified account uploaded without a key', async () => {
    const { owner } = await server.createOrganisation();
    const archive = await packTestPlugin({ manifest: { id: 'from-the-web' } });
    const file = await (await countersign(archive, { publisher: 'harbour-labs', verdict: 'accepted' })).text();
    expect(await installSigned(owner, { archive, signature: file })).toMatchObject({
      plugin: { signature: { state: 'account', publisher: 'harbour-labs', keyIds: [] } },
    });
  });

  test('that rejects keeps the package out', async () => {
    const { owner } = await server.createOrganisation();
    const { archive, signature } = await signed('rejected');
    const both = await (await countersign(archive, { signature, verdict: 'rejected' })).text();
    expect(await refusal(owner, archive, both)).toEqual([
      'signature_invalid',
      expect.stringContaining('The marketplace rejected this package.'),
    ]);
  });

  test('is not given for a signature that is wrong, nor without a verdict or a publisher', async () => {
    const { archive } = await signed('to-be-reviewed');
    const { signature } = await signed('another-package');
    const code = async (fields: Record<string, string>) =>
      ((await (await countersign(archive, fields)).json()) as { code: string }).code; // a problem document
    expect(await code({ signature, verdict: 'accepted' })).toBe('signature_invalid');
    expect(await code({ publisher: 'acme', verdict: 'perhaps' })).toBe('invalid_request');
    expect(await code({ verdict: 'accepted' })).toBe('invalid_request');
    expect(await code({ publisher: '../acme', verdict: 'accepted' })).toBe('invalid_request');
  });
});
