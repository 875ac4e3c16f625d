import type { Installation } from './capabilities.ts';

/** The installations that implement a hook, in the order in which they run: priority, then who was there first. */
export function inOrder(installations: Iterable<Installation>, hook: string): Installation[] {
  const found: { installation: Installation; priority: number }[] = [];
  for (const installation of installations) {
    const entry = installation.hooks.find(({ name }) => name === hook);
    if (entry !== undefined) found.push({ installation, priority: entry.priority });
  }
  return found
    .sort(
      (a, b) =>
        a.priority - b.priority ||
        a.installation.installedAt - b.installation.installedAt ||
        compare(a.installation.id, b.installation.id),
    )
    .map(({ installation }) => installation);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
