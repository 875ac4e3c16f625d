import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { insertRating } from '../../../test/rating-fixtures.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { composeMail } from '../mail/compose-mail.ts';
import { ended, packTestPlugin } from '../plugins/test/test-plugins.ts';
import { textsInMail } from '../privacy/erasure/search-bytes.ts';
import { makePublisher, makeReviewer, publish } from '../submissions/test/publishing.ts';

let server: TestServer;
let reviewer: TestMember;
let maker: TestMember;
let user: TestOrganisation;
let admin: TestMember;
let bystander: TestMember;
let publisher: string;
beforeAll(async () => {
  server = await startServer();
  reviewer = await makeReviewer(server);
  maker = (await server.createOrganisation()).owner;
  user = await server.createOrganisation();
  admin = await user.signIn('admin');
  bystander = (await server.createOrganisation()).owner;
  publisher = await makePublisher(maker, 'quay-optics');
});
afterAll(() => server?.stop());

/** Released, and installed by the organisation that uses it. */
async function used(plugin: string) {
  await publish({ owner: maker, reviewer }, publisher, { manifest: { id: plugin } });
  const install = await user.owner.fetch('/api/plugins/install', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ publisher, pluginId: plugin, version: '1.0.0', grants: 'requested', autoLoad: true }),
  });
  expect(await ended(user.owner, install)).toMatchObject({ plugin: { state: 'loaded' } });
  return { publisher, plugin, version: '1.0.0' };
}

async function noticesOf(member: TestMember, plugin: string) {
  const { items } = await member.call(routes.takedowns.list, { query: { limit: 100 } });
  return items.filter((notice) => notice.plugin === plugin);
}

/** To whom mails went that say this, once there is nothing left to mail. */
async function mailedTo(words: string): Promise<string[]> {
  await expect
    .poll(
      () =>
        asSystem(server.db, 'takedowns', async (tx) => {
          const left = await tx.selectFrom('takedown_notices').select('id').where('mailed_at', 'is', null).execute();
          const unsent = await tx.selectFrom('mails').select('id').execute();
          return left.length + unsent.length;
        }),
      { timeout: 60_000 },
    )
    .toBe(0);
  const folder = join(server.dataDir, 'outbox');
  const found: string[] = [];
  for (const name of await readdir(folder)) {
    const texts = [...textsInMail(await readFile(join(folder, name)))];
    if (texts.some((text) => text.replaceAll(/\s+/g, ' ').includes(words)))
      found.push(/^To: (.+)$/m.exec(texts[0] ?? '')?.[1] ?? '');
  }
  return found.toSorted();
}

describe('a yank', () => {
  test('is told with its reason to those who have the version and to the publisher, once, in the app and by mail', async () => {
    const params = await used('tide-reader');
    const yank = (reason: string | null) => maker.call(routes.marketplace.yank, { params, body: { reason } });
    await yank('It misreads low tides');
    await yank('It misreads low tides, still');
    expect(await noticesOf(user.owner, 'tide-reader')).toMatchObject([
      { act: 'yank', side: 'user', publisher, version: '1.0.0', reason: 'It misreads low tides' },
    ]);
    expect(await noticesOf(maker, 'tide-reader')).toMatchObject([{ side: 'publisher' }]);
    expect(await noticesOf(bystander, 'tide-reader')).toEqual([]);
    // To and fro: the reason is the publisher's, and mails are not theirs to send.
    await yank(null);
    await yank('Buy our other plugin');
    expect(await noticesOf(user.owner, 'tide-reader')).toHaveLength(1);
    const told = [user.owner.email, admin.email, maker.email].toSorted();
    expect(await mailedTo('It misreads low tides')).toEqual(told);
    expect(await mailedTo('Buy our other plugin')).toEqual([]);
  });
});

describe('an end by the kill list', () => {
  test('of the publisher is told to those whose plugin ended', async () => {
    const params = await used('swell-meter');
    await maker.call(routes.marketplace.kill, { params, body: { reason: 'Our key was stolen' } });
    expect(await noticesOf(user.owner, 'swell-meter')).toMatchObject([
      { act: 'kill', side: 'user', version: '1.0.0', reason: expect.stringContaining('Our key was stolen') },
    ]);
    expect(await noticesOf(maker, 'swell-meter')).toMatchObject([{ act: 'kill', side: 'publisher' }]);
    expect(await noticesOf(bystander, 'swell-meter')).toEqual([]);
  });

  test.each([
    ['plugin', (plugin: string) => `quay-optics/${plugin}`],
    ['version', (plugin: string) => `${plugin}@1.0.0`],
  ] as const)('of the operator by %s is told to users and publisher', async (kind, valueOf) => {
    const { plugin } = await used(`operator-${kind}`);
    const body = { kind, value: valueOf(plugin), reason: 'It steals photos' };
    await server.call(routes.trust.kill, { body });
    expect(await noticesOf(user.owner, plugin)).toMatchObject([{ act: 'kill', side: 'user' }]);
    expect(await noticesOf(maker, plugin)).toMatchObject([
      { act: 'kill', side: 'publisher', reason: 'It steals photos' },
    ]);
  });

  test('of an upload is told to whoever has it, and to no publisher', async () => {
    const form = new FormData();
    form.set('plugin', new Blob([Buffer.from(await packTestPlugin({ manifest: { id: 'own-upload' } }))]), 'plugin.zip');
    form.set('grants', 'requested');
    form.set('acceptReview', 'true');
    await ended(user.owner, await user.owner.fetch('/api/plugins/install', { method: 'POST', body: form }));
    await server.call(routes.trust.kill, { body: { kind: 'plugin', value: 'own-upload', reason: 'A worm' } });
    expect(await noticesOf(user.owner, 'own-upload')).toMatchObject([{ act: 'kill', side: 'user' }]);
    expect(await noticesOf(maker, 'own-upload')).toEqual([]);
  });
});

test('a rating that is rejected, and a reply that is removed, are told to those who wrote them', async () => {
  const { plugin } = await used('wave-counter');
  const rating = await insertRating(server, user.id, { publisher, plugin });
  await maker.call(routes.ratings.reply, { params: { id: rating }, body: { text: 'Nonsense' } });
  const decide = (decision: 'remove-reply' | 'reject', reason: string) =>
    reviewer.call(routes.ratings.decide, { params: { id: rating }, body: { decision, reason } });
  await decide('remove-reply', 'It insults');
  await decide('reject', 'It names a person');
  expect(await noticesOf(maker, plugin)).toMatchObject([{ act: 'remove-reply', reason: 'It insults' }]);
  expect(await noticesOf(user.owner, plugin)).toMatchObject([{ act: 'reject-rating', reason: 'It names a person' }]);
  expect(await mailedTo('It names a person')).toEqual([user.owner.email, admin.email].toSorted());
});

test('a mail has no link, line or address that a publisher made', () => {
  const items = [
    {
      act: 'yank' as const,
      what: 'evil https://evil.example',
      reason: 'Sign in at https://evil.example/\n\nProofPix <b>',
    },
  ];
  const message = { kind: 'takedown', side: 'user', items, more: 0 } as const;
  const { text, html, subject } = composeMail(
    { to: 'ada@example.org', language: 'en', message },
    'https://ours.example',
  );
  for (const part of [text, html, subject]) {
    expect(part).not.toContain('evil.example');
    expect(part).not.toContain('://');
  }
  expect(text.split('\n\n')).toHaveLength(3);
  expect(html).not.toContain('<b>');
});
