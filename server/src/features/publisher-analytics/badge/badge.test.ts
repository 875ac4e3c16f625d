import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../../db/tenancy.ts';
import { insertPublishing } from '../../../../test/publishing-fixtures.ts';
import { startServer, type TestServer } from '../../../../test/start-server.ts';
import { countDays } from '../count-day.ts';
import { dayFromToday, insertCounts } from '../test/customers.ts';
import { drawBadge } from './draw-badge.ts';

let server: TestServer;
let params: { publisher: string; plugin: string };

beforeAll(async () => {
  server = await startServer();
  const { PUBLISHER, RELEASED } = await insertPublishing(server, server.organisationId);
  params = { publisher: PUBLISHER, plugin: RELEASED };
});
afterAll(() => server?.stop());

/** As a page of somebody else would: not signed in. */
const fetchBadge = (query = '', headers: Record<string, string> = {}, { publisher, plugin } = params) =>
  fetch(`${server.url}/api/marketplace/plugins/${publisher}/${plugin}/badge.svg${query}`, { headers });

describe('a badge', () => {
  test('is for anybody, runs nothing, and is asked for again only when it changed', async () => {
    const answer = await fetchBadge();
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/svg+xml; charset=utf-8',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, max-age=3600',
    });
    const svg = await answer.text();
    expect(svg).toContain('>v1.0.0</text>');
    expect(svg).not.toMatch(/<script|<style|href|onload|foreignObject/i);
    const etag = answer.headers.get('etag') ?? '';
    const again = await fetchBadge('', { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await fetchBadge('', { 'if-none-match': `"another", W/${etag}` })).status).toBe(304);
    expect((await fetchBadge('', { 'if-none-match': '"another"' })).status).toBe(200);
    expect(await (await fetchBadge('?kind=verdict')).text()).toContain('>passed</text>');
    expect((await fetchBadge('?kind=secrets')).status).toBe(400);
  });

  test('tells installs in wide steps, and nothing of fewer than five', async () => {
    expect(await (await fetchBadge('?kind=installs')).text()).toContain('>fewer than 5</text>');
    const row = { day: dayFromToday(-1), measure: 'installs', part: 'all' } as const;
    await insertCounts(server, params, [{ ...row, count: 4 }]);
    await countDays(server.db, new Date());
    expect(await (await fetchBadge('?kind=installs')).text()).toContain('>fewer than 5</text>');
    await insertCounts(server, params, [{ ...row, day: dayFromToday(-2), count: 73 }]);
    expect(await (await fetchBadge('?kind=installs')).text()).toContain('>50+</text>');
  });

  test('of what is sold, yanked or not there says no more than a stranger may know', async () => {
    const missing = await fetchBadge('', {}, { ...params, plugin: 'no-such-plugin' });
    const document = async (answer: Response) => {
      const { requestId: _, instance: __, ...rest } = (await answer.json()) as Record<string, unknown>; // a problem
      return { status: answer.status, ...rest };
    };
    const said = await document(missing);
    expect(said).toMatchObject({ status: 404, code: 'release_not_found' });
    const sold = await insertPublishing(server, server.organisationId);
    const named = { publisher: sold.PUBLISHER, plugin: sold.RELEASED };
    await asSystem(server.db, 'money', (tx) =>
      tx
        .insertInto('plugin_prices')
        .values({
          publisher: named.publisher,
          plugin_id: named.plugin,
          kind: 'one-time',
          amount: 1_000,
          currency: 'EUR',
        })
        .execute(),
    );
    expect(await document(await fetchBadge('', {}, named))).toEqual(said);
    await server.call(routes.marketplace.yank, { params: { ...params, version: '1.0.0' }, body: { reason: 'Broken' } });
    expect(await (await fetchBadge()).text()).toContain('>not offered</text>');
  });

  test('writes any text as text, and is as wide as it', () => {
    const svg = drawBadge({ label: 'a"b', value: `</text><script>alert('1')</script>&`, colour: 'plain' });
    expect(svg).not.toContain('<script');
    expect(svg).toContain('&lt;/text&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;');
    const widths = ['v1', 'v1.0.0', 'v10.20.30-beta.1'].map((value) => {
      const [, width = ''] = /width="(\d+)"/.exec(drawBadge({ label: 'ProofPix', value, colour: 'plain' })) ?? [];
      return Number(width);
    });
    expect(widths).toEqual([...widths].sort((one, other) => one - other));
    expect(new Set(widths).size).toBe(3);
  });
});
