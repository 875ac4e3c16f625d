import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DependencyAudit } from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import { anyPublicHost, createGuardedClient } from '@proofpix/host/http/guarded-client';
import { writeArchive } from '@proofpix/pack/write-archive';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import { auditComponents } from '@proofpix/scanner/advisories/audit-components';
import { createDumpSource } from '@proofpix/scanner/advisories/dump-source';
import { createHttpSource } from '@proofpix/scanner/advisories/http-source';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';
import { advisoryFor, startFakeOsv, type FakeOsv } from '../../test/fake-osv.ts';

const fromStart = [{ introduced: '0' }, { fixed: '2.0.0' }];

async function audit(source: AdvisorySource, dependencies: Record<string, string>): Promise<DependencyAudit> {
  return auditComponents(
    listComponents(new Map([['package.json', Buffer.from(JSON.stringify({ dependencies }))]])),
    source,
  );
}

const idsOf = ({ components }: DependencyAudit) =>
  components.map(({ advisories }) => advisories.map(({ id }) => id).sort());

describe('a source over HTTP', () => {
  let osv: FakeOsv;
  beforeEach(async () => void (osv = await startFakeOsv()));
  afterEach(() => osv[Symbol.asyncDispose]());

  function source(options: { allow?: readonly string[]; timeoutMilliseconds?: number } = {}): AdvisorySource {
    const client = createGuardedClient({ outgoingAllow: options.allow ?? [osv.allow] });
    return createHttpSource({
      url: osv.url,
      exchange: (request) => client.request({ ...request, allowHost: anyPublicHost, maxRedirects: 0 }),
      timeoutMilliseconds: options.timeoutMilliseconds ?? 5_000,
      pauses: [1, 1],
    });
  }

  test('is asked once for all packages, page after page, and each advisory is read once', async () => {
    osv.advisories = [
      ...['1', '2', '3', '4', '5'].map((id) => advisoryFor(`GHSA-${id}`, 'a', fromStart)),
      advisoryFor('GHSA-old', 'a', [{ introduced: '0' }, { fixed: '0.5.0' }]),
      { id: 'GHSA-both', affected: ['a', 'b'].flatMap((name) => advisoryFor('x', name, fromStart).affected) },
    ];
    const result = await audit(source(), { a: '1.0.0', b: '1.0.0', c: '1.0.0' });
    expect(idsOf(result)).toEqual([['GHSA-1', 'GHSA-2', 'GHSA-3', 'GHSA-4', 'GHSA-5', 'GHSA-both'], ['GHSA-both'], []]);
    expect(result).toMatchObject({ state: 'affected', reason: null, source: osv.url });
    expect(osv.requests.filter((line) => line === 'POST /v1/querybatch')).toHaveLength(4);
    expect(osv.requests.filter((line) => line === 'GET /v1/vulns/GHSA-both')).toHaveLength(1);
  });

  test('is asked in batches where there are many packages', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`p${index}`, '1.0.0']));
    osv.advisories = [advisoryFor('GHSA-1', 'p1199', fromStart)];
    const result = await audit(source(), many);
    expect(result.components.filter(({ state }) => state === 'affected').map(({ name }) => name)).toEqual(['p1199']);
    expect(osv.requests.filter((line) => line.startsWith('POST'))).toHaveLength(3);
  });

  test('on this machine is reached only where the operator allows it', async () => {
    expect(await audit(source({ allow: [] }), { a: '1.0.0' })).toMatchObject({ state: 'unknown' });
    expect(osv.requests).toEqual([]);
  });

  test('that fails for a moment is asked again', async () => {
    osv.advisories = [advisoryFor('GHSA-1', 'a', fromStart)];
    let failures = 2;
    osv.intercept = (_, response) => {
      if (failures === 0) return false;
      failures -= 1;
      response.writeHead(503).end();
      return true;
    };
    expect((await audit(source(), { a: '1.0.0' })).state).toBe('affected');
  });

  type Misbehaviour = FakeOsv['intercept'];
  const answer =
    (status: number, body: string): Misbehaviour =>
    (_, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
      return true;
    };
  const results = (...all: object[]) => answer(200, JSON.stringify({ results: all }));
  const faults: [string, Misbehaviour, RegExp, number][] = [
    ['hangs', () => true, /did not answer in time/, 3],
    ['breaks off', (_, response) => Boolean(response.destroy()), /could not be reached/, 3],
    ['answers 500', answer(500, '{}'), /answered 500/, 3],
    ['answers 403', answer(403, '{}'), /answered 403/, 1],
    ['redirects', answer(302, ''), /answered 302/, 1],
    ['answers with too much', answer(200, `{"results":[${' '.repeat(9 * 1024 * 1024)}]}`), /too much/, 1],
    ['answers with what is not JSON', answer(200, '<html>'), /not JSON/, 1],
    ['answers with another shape', answer(200, '[]'), /another question/, 1],
    ['answers for more packages than were asked', results({}, {}), /another question/, 1],
    ['answers with ids that lead elsewhere', results({ vulns: [{ id: '../../admin' }] }), /none/, 1],
    ['answers with ids that are none', results({ vulns: [{ id: 7 }] }), /none/, 1],
    ['pages without end', results({ vulns: [], next_page_token: 'again' }), /no end/, 10],
    ['gives a token that is none', results({ next_page_token: {} }), /none/, 1],
    [
      'names thousands of advisories',
      results({ vulns: Array.from({ length: limits.advisories + 1 }, (_, index) => ({ id: `X-${index}` })) }),
      /too many/,
      1,
    ],
  ];
  test.each(faults)(
    'that %s makes everything unknown, with the reason, after so many requests',
    async (_, intercept, reason, requests) => {
      osv.intercept = intercept;
      const result = await audit(source({ timeoutMilliseconds: 500 }), { a: '1.0.0' });
      expect(result.state).toBe('unknown');
      expect(result.reason).toMatch(reason);
      expect(result.components).toMatchObject([{ state: 'unknown', advisories: [] }]);
      expect(osv.requests).toHaveLength(requests);
    },
  );

  test('that is down is not asked again for each of many batches', async () => {
    const many = Object.fromEntries(Array.from({ length: 1_999 }, (_, index) => [`p${index}`, '1.0.0']));
    osv.intercept = answer(500, '{}');
    const result = await audit(source(), many);
    expect(result.components.every(({ state }) => state === 'unknown')).toBe(true);
    expect(osv.requests).toHaveLength(3);
  });

  test.each([
    ['is another', (id: string) => ({ ...advisoryFor(id, 'a', fromStart), id: 'GHSA-other' })],
    ['is none', () => ({ hello: true })],
    ['is too large', (id: string) => advisoryFor(id, 'a', fromStart, { details: 'x'.repeat(limits.advisoryBytes) })],
  ])('whose advisory %s leaves that package unknown, and the others known', async (_, lie) => {
    osv.advisories = [advisoryFor('GHSA-1', 'a', fromStart), advisoryFor('GHSA-2', 'b', fromStart)];
    osv.intercept = (request, response) => {
      if (request.url !== '/v1/vulns/GHSA-1') return false;
      response.writeHead(200).end(JSON.stringify(lie('GHSA-1')));
      return true;
    };
    const result = await audit(source(), { a: '1.0.0', b: '1.0.0', c: '1.0.0' });
    expect(result.components.map(({ state }) => state)).toEqual(['unknown', 'affected', 'not_affected']);
    expect(result.components[0]?.reason).not.toBe(null);
  });

  test('is not believed about versions: an advisory counts where its own ranges say so', async () => {
    osv.advisories = [advisoryFor('GHSA-1', 'a', fromStart)];
    expect((await audit(source(), { a: '2.0.0' })).state).toBe('none_known');
  });

  test('is asked for scoped names and odd versions as they are', async () => {
    osv.advisories = [advisoryFor('GHSA-1', '@s/a', [{ introduced: '1.0.0-beta.1' }])];
    expect(idsOf(await audit(source(), { '@s/a': '1.0.0-beta.2' }))).toEqual([['GHSA-1']]);
  });
});

describe('a copy of the database', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'osv-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const advisories = [
    advisoryFor('GHSA-1', 'a', fromStart),
    advisoryFor('GHSA-2', 'a', [{ introduced: '3.0.0' }]),
    advisoryFor('MAL-2026-1', 'b', [{ introduced: '0' }]),
  ];
  const files = advisories.map((advisory) => [`${advisory.id}.json`, JSON.stringify(advisory)] as const);

  async function asZip(entries: Iterable<readonly [string, string]>): Promise<string> {
    const path = join(folder, 'all.zip');
    writeFileSync(path, await writeArchive(new Map([...entries].map(([name, text]) => [name, Buffer.from(text)]))));
    return path;
  }
  function asFolder(entries: Iterable<readonly [string, string]>): string {
    const path = join(folder, 'npm');
    mkdirSync(path, { recursive: true });
    for (const [name, text] of entries) writeFileSync(join(path, name), text);
    return folder;
  }

  test.each([
    ['folder', asFolder],
    ['ZIP', asZip],
  ])('as a %s says the same as the service', async (_, write) => {
    const source = createDumpSource(await write(files));
    const result = await audit(source, { a: '1.0.0', b: '7.0.0', c: '1.0.0' });
    expect(idsOf(result)).toEqual([['GHSA-1'], ['MAL-2026-1'], []]);
    expect(result).toMatchObject({ state: 'affected', reason: null, source: 'offline copy of OSV' });
    expect((await audit(source, { c: '1.0.0' })).state).toBe('none_known');
  });

  test('of which somebody waits no longer for its first reading is unknown to them, and known to the next', async () => {
    const source = createDumpSource(await asZip(files));
    const list = listComponents(new Map([['package.json', Buffer.from('{"dependencies":{"a":"1.0.0"}}')]]));
    expect(await auditComponents(list, source, AbortSignal.abort())).toMatchObject({
      state: 'unknown',
      reason: 'a: The copy of the advisories is still being read.',
    });
    expect((await auditComponents(list, source)).state).toBe('affected');
  });

  test('that was replaced is read again', async () => {
    const source = createDumpSource(await asZip(files));
    expect((await audit(source, { d: '1.0.0' })).state).toBe('none_known');
    rmSync(join(folder, 'all.zip'));
    await asZip([...files, ['GHSA-9.json', JSON.stringify(advisoryFor('GHSA-9', 'd', fromStart))]]);
    expect((await audit(source, { d: '1.0.0' })).state).toBe('affected');
  });

  test('that lacks something makes unknown what is not known to be affected', async () => {
    for (const [name, text] of [
      ['broken.json', '{'],
      ['large.json', JSON.stringify(advisoryFor('X-1', 'c', fromStart, { details: 'x'.repeat(limits.advisoryBytes) }))],
    ]) {
      const result = await audit(createDumpSource(await asZip([...files, [name ?? '', text ?? '']])), {
        a: '1.0.0',
        c: '1.0.0',
      });
      expect(result.components.map(({ state }) => state)).toEqual(['affected', 'unknown']);
    }
  });

  test.each([
    ['is not there', () => join(folder, 'none')],
    ['is empty', () => folder],
    ['is no ZIP', () => (writeFileSync(join(folder, 'x.zip'), 'text'), join(folder, 'x.zip'))],
  ])('that %s makes everything unknown', async (_, path) => {
    expect((await audit(createDumpSource(path()), { a: '1.0.0' })).state).toBe('unknown');
  });
});
