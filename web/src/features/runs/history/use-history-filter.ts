import { useSearchParams } from 'react-router';
import { useTypedSearch } from '../../../ui/use-typed-search.ts';
import type { HistoryFilter } from '../queries.ts';

const found = ['findings', 'strong', 'possible', 'nothing'] as const;
const states = ['waiting', 'running', 'done', 'failed'] as const;
const names = ['search', 'found', 'state', 'caseId', 'plugin', 'from', 'to'] as const;
export type FilterName = (typeof names)[number];

/** The filter lives in the address, so that it can be linked and comes back with the back button. */
export function useHistoryFilter() {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get('search') ?? '';
  const { typed, setTyped, settle } = useTypedSearch(search, (text) => change('search', text));

  function change(name: FilterName, value: string) {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  }

  return {
    filter: filterOf(parameters),
    typed,
    setTyped,
    change,
    clear: () => {
      settle('');
      setParameters({}, { replace: true, preventScrollReset: true });
    },
  };
}

/** What an address says that no filter is, is left out: the server would refuse all of it. */
function filterOf(parameters: URLSearchParams): HistoryFilter {
  const one = <Value extends string>(name: FilterName, values: readonly Value[]): Value | undefined =>
    values.find((value) => value === parameters.get(name));
  const matching = (name: FilterName, form: RegExp): string | undefined => {
    const value = parameters.get(name) ?? '';
    return form.test(value) ? value : undefined;
  };
  const all = {
    search: matching('search', /^[\s\S]{1,200}$/),
    found: one('found', found),
    state: one('state', states),
    caseId: matching('caseId', /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
    plugin: matching('plugin', /^[a-z\d-]{3,50}$/),
    from: matching('from', /^\d{4}-\d\d-\d\d$/),
    to: matching('to', /^\d{4}-\d\d-\d\d$/),
  };
  // Without the undefined ones, which exact optional types do not take.
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
