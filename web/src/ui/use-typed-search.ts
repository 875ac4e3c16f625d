import { useDebouncedValue } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';

const pauseMilliseconds = 250;

/**
 * What somebody types into a search that lives in the address. The field shows what was typed, whatever the address says
 * by then; the address follows after a pause. A field that showed the address would lose letters on a slow machine.
 */
export function useTypedSearch(search: string, write: (text: string) => void) {
  const [typed, setTyped] = useState(search);
  const [settled] = useDebouncedValue(typed, pauseMilliseconds);
  /** What the address says because of what was typed: it comes back here and must not replace what was typed since. */
  const written = useRef(search);

  useEffect(() => {
    const text = settled.trim();
    if (text === written.current) return;
    written.current = text;
    write(text);
    // Only what was typed may change the address; the address changes what was typed below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [settled]);
  useEffect(() => {
    if (search === written.current) return;
    written.current = search;
    setTyped(search);
  }, [search]);

  return {
    typed,
    setTyped,
    /** Shows a text that the caller writes into the address itself, or that nothing is left of it. */
    settle(text: string) {
      written.current = text;
      setTyped(text);
    },
  };
}
