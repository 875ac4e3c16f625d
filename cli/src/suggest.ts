const longest = 60;

/** The known name that somebody may have meant: at most a third of its letters differ. */
export function closest(given: string, known: Iterable<string>): string | undefined {
  const written = given.slice(0, longest).toLowerCase();
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = editDistance(written, name.toLowerCase());
    if (distance > Math.max(1, Math.floor(name.length / 3))) continue;
    if (best === undefined || distance < best.distance) best = { name, distance };
  }
  return best?.name;
}

/** A sentence that names what may have been meant, or what there is. */
export function didYouMean(given: string, known: readonly string[]): string {
  const meant = closest(given, known);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return known.length === 0 ? '' : `There ${known.length === 1 ? 'is' : 'are'}: ${known.join(', ')}.`;
}

/** Insertions, deletions, replacements and swapped neighbours. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(before, j - 2) + 1);
      next.push(least);
    }
    before = row;
    row = next;
  }
  return at(row, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
