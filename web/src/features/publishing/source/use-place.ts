import { useSearchParams } from 'react-router';

/** Which file and line are looked at, and whether whole: in the address, so that a place can be linked. */
export function usePlace() {
  const [query, setQuery] = useSearchParams();
  const line = Number(query.get('line'));
  return {
    file: query.get('file'),
    line: Number.isInteger(line) && line > 0 ? line : null,
    whole: query.get('whole') === '1',
    go(to: { file?: string; line?: number | null; whole?: boolean }): void {
      setQuery(
        (before) => {
          const after = new URLSearchParams(before);
          if (to.file !== undefined) after.set('file', to.file);
          // Another file has other lines.
          if (to.line === null || (to.line === undefined && to.file !== undefined)) after.delete('line');
          else if (to.line !== undefined) after.set('line', String(to.line));
          if (to.whole === true) after.set('whole', '1');
          if (to.whole === false) after.delete('whole');
          return after;
        },
        { replace: true, preventScrollReset: true },
      );
    },
  };
}
