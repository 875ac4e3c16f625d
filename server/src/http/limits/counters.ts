import { takeFrom, type Counted, type Rule, type Window } from './sliding-window.ts';

export type Counters = {
  /** Counts one more request of a key, unless its window is full. Keys of different classes never meet. */
  take(name: string, key: string, rule: Rule): Promise<Counted>;
};

/**
 * Bounds the memory that strangers can fill, for each class by itself: a flood of addresses displaces no organisation.
 * There are two generations of so many.
 */
const maxKeys = 10_000;

/** The counters of one server. A restart forgives. */
export type OwnCounters = { take(name: string, key: string, rule: Rule): Counted };

/** `old` is dropped when `young` is full, or when all of it has been over for long: no key is ever looked for to be deleted. */
type Generations = { young: Map<string, Window>; old: Map<string, Window>; since: number };

export function createOwnCounters(now: () => number = () => performance.now()): OwnCounters {
  const classes = new Map<string, Generations>();

  function generationsOf(name: string, rule: Rule, time: number): Generations {
    const known = classes.get(name);
    const over = known !== undefined && time - known.since > rule.seconds * 2_000;
    if (known !== undefined && !over && known.young.size < maxKeys) return known;
    const next = { young: new Map<string, Window>(), old: known?.young ?? new Map<string, Window>(), since: time };
    classes.set(name, next);
    return next;
  }

  return {
    take(name, key, rule) {
      const time = now();
      const { young, old } = generationsOf(name, rule, time);
      const window = young.get(key) ?? old.get(key) ?? new Map<number, number>();
      young.set(key, window);
      return takeFrom(window, rule, time);
    },
  };
}
