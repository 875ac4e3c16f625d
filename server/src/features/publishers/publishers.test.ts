import { createServer, type Server } from 'node:https';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createDial } from '@proofpix/host/http/connect';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { makeCertificate } from '../../../../host/test/http/certificate.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { makePublisher, scanned, submit } from '../submissions/test/publishing.ts';

/** What the name servers say, by name. */
const texts = new Map<string, string[][]>();
/** What the site of a domain answers, by host: a page, or where it sends on to. */
const pages = new Map<string, { page: string } | { redirect: string }>();
let site: Server;
let server: TestServer;
let owner: TestMember;
let other: TestMember;
let otherName: string;

beforeAll(async () => {
  const { cert, key } = makeCertificate(['site.example', 'moved.example', 'target.example']);
  site = createServer({ cert, key }, (request, response) => {
    const told =
      request.url === '/.well-known/proofpix-publisher.txt' ? pages.get(request.headers.host ?? '') : undefined;
    if (told === undefined) response.writeHead(404).end();
    else if ('redirect' in told) response.writeHead(302, { location: told.redirect }).end();
    else response.end(told.page);
  });
  await once(site.listen(0, '127.0.0.1'), 'listening');
  const { port } = site.address() as AddressInfo; // it listens on a port
  const dial = createDial(cert);
  server = await startServer({
    outgoing: {
      // Every name is that of our site, at an address that is judged as public and never dialled.
      dial: (to, signal) => dial({ ...to, address: { address: '127.0.0.1', family: 4 }, port }, signal),
      texts: async (name) => texts.get(name) ?? Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' })),
      resolve: async (name) =>
        name === 'gone.example'
          ? Promise.reject(Object.assign(new Error('none'), { code: 'ENOTFOUND' }))
          : [{ address: name === 'inside.example' ? '10.0.0.7' : '93.184.215.14', family: 4 }],
    },
  });
  [owner, other] = [(await server.createOrganisation()).owner, (await server.createOrganisation()).owner];
  otherName = (await other.call(routes.auth.account)).organisation.name;
});
afterAll(async () => {
  await server?.stop();
  site?.close();
});

const take = (name: string, member = owner) =>
  member.call(routes.publishers.create, { body: { name, displayName: name } });
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );

describe('a name to publish under', () => {
  test('is of whoever took it, for good, and nobody gets one that is read as it', async () => {
    expect(await take('northgate-labs')).toMatchObject({ name: 'northgate-labs', verified: null, plugins: 0 });
    for (const name of [
      'northgate-labs',
      'northgatelabs',
      'n0rthgate-labs',
      'northgate-lab',
      'nortgate-labs',
      'northgate-lasb',
    ])
      expect(await refusal(take(name, other)), name).toBe('publisher_name_taken');
    expect(await take('northern-light', other)).toMatchObject({ name: 'northern-light' });
  });

  test.each(['proofpix', 'pr00fpix', 'proof-pix', 'proofpixs', 'local', 'bundled', 'official', '0fficial', 'support'])(
    '%s stands for something else already',
    async (name) => expect(await refusal(take(name))).toBe('publisher_name_taken'),
  );

  // Cyrillic е, Greek ο, a zero-width joiner, a soft hyphen, full width, right-to-left.
  test.each([
    'northgatе',
    'hοme-lab',
    'home\u200dlab',
    'home\u00adlab',
    'ｈome',
    'home\u202elab',
    'Home',
    '-home',
    'ho',
  ])('%j is no name at all', async (name) => expect(await refusal(take(name))).toBe('invalid_request'));

  test.each(['javascript:alert(1)', 'http://example.org', 'https://user:secret@example.org', 'data:text/html,hi'])(
    'a website %s is refused',
    async (website) => {
      const body = { name: 'linked-to', displayName: 'Linked', website };
      expect(await refusal(owner.call(routes.publishers.create, { body }))).toBe('invalid_request');
    },
  );

  test('is changed by its owner alone, and seen by everybody', async () => {
    await makePublisher(owner, 'shown-to-all');
    const params = { publisher: 'shown-to-all' };
    const body = { displayName: 'Shown to all', website: 'https://example.org/', support: 'help@example.org' };
    expect(await owner.call(routes.publishers.update, { params, body })).toMatchObject(body);
    expect(await other.call(routes.publishers.profile, { params })).toMatchObject(body);
    expect(await other.call(routes.publishers.profile, { params })).not.toHaveProperty('challenge');
    expect(await refusal(other.call(routes.publishers.update, { params, body }))).toBe('publisher_not_found');
  });
});

describe('a domain', () => {
  const verify = (publisher: string, domain: string, by: 'dns' | 'well-known' = 'dns', member = owner) =>
    member.call(routes.publishers.verify, { params: { publisher }, body: { domain, by } });

  test('is proven by its TXT record, and by that of nobody else', async () => {
    const { challenge } = await take('proves-itself');
    expect(await refusal(verify('proves-itself', 'proves.example'))).toBe('domain_not_proven');
    texts.set('_proofpix.proves.example', [['v=spf1 -all'], [challenge.slice(0, -1)]]);
    expect(await refusal(verify('proves-itself', 'proves.example'))).toBe('domain_not_proven');
    // The challenge of another publisher at the same domain is no proof of this one.
    const foreign = await take('would-be-it', other);
    texts.set('_proofpix.proves.example', [[foreign.challenge]]);
    expect(await refusal(verify('proves-itself', 'proves.example'))).toBe('domain_not_proven');
    texts.set('_proofpix.proves.example', [[challenge.slice(0, 20), challenge.slice(20)]]);
    expect(await verify('proves-itself', 'Proves.Example')).toMatchObject({
      verified: { domain: 'proves.example', by: 'dns' },
    });
    expect(await refusal(verify('proves-itself', 'proves.example', 'dns', other))).toBe('publisher_not_found');
  });

  test.each([
    '127.0.0.1',
    'localhost',
    'example.org:8443',
    'example.org/path',
    'user@example.org',
    '[::1]',
    'a..b.org',
    '2130706433',
  ])('%s is none', async (domain) => expect(await refusal(verify('proves-itself', domain))).toBe('invalid_request'));

  test('is proven by a file of its site, and not by where that sends on to, or by an address inside', async () => {
    const { challenge } = await take('has-a-site');
    const prove = (domain: string) => refusal(verify('has-a-site', domain, 'well-known'));
    expect(await prove('gone.example')).toBe('domain_not_proven');
    expect(await prove('site.example')).toBe('domain_not_proven');
    pages.set('target.example', { page: challenge });
    pages.set('moved.example', { redirect: 'https://target.example/.well-known/proofpix-publisher.txt' });
    pages.set('inside.example', { page: challenge });
    expect(await prove('moved.example')).toBe('domain_not_proven');
    expect(await prove('inside.example')).toBe('domain_not_proven');
    pages.set('site.example', { page: `# ours\n${challenge}\n` });
    const proven = await verify('has-a-site', 'site.example', 'well-known');
    expect(proven.verified).toMatchObject({ domain: 'site.example', by: 'well-known' });
  });
});

describe('a publisher that is handed over', () => {
  test('goes with its name and without its proof, once the other side takes it; what was under way ends', async () => {
    const { challenge } = await take('moves-on');
    texts.set('_proofpix.moves.example', [[challenge]]);
    const params = { publisher: 'moves-on' };
    await owner.call(routes.publishers.verify, { params, body: { domain: 'moves.example', by: 'dns' } });
    const open = await scanned(
      owner,
      await submit(owner, { manifest: { id: 'moves-too' } }, { publisher: 'moves-on' }),
    );

    expect(await refusal(other.call(routes.publishers.accept, { params }))).toBe('publisher_not_found');
    await owner.call(routes.publishers.offer, { params, body: { organisation: otherName } });
    expect((await other.call(routes.publishers.list)).offered.map(({ name }) => name)).toEqual(['moves-on']);
    const taken = await other.call(routes.publishers.accept, { params });
    expect(taken).toMatchObject({ verified: null, offeredTo: null });
    expect(taken.challenge).not.toBe(challenge);

    expect((await owner.call(routes.publishers.list)).items.map(({ name }) => name)).not.toContain('moves-on');
    const ended = await owner.call(routes.submissions.get, { params: { id: open.id } });
    expect(ended.state).toBe('withdrawn');
    expect(await refusal(other.call(routes.submissions.get, { params: { id: open.id } }))).toBe('submission_not_found');
    const trail = async (member: TestMember) =>
      (await member.call(routes.audit.list, { query: { act: 'publisher.hand-over' } })).items.length;
    expect([await trail(owner), await trail(other)]).toEqual([1, 0]);
  });

  test('can be kept after all', async () => {
    await take('stays-here');
    const params = { publisher: 'stays-here' };
    await owner.call(routes.publishers.offer, { params, body: { organisation: otherName } });
    await owner.call(routes.publishers.offer, { params, body: { organisation: null } });
    expect(await refusal(other.call(routes.publishers.accept, { params }))).toBe('publisher_not_found');
    // An answer that differs would tell who uses this server.
    const answers = ['No such organisation', otherName].map(async (organisation) => {
      const { offeredTo, ...answer } = await owner.call(routes.publishers.offer, { params, body: { organisation } });
      expect(offeredTo).toBe(organisation);
      return answer;
    });
    const [nobody, somebody] = await Promise.all(answers);
    expect(nobody).toEqual(somebody);
  });
});

test('an organisation has at most 20 publishers, also when many are taken at the same time', async () => {
  const { owner: many } = await server.createOrganisation();
  const words = [
    'amber',
    'birch',
    'cedar',
    'dover',
    'elmwood',
    'fjord',
    'gravel',
    'hazel',
    'indigo',
    'juniper',
    'kelp',
  ];
  const names = words.flatMap((word) => [`${word}-north`, `${word}-south`]);
  const answers = await Promise.all(names.map((name) => refusal(take(name, many))));
  expect(answers.filter((answer) => answer === 'no problem')).toHaveLength(20);
  expect(answers.filter((answer) => answer === 'too_many_publishers')).toHaveLength(2);
});
