import { smallestTold } from '@proofpix/contract/publisher-analytics';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { addSearches } from './queries.ts';

type Plugin = { source: string; publisher: string; pluginId: string };
type Member = Pick<Caller, 'organisationId' | 'userId'>;

/**
 * Which searches led to which plugins. People type names and numbers into a search: a term is written nowhere before enough
 * organisations used the same one, and until then only this process knows it. It forgets it with its end, or after weeks.
 */
export type Searches = {
  found(member: Member, phrase: string, plugins: readonly Plugin[]): void;
  opened(member: Member, plugin: Plugin): void;
  write(db: Database): Promise<void>;
};

/** Who opens a listing later than this came by another way. */
const recentMilliseconds = 15 * 60_000;
const keptMilliseconds = 28 * 24 * 60 * 60_000;
const mostRecent = 10_000;
const mostTerms = 20_000;
const mostOrganisations = 1_000;
const mostCharacters = 60;

type Term = {
  publisher: string;
  pluginId: string;
  term: string;
  organisations: Set<string>;
  written: number;
  at: number;
};

export function collectSearches(now: () => Date): Searches {
  /** The last search of a member. In the order of time: the first is the oldest. */
  const recent = new Map<string, { term: string; plugins: ReadonlySet<string>; at: number }>();
  const terms = new Map<string, Term>();
  const changed = new Set<Term>();

  return {
    found({ organisationId, userId }, phrase, plugins) {
      const term = phrase.slice(0, mostCharacters).trim();
      const member = `${organisationId} ${userId}`;
      recent.delete(member);
      if (term === '') return;
      recent.set(member, { term, plugins: new Set(plugins.map(nameOf)), at: now().getTime() });
      dropOldest(recent, mostRecent);
    },
    opened({ organisationId, userId }, plugin) {
      const time = now().getTime();
      const search = recent.get(`${organisationId} ${userId}`);
      if (search === undefined || search.at < time - recentMilliseconds || !search.plugins.has(nameOf(plugin))) return;
      const { publisher, pluginId } = plugin;
      const key = `${publisher} ${pluginId} ${search.term}`;
      const known = terms.get(key) ?? {
        publisher,
        pluginId,
        term: search.term,
        organisations: new Set(),
        written: 0,
        at: time,
      };
      terms.set(key, known);
      dropOldest(terms, mostTerms);
      if (known.organisations.size >= mostOrganisations) return;
      known.organisations.add(organisationId);
      changed.add(known);
    },
    async write(db) {
      const time = now();
      for (const [key, { at }] of terms) if (at < time.getTime() - keptMilliseconds) terms.delete(key);
      const enough = [...changed].filter(({ organisations }) => organisations.size >= smallestTold);
      changed.clear();
      if (enough.length === 0) return;
      const day = time.toISOString().slice(0, 10);
      const searches = enough.map((term) => ({ ...term, organisations: [...term.organisations], day }));
      const written = await asSystem(db, 'publisher-analytics', (tx) => addSearches(tx, searches)).catch(
        (error: unknown) => {
          for (const term of enough) changed.add(term);
          throw error;
        },
      );
      const counts = new Map(written.map((row) => [`${row.publisher} ${row.pluginId} ${row.term}`, row.written]));
      for (const term of enough)
        term.written = counts.get(`${term.publisher} ${term.pluginId} ${term.term}`) ?? term.written;
    },
  };
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}

const nameOf = ({ source, publisher, pluginId }: Plugin) => `${source} ${publisher} ${pluginId}`;
