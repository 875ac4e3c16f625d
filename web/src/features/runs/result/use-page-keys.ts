import { useEffect, useRef } from 'react';

/**
 * Keys of one character. They are heard while nothing has the focus, or something of the photo or the findings: whoever
 * types into a field, or speaks to the page, must not move it.
 */
export function usePageKeys(onKey: (key: string) => boolean): void {
  const latest = useRef(onKey);
  useEffect(() => {
    latest.current = onKey;
  });
  useEffect(() => {
    function listen(event: KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return;
      if (target !== document.body && target?.closest('[data-keys]') === null) return;
      if (latest.current(event.key)) event.preventDefault();
    }
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
