export type DiffLine = {
  kind: 'same' | 'added' | 'removed';
  text: string;
  /** Number from 1 in the text as it was; null for a line that is new. */
  before: number | null;
  /** Number from 1 in the text as it is; null for a line that is gone. */
  after: number | null;
};

/** More changed lines than that are no longer compared one by one: hostile files must not hold the page for seconds. */
const mostChanges = 1_500;

export function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  // The end of the last line begins no other.
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines;
}

/** What changed from one text to the next, line by line: the shortest way, by Myers. */
export function diffLines(before: string | null, after: string): DiffLine[] {
  const now = linesOf(after);
  if (before === null) return now.map((text, index) => ({ kind: 'same', text, before: null, after: index + 1 }));
  const old = linesOf(before);
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old[old.length - 1 - end] === now[now.length - 1 - end]) end += 1;
  const kinds = [
    ...Array.from({ length: start }, () => 'same' as const),
    ...stepsBetween(old.slice(start, old.length - end), now.slice(start, now.length - end)),
    ...Array.from({ length: end }, () => 'same' as const),
  ];
  return numbered(kinds, old, now);
}

function numbered(kinds: readonly DiffLine['kind'][], old: readonly string[], now: readonly string[]): DiffLine[] {
  let [left, right] = [0, 0];
  return kinds.map((kind) => {
    if (kind !== 'added') left += 1;
    if (kind !== 'removed') right += 1;
    const text = (kind === 'removed' ? old[left - 1] : now[right - 1]) ?? '';
    return { kind, text, before: kind === 'added' ? null : left, after: kind === 'removed' ? null : right };
  });
}

/** Each round reaches as far as one change more allows; the way back through the rounds is the answer. */
function stepsBetween(old: readonly string[], now: readonly string[]): DiffLine['kind'][] {
  const most = Math.min(mostChanges, old.length + now.length);
  const reached = new Map<number, number>([[1, 0]]);
  const rounds: Map<number, number>[] = [];
  for (let changes = 0; changes <= most; changes += 1) {
    rounds.push(new Map(reached));
    for (let diagonal = -changes; diagonal <= changes; diagonal += 2) {
      let x = goesDown(reached, diagonal, changes)
        ? (reached.get(diagonal + 1) ?? 0)
        : (reached.get(diagonal - 1) ?? 0) + 1;
      while (x < old.length && x - diagonal < now.length && old[x] === now[x - diagonal]) x += 1;
      reached.set(diagonal, x);
      if (x >= old.length && x - diagonal >= now.length) return wayBack(rounds, old.length, now.length);
    }
  }
  // Too much to compare: all of it went, all of it came.
  return [...old.map(() => 'removed' as const), ...now.map(() => 'added' as const)];
}

function goesDown(reached: ReadonlyMap<number, number>, diagonal: number, changes: number): boolean {
  if (diagonal === -changes) return true;
  return diagonal !== changes && (reached.get(diagonal - 1) ?? 0) < (reached.get(diagonal + 1) ?? 0);
}

function wayBack(rounds: readonly Map<number, number>[], width: number, height: number): DiffLine['kind'][] {
  const steps: DiffLine['kind'][] = [];
  let [x, y] = [width, height];
  for (let changes = rounds.length - 1; changes >= 0; changes -= 1) {
    const reached = rounds[changes] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = goesDown(reached, diagonal, changes);
    const from = down ? diagonal + 1 : diagonal - 1;
    const fromX = reached.get(from) ?? 0;
    // Where this round began to follow equal lines.
    const startX = changes === 0 ? 0 : down ? fromX : fromX + 1;
    for (; x > startX; x -= 1, y -= 1) steps.push('same');
    if (changes === 0) break;
    steps.push(down ? 'added' : 'removed');
    [x, y] = [fromX, fromX - from];
  }
  return steps.reverse();
}
