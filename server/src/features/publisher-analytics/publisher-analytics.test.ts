import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../db/tenancy.ts';
import { insertPublishing } from '../../../test/publishing-fixtures.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { makePublisher, makeReviewer, publish } from '../submissions/test/publishing.ts';
import { ended, sendJson } from '../plugins/test/test-plugins.ts';
import { countDays } from './count-day.ts';
import { dayFromToday, insertAct, insertCounts, insertInstall, insertUse, makeCustomers } from './test/customers.ts';

let server: TestServer;
let publisher: TestMember;
/** Of other organisations. */
let others: TestMember[];

beforeAll(async () => {
  server = await startServer({ environment: { COUNTRY_HEADER: 'CF-IPCountry' } });
  publisher = (await server.createOrganisation()).owner;
  others = [];
  for (let index = 0; index < 6; index += 1) others.push((await server.createOrganisation()).owner);
}, 240_000);
afterAll(() => server?.stop());

type Plugin = { publisher: string; plugin: string };
const make = async (): Promise<Plugin> => {
  const { PUBLISHER, RELEASED } = await insertPublishing(server, publisher.organisationId);
  return { publisher: PUBLISHER, plugin: RELEASED };
};
const read = (params: Plugin, query: { from?: string; to?: string } = {}, member = publisher) =>
  member.call(routes.publisherAnalytics.read, { params, query });
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );
const look = (member: TestMember, { publisher: name, plugin }: Plugin, headers: Record<string, string> = {}) =>
  member.fetch(`/api/marketplace/plugins/${name}/${plugin}`, { headers });

/** Visits are written every few seconds: asks until it is so. */
async function until<Value>(ask: () => Promise<Value>, is: (value: Value) => boolean): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (is(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('who may see it', () => {
  test('is the organisation of the publisher, and the operator; for others there is no such publisher', async () => {
    const params = await make();
    expect(await read(params)).toMatchObject({ firstDay: null, figures: { views: 0, installs: 0, calls: null } });
    // Also the operator, who has rows of their own for it.
    expect(await codeOf(read(params, {}, server.owner))).toBe('publisher_not_found');
    expect(await server.call(routes.publisherAnalytics.operate, { params })).toMatchObject({ firstDay: null });
    const nothing = { params: { ...params, plugin: 'no-such-plugin' } };
    for (const row of [routes.publisherAnalytics.operate, routes.publisherAnalytics.operateCsv]) {
      expect(await codeOf(publisher.call(row, { params }))).toBe('access_denied');
      expect(await codeOf(server.call(row, nothing))).toBe('release_not_found');
    }
    const [stranger] = others as [TestMember];
    for (const row of [routes.publisherAnalytics.read, routes.publisherAnalytics.days, routes.publisherAnalytics.csv]) {
      expect(await codeOf(stranger.call(row, { params }))).toBe('publisher_not_found');
      expect(await codeOf(publisher.call(row, { params: { ...params, publisher: 'nobody-here' } }))).toBe(
        'publisher_not_found',
      );
      expect(await codeOf(publisher.call(row, { params: { ...params, plugin: 'no-such-plugin' } }))).toBe(
        'release_not_found',
      );
    }
  });

  test('asks for days that there are, in their order', async () => {
    const params = await make();
    for (const query of [{ from: '2026-02-30' }, { from: '2026-02-02', to: '2026-02-01' }])
      expect(await codeOf(read(params, query))).toBe('invalid_request');
    // Not an endless list of days to come.
    await look(others[0] as TestMember, params);
    await until(
      () => read(params),
      (it) => it.firstDay !== null,
    );
    const far = { params, query: { from: '2000-01-01', to: '9998-12-31' } };
    const { items, nextCursor } = await publisher.call(routes.publisherAnalytics.days, far);
    expect([items.map(({ day }) => day), nextCursor]).toEqual([[dayFromToday(0)], null]);
    const days = publisher.call(routes.publisherAnalytics.days, { params, query: { cursor: '2026-02-30' } });
    expect(await codeOf(days)).toBe('invalid_request');
  });
});

describe('visits', () => {
  test('count each organisation once a day, never the own one, and are told from five on', async () => {
    const params = await make();
    const countries = ['DE', 'de', 'DE', '<b>', 'DEU', 'XX'];
    for (const [index, member] of others.entries()) {
      const headers = { 'cf-ipcountry': countries[index] ?? '', 'user-agent': index === 0 ? 'proofpix-cli' : 'curl' };
      // Somebody who asks for it over and over is one.
      for (let times = 0; times < 3; times += 1) expect((await look(member, params, headers)).status).toBe(200);
    }
    for (let times = 0; times < 20; times += 1) await look(publisher, params, { 'cf-ipcountry': 'FR' });
    const {
      figures,
      countries: told,
      clients,
    } = await until(
      () => read(params),
      (it) => it.figures.views !== null && it.figures.views > 0,
    );
    expect(figures).toMatchObject({ views: 5, impressions: 0, downloads: 0 });
    // Three are from Germany, of three nobody knows it: neither is told, and together they are a five.
    expect(told).toEqual([{ value: null, views: 5, impressions: null, downloads: null }]);
    expect(clients).toEqual([{ value: 'api', views: 5, impressions: null, downloads: null }]);
    const { items } = await publisher.call(routes.publisherAnalytics.days, { params, query: { by: 'client' } });
    expect(items).toEqual([{ day: dayFromToday(0), value: 'api', views: 5, impressions: null, downloads: null }]);
  }, 120_000);

  test('of four organisations are not told at all, nor is how many they are', async () => {
    const params = await make();
    for (const member of others.slice(0, 4)) await look(member, params);
    const { figures, clients } = await until(
      () => read(params),
      (it) => it.firstDay !== null,
    );
    expect(figures.views).toBeNull();
    expect(clients).toEqual([]);
    const csv = await publisher.fetch(`/api/publishers/${params.publisher}/plugins/${params.plugin}/analytics/csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect((await csv.text()).split('\r\n')[1]).toBe(`"${dayFromToday(0)}",,"<5",0,0,0,0,0,0,0,"<5","<5","<5","<5"`);
  }, 120_000);

  test('that came by a search tell its words once five organisations searched for them', async () => {
    const name = await makePublisher(publisher, 'searched-for-makers');
    const reviewer = await makeReviewer(server);
    await publish({ owner: publisher, reviewer }, name, {
      manifest: { id: 'zebra-finder', name: 'Zebra finder', description: 'Finds zebras in photos of the herd.' },
    });
    const params = { publisher: name, plugin: 'zebra-finder' };
    const search = async (member: TestMember, q: string) => {
      expect((await member.call(routes.marketplace.search, { query: { q } })).items).toHaveLength(1);
      await look(member, params);
    };
    for (const member of others.slice(0, 4)) await search(member, '  Zebra   HERD ');
    // The own organisation is none of the five, and what one of them alone typed stays with it.
    await search(publisher, 'zebra herd');
    await search(others[4] as TestMember, 'zebra');
    expect(
      (
        await until(
          () => read(params),
          (it) => it.firstDay !== null,
        )
      ).terms,
    ).toEqual([]);
    await search(others[4] as TestMember, 'zebra herd');
    const { terms, figures } = await until(
      () => read(params),
      (it) => it.terms.length > 0,
    );
    expect(terms).toEqual([{ term: 'zebra herd', organisations: 5 }]);
    expect(figures.impressions).toBe(5);
  }, 240_000);
});

describe('installations', () => {
  test('are counted when their day is over, however they were made, with their versions and packages', async () => {
    const name = await makePublisher(publisher, 'installed-makers');
    const reviewer = await makeReviewer(server);
    await publish({ owner: publisher, reviewer }, name, { manifest: { id: 'giraffe-finder' } });
    const params = { publisher: name, plugin: 'giraffe-finder' };
    const body = { publisher: name, pluginId: 'giraffe-finder', grants: 'requested' };
    for (const member of others) {
      const end = await ended(member, await sendJson(member, '/api/plugins/install', 'POST', body));
      expect(end).toMatchObject({ plugin: { id: 'giraffe-finder' } });
    }
    await (others[0] as TestMember).call(routes.plugins.uninstall, { params: { id: 'giraffe-finder' } });
    const before = await until(
      () => read(params),
      (it) => (it.figures.downloads ?? 0) > 0,
    );
    expect(before.figures).toMatchObject({ downloads: 5, installs: 0, installed: 0 });
    await countDays(server.db, new Date(Date.now() + 86_400_000));
    const { figures, versions, lastDay } = await read(params);
    expect(lastDay).toBe(dayFromToday(0));
    expect(figures).toMatchObject({ installs: 5, uninstalls: null, updates: 0, installed: 5, active: 0, calls: null });
    expect(versions).toMatchObject([{ value: '1.0.0', downloads: 5, installs: 5, installed: 5, active: null }]);
    expect(await others[0]?.call(routes.marketplace.statistics, { params })).toMatchObject({
      releases: 1,
      asOf: dayFromToday(0),
      installs: 5,
      installed: 5,
      active: 0,
      errorFree: null,
    });
    // Counted once: what comes later to a day that is over changes nothing.
    await insertInstall(server, (await makeCustomers(server, 1))[0] ?? '', params);
    await countDays(server.db, new Date(Date.now() + 86_400_000));
    expect((await read(params)).figures).toEqual(figures);
  }, 240_000);

  test('that stay, and updates from one version to another, are told of five organisations or more', async () => {
    const params = await make();
    const monday = new Date(`${dayFromToday(14 - ((new Date().getUTCDay() + 6) % 7))}T08:00:00Z`);
    const at = (days: number) => new Date(monday.getTime() + days * 86_400_000);
    const customers = await makeCustomers(server, 12);
    for (const customer of customers) await insertInstall(server, customer, { ...params, at: at(2) });
    await asSystem(server.db, 'write-metrics', async (tx) => {
      for (const [index, organisationId] of customers.entries()) {
        const before = index < 7 ? '1.0.0' : '0.9.0';
        await insertAct(tx, { ...params, organisationId, act: 'plugin.upgrade', version: '1.1.0', before, at: at(3) });
      }
    });
    await countDays(server.db, at(7));
    await asSystem(server.db, 'write-metrics', async (tx) => {
      await tx.deleteFrom('plugins').where('organisation_id', 'in', customers.slice(0, 5)).execute();
    });
    await countDays(server.db, at(14));
    const week = monday.toISOString().slice(0, 10);
    const { retention, changes, figures } = await read(params, { from: week, to: at(14).toISOString().slice(0, 10) });
    expect(retention).toEqual([{ week, installed: 10, after1: 5, after4: null, after12: null }]);
    expect(changes).toEqual([
      { from: '0.9.0', to: '1.1.0', updates: 5 },
      { from: '1.0.0', to: '1.1.0', updates: 5 },
    ]);
    expect(figures).toMatchObject({ installs: 10, updates: 10 });
  }, 120_000);
});

describe('how it runs', () => {
  test('is told of days on which five organisations used it, and never what one of them did', async () => {
    const params = await make();
    const day = dayFromToday(30);
    const next = dayFromToday(31);
    const count = () => countDays(server.db, new Date(Date.parse(next) + 12 * 3_600_000));
    const customers = await makeCustomers(server, 20);
    const ids = new Map<string, string>();
    for (const [index, customer] of customers.entries()) {
      // Ten have 1.0.0; six have 2.0.0; four 3.0.0, of which one fails all the time.
      const version = index < 10 ? '1.0.0' : index < 16 ? '2.0.0' : '3.0.0';
      ids.set(customer, await insertInstall(server, customer, { ...params, version }));
    }
    const own = await insertInstall(server, publisher.organisationId, params);
    await insertUse(server, publisher.organisationId, own, { day, calls: 7_777, errors: 7_777 });
    for (const [index, customer] of customers.entries()) {
      // Of those with 2.0.0 one makes nearly all calls: the other five would give it away.
      const calls = index === 15 ? 100_000 : 100;
      await insertUse(server, customer, ids.get(customer) ?? '', {
        day,
        calls,
        errors: index === 19 ? 100 : index < 10 ? 2 : 0,
      });
    }
    await count();
    const { figures, versions } = await read(params, { from: day, to: day });
    // Those of 2.0.0 and 3.0.0 together are still one organisation's: nothing is told of them.
    // Where every call failed it is not active: nineteen are, told as fifteen.
    expect(figures).toMatchObject({ calls: 1_000, errors: 20, installed: 20, active: 15 });
    expect(figures.p50Milliseconds).toBeGreaterThan(0);
    expect(versions.map(({ value, calls, errors }) => ({ value, calls, errors }))).toEqual([
      { value: '1.0.0', calls: 1_000, errors: 20 },
      { value: '2.0.0', calls: null, errors: null },
    ]);
    expect(await publisher.call(routes.marketplace.statistics, { params })).toMatchObject({ errorFree: 0.98 });
  }, 120_000);
});

describe('an attacker who asks for many spans', () => {
  test('gets nothing but fives: no difference of spans, and no total less its rows, is between one and four', async () => {
    const params = await make();
    const [first, many] = [-40, 30] as const;
    const countries = ['DE', 'FR', 'LI', 'AT', 'MC'];
    const counts = Array.from({ length: many }, (_, day) =>
      countries.map((_name, index) => (index < 2 ? (day * 7 + index) % 6 : day === 9 + index ? 1 : 0)),
    );
    await insertCounts(
      server,
      params,
      counts.flatMap((day, index) => {
        const row = { day: dayFromToday(first + index), measure: 'views' } as const;
        const all = day.reduce((sum, count) => sum + count, 0);
        return [
          ...(all === 0 ? [] : [{ ...row, part: 'all', count: all } as const]),
          ...day.flatMap((count, at) =>
            count === 0 ? [] : [{ ...row, part: 'country', value: countries[at] ?? '', count } as const],
          ),
        ];
      }),
    );
    const told: number[] = [];
    for (let length = 0; length < many; length += 1) {
      const { figures, countries: rows } = await read(params, {
        from: dayFromToday(first),
        to: dayFromToday(first + length),
      });
      told.push(figures.views ?? 0);
      expect((figures.views ?? 0) % 5).toBe(0);
      // Nobody is named of whom there are not five, on no day of its history.
      expect(rows.map(({ value }) => value)).toEqual(expect.not.arrayContaining(['LI', 'AT', 'MC']));
      const left = (figures.views ?? 0) - rows.reduce((sum, { views }) => sum + (views ?? 0), 0);
      expect(Math.abs(left) % 5).toBe(0);
      // A day alone, that the span before did not have.
      const alone = await read(params, { from: dayFromToday(first + length), to: dayFromToday(first + length) });
      expect(alone.figures.views ?? 0).toBe(told[length]! - (told[length - 1] ?? 0)); // just pushed
    }
    const real = counts.flat().reduce((sum, count) => sum + count, 0);
    expect(told.at(-1)).toBe(Math.floor(real / 5) * 5);
    // Day by day, over pages and in the CSV, it is the same.
    const days: { day: string; views?: number | null }[] = [];
    for (let cursor: string | null = dayFromToday(first); cursor !== null;) {
      const page: { items: typeof days; nextCursor: string | null } = await publisher.call(
        routes.publisherAnalytics.days,
        {
          params,
          query: { from: dayFromToday(first), to: dayFromToday(first + many - 1), cursor, limit: 7 },
        },
      );
      days.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(days.map(({ day }) => day)).toEqual(counts.map((_, index) => dayFromToday(first + index)));
    expect(days.map(({ views }) => views ?? 0)).toEqual(told.map((sum, index) => sum - (told[index - 1] ?? 0)));
    const csv = await publisher.fetch(
      `/api/publishers/${params.publisher}/plugins/${params.plugin}/analytics/csv?to=${dayFromToday(0)}`,
    );
    const lines = (await csv.text()).trim().split('\r\n').slice(1);
    expect(lines).toHaveLength(41);
    expect(
      lines.map((line) => Number(line.split(',')[2]?.replace('"<5"', '0'))).reduce((sum, views) => sum + views, 0),
    ).toBe(told.at(-1));
  }, 240_000);

  test('who writes a formula where a country stands finds it as text in the CSV', async () => {
    const params = await make();
    await insertCounts(server, params, [
      { day: dayFromToday(-2), measure: 'views', part: 'all', count: 5 },
      { day: dayFromToday(-2), measure: 'views', part: 'country', value: '=cmd()', count: 5 },
    ]);
    const csv = await publisher.fetch(
      `/api/publishers/${params.publisher}/plugins/${params.plugin}/analytics/csv?by=country`,
    );
    expect(csv.headers.get('content-security-policy')).toContain('sandbox');
    expect((await csv.text()).split('\r\n')[1]).toContain(`,"'=cmd()",5,`);
  });
});
