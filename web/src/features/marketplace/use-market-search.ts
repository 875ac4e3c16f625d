import type { Manifest } from '@proofpix/contract/manifest';
import type { ScanVerdict } from '@proofpix/contract/scan';
import { sortOrders } from '@proofpix/contract/ranking';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { useTypedSearch } from '../../ui/use-typed-search.ts';

const categories = [
  'file-processing',
  'data-analysis',
  'integration',
  'security',
  'reporting',
  'automation',
  'other',
] as const satisfies readonly Manifest['category'][];
const types = ['processor', 'connector', 'analyzer', 'utility'] as const satisfies readonly Manifest['type'][];
const verdicts = ['pass', 'review', 'block'] as const satisfies readonly ScanVerdict[];

export const facetNames = ['category', 'type', 'permission', 'verdict', 'publisher', 'source'] as const;
export type FacetName = (typeof facetNames)[number];

export type MarketFilter = {
  q: string;
  category: Manifest['category'][];
  type: Manifest['type'][];
  permission: Permission[];
  verdict: ScanVerdict[];
  publisher: string[];
  source: string[];
  sort: (typeof sortOrders)[number];
};

const longest = 200;

/** The search and its filters live in the address, so that they can be linked and come back with the back button. */
export function useMarketSearch() {
  const [address, setAddress] = useSearchParams();
  const filter = useMemo(() => filterOf(address), [address]);

  function change(edit: (address: URLSearchParams) => void, replace = true) {
    setAddress(
      (before) => {
        const after = new URLSearchParams(before);
        edit(after);
        return after;
      },
      { replace, preventScrollReset: true },
    );
  }
  const set = (name: string, value: string) => change((to) => (value === '' ? to.delete(name) : to.set(name, value)));
  const { typed, setTyped, settle } = useTypedSearch(filter.q, (text) => set('search', text));

  return {
    filter,
    typed,
    setTyped,
    /** Looks for this at once: a suggestion, or the words that were meant. */
    search(text: string) {
      settle(text);
      set('search', text);
    },
    sort: (order: string) => set('sort', order === 'relevance' ? '' : order),
    toggle: (name: FacetName, value: string) =>
      change((to) => {
        const values = to.getAll(name);
        to.delete(name);
        const after = values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
        for (const each of after) to.append(name, each);
      }),
    clearFilters: () =>
      change((to) => {
        for (const name of facetNames) to.delete(name);
      }),
    clear() {
      settle('');
      setAddress({}, { replace: true, preventScrollReset: true });
    },
  };
}

/** What an address says that no filter is, is left out: the server would refuse all of it. */
function filterOf(address: URLSearchParams): MarketFilter {
  const some = <Value extends string>(name: string, values: readonly Value[]) =>
    values.filter((value) => address.getAll(name).includes(value));
  const matching = (name: string, form: RegExp) =>
    address
      .getAll(name)
      .filter((value) => form.test(value))
      .slice(0, 20);
  return {
    q: (address.get('search') ?? '').trim().slice(0, longest),
    category: some('category', categories),
    type: some('type', types),
    permission: some('permission', permissionNames),
    verdict: some('verdict', verdicts),
    publisher: matching('publisher', /^[a-z0-9][a-z0-9-]{1,48}[a-z0-9]$/),
    source: matching('source', /^[\x21-\x7e]{1,100}$/),
    sort: some('sort', sortOrders)[0] ?? 'relevance',
  };
}

export function isFiltered(filter: MarketFilter): boolean {
  return facetNames.some((name) => filter[name].length > 0);
}
