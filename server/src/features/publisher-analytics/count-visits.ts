import type { FastifyRequest } from 'fastify';
import type { VisitClient, VisitMeasure } from '@proofpix/contract/publisher-analytics';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { networkOf } from '../../http/network-of.ts';
import type { Log } from '../../log.ts';
import { addVisits, type Visit } from './counting/queries.ts';
import { collectSearches } from './counting/collect-searches.ts';
import { countryOf, visitorOf } from './visitor-of.ts';

type Plugin = { source: string; publisher: string; pluginId: string };

/**
 * Counts what happens to listings, in memory, each organisation once a day, and writes it every few seconds. A crash loses
 * what was counted since the last time, and who was counted already: they may count again on that day.
 */
export type Visits = AsyncDisposable & {
  viewed(request: FastifyRequest, caller: Caller, plugin: Plugin): void;
  found(request: FastifyRequest, caller: Caller, search: { phrase: string; plugins: readonly Plugin[] }): void;
  downloaded(request: FastifyRequest, caller: Caller, plugin: Plugin & { version: string }): void;
  /** By the rules for updates of an organisation. */
  updated(organisationId: string, plugin: Plugin & { version: string }): void;
  /** By another server, of which nothing is known but its address. */
  fetched(request: FastifyRequest, plugin: Plugin & { version: string }): void;
  /** Writes what is counted. @throws Error */
  flush(): Promise<void>;
};

const writeMilliseconds = 5_000;
/** What is counted of one day in one process: past it a day is not counted to its end, and memory stays bounded. */
const mostSeen = 200_000;
/** An update by rules comes from nowhere in particular. */
const byRules = { client: 'rules', country: 'unknown' } as const satisfies { client: VisitClient; country: string };
const networkBits = { ipv4: 32, ipv6: 64 };

export function countVisits({
  db,
  log,
  countryHeader,
  now = () => new Date(),
}: {
  db: Database;
  log: Log;
  countryHeader: string | undefined;
  now?: () => Date;
}): Visits {
  const searches = collectSearches(now);
  let today = '';
  let seen = new Set<string>();
  let waiting: Visit[] = [];
  let flushing: Promise<void> = Promise.resolve();

  type From = { who: string; organisationId: string | null; client: VisitClient; country: string };

  function count(measure: VisitMeasure, { who, ...from }: From, plugin: Plugin, version: string | null): void {
    // What came with the server, or is another server's, has no publisher here.
    if (plugin.source !== 'marketplace') return;
    const day = now().toISOString().slice(0, 10);
    if (day !== today) [today, seen] = [day, new Set()];
    const { publisher, pluginId } = plugin;
    const key = `${who} ${measure} ${publisher} ${pluginId}`;
    if (seen.has(key) || seen.size >= mostSeen || waiting.length >= mostSeen) return;
    seen.add(key);
    waiting.push({ ...from, publisher, pluginId, day, measure, version });
  }

  const from = (request: FastifyRequest, caller: Caller): From => {
    const { organisationId, client, country } = visitorOf(request, caller, countryHeader);
    return { who: organisationId, organisationId, client, country };
  };

  async function write(): Promise<void> {
    const visits = waiting;
    waiting = [];
    try {
      if (visits.length > 0) await asSystem(db, 'publisher-analytics', (tx) => addVisits(tx, visits));
    } catch (error) {
      waiting = [...visits, ...waiting];
      throw error;
    }
    await searches.write(db);
  }

  async function flush(): Promise<void> {
    const mine = flushing.then(write);
    flushing = mine.catch(() => {});
    await mine;
  }
  const tell = (error: unknown) => log.error({ err: error }, 'visits of listings could not be written');
  const timer = setInterval(() => void flush().catch(tell), writeMilliseconds);
  timer.unref();

  return {
    viewed(request, caller, plugin) {
      count('views', from(request, caller), plugin, null);
      if (plugin.source === 'marketplace') searches.opened(caller, plugin);
    },
    found(request, caller, { phrase, plugins }) {
      const by = from(request, caller);
      for (const plugin of plugins) count('impressions', by, plugin, null);
      searches.found(caller, phrase, plugins);
    },
    downloaded: (request, caller, plugin) => count('downloads', from(request, caller), plugin, plugin.version),
    updated: (organisationId, plugin) =>
      count('downloads', { who: organisationId, organisationId, ...byRules }, plugin, plugin.version),
    fetched(request, plugin) {
      const who = networkOf(request.ip, networkBits);
      const country = countryOf(request, countryHeader);
      count('downloads', { who, organisationId: null, client: 'server', country }, plugin, plugin.version);
    },
    flush,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await flush().catch(tell);
    },
  };
}
