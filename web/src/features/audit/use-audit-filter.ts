import { auditActs, type AuditAct } from '@proofpix/contract/audit';
import { useSearchParams } from 'react-router';
import { useTypedSearch } from '../../ui/use-typed-search.ts';

export type AuditFilter = {
  act?: AuditAct;
  result?: 'done' | 'refused';
  from?: string;
  to?: string;
  search?: string;
  actor?: string;
};

const names = ['act', 'result', 'from', 'to', 'search', 'actor'] as const;
export type FilterName = (typeof names)[number];

/** The filter and what is open live in the address, so that both can be linked. */
export function useAuditFilter() {
  const [query, setQuery] = useSearchParams();
  const text = (name: FilterName | 'open' | 'of') => query.get(name) || undefined;
  const act = text('act');
  const result = text('result');
  const [from, to] = [dayOf(text('from')), dayOf(text('to'))];
  const [search, actor] = [text('search')?.slice(0, 100), text('actor')];
  const filter: AuditFilter = {
    ...(act !== undefined && isAct(act) ? { act } : {}),
    ...(result === 'done' || result === 'refused' ? { result } : {}),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(search === undefined ? {} : { search }),
    ...(actor === undefined ? {} : { actor }),
  };

  function change(name: FilterName | 'open' | 'of', value: string | null): void {
    setQuery(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === null || value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: name === 'search', preventScrollReset: true },
    );
  }

  const { typed, setTyped, settle } = useTypedSearch(search ?? '', (value) => change('search', value));

  return {
    filter,
    typed,
    setTyped,
    open: query.get('open'),
    of: query.get('of') === 'server' ? ('server' as const) : ('organisation' as const),
    change,
    clear: () => {
      settle('');
      setQuery((before) => new URLSearchParams([...before].filter(([name]) => !isFilter(name))));
    },
  };
}

function isFilter(name: string): boolean {
  return (names as readonly string[]).includes(name);
}

function isAct(name: string): name is AuditAct {
  return Object.hasOwn(auditActs, name);
}

/** What somebody wrote into the address may be no day. */
function dayOf(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}
