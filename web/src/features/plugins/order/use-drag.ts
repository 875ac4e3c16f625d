import { useEffect, useEffectEvent, useRef, useState, type PointerEvent } from 'react';

/** A list with one of its entries at another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): Item[] {
  const rest = items.filter((_, index) => index !== from);
  return [...rest.slice(0, to), ...items.slice(from, from + 1), ...rest.slice(to)];
}

/**
 * Dragging rows of a list by a handle, with mouse, pen or finger. The list is shown as it would be; it is told only at
 * the end, and Esc or a lost pointer leaves it as it was.
 */
export function useDrag(ids: readonly string[], onMove: (from: number, to: number) => void) {
  const list = useRef<HTMLOListElement>(null);
  const [drag, setDrag] = useState<{ id: string; to: number } | null>(null);
  const from = drag === null ? -1 : ids.indexOf(drag.id);

  /** The row under the pointer; above the first it is the first. */
  function placeAt(y: number): number {
    const rows = [...(list.current?.children ?? [])];
    const at = rows.findIndex((row) => y < row.getBoundingClientRect().bottom);
    return at === -1 ? rows.length - 1 : at;
  }

  const follow = useEffectEvent((y: number) => {
    if (drag === null) return;
    const to = placeAt(y);
    if (to !== drag.to) setDrag({ ...drag, to });
  });
  const drop = useEffectEvent(() => {
    if (drag !== null && from !== -1 && from !== drag.to) onMove(from, drag.to);
    setDrag(null);
  });
  const dragging = drag !== null;
  useEffect(() => {
    if (!dragging) return;
    const ended = new AbortController();
    // On the window, not by capture: the handle moves in the document while it is dragged, and would lose it.
    const { signal } = ended;
    addEventListener('pointermove', (event) => follow(event.clientY), { signal });
    addEventListener('pointerup', () => drop(), { signal });
    addEventListener('pointercancel', () => setDrag(null), { signal });
    addEventListener('keydown', (event) => event.key === 'Escape' && setDrag(null), { signal });
    return () => ended.abort();
  }, [dragging]);

  return {
    list,
    dragged: drag?.id,
    ids: drag === null || from === -1 ? ids : moved(ids, from, drag.to),
    start(id: string, event: PointerEvent) {
      if (event.button === 0) setDrag({ id, to: ids.indexOf(id) });
    },
  };
}
