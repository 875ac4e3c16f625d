import { useSearchParams } from 'react-router';

/**
 * What is open on the page, in the address: `?finding=2&markers=off&tags=GPS`. A link to it opens the same; going back
 * leaves the page, so nothing is added to the history.
 */
export function useResultView(findings: number) {
  const [parameters, setParameters] = useSearchParams();
  const change = (name: string, value: string | null) =>
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === null) after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  const named = parameters.get('finding');
  const number = Number(named);
  return {
    // Without a word about it the strongest is open; `none` says that it was closed.
    selected: named === null ? 0 : Number.isInteger(number) && number >= 1 && number <= findings ? number - 1 : null,
    select: (index: number | null) => change('finding', index === null ? 'none' : String(index + 1)),
    markers: parameters.get('markers') !== 'off',
    showMarkers: (shown: boolean) => change('markers', shown ? null : 'off'),
    tags: parameters.get('tags') ?? '',
    searchTags: (text: string) => change('tags', text === '' ? null : text.slice(0, 200)),
  };
}
