import { describe, expect, test } from 'vitest';
import { bounds, pickRun } from './pick-run.ts';

/** Lets runs end one after the other and gives the organisations in the order in which they were served. */
function serve(waitingOf: Record<string, number>, rounds: number): string[] {
  const left = new Map(Object.entries(waitingOf));
  const underWay = new Map<string, number>();
  const served = new Map<string, number>();
  const order: string[] = [];
  const running: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (;;) {
      const heads = [...left]
        .filter(([, count]) => count > 0)
        .map(([organisationId]) => ({ runId: organisationId, organisationId }));
      const next = pickRun(heads, { underWay, served });
      if (next === undefined) break;
      const { organisationId } = next;
      left.set(organisationId, (left.get(organisationId) ?? 0) - 1);
      underWay.set(organisationId, (underWay.get(organisationId) ?? 0) + 1);
      served.set(organisationId, order.push(organisationId));
      running.push(organisationId);
    }
    const ended = running.shift();
    if (ended !== undefined) underWay.set(ended, (underWay.get(ended) ?? 0) - 1);
  }
  return order;
}

describe('the next run', () => {
  test('of an organisation with one photo comes at once, however many another has waiting', () => {
    const order = serve({ many: 1_000, one: 1 }, 1);
    expect(order.slice(0, 2).sort()).toEqual(['many', 'one']);
  });

  test('goes in turns when more organisations wait than there is room for', () => {
    const names = Array.from({ length: 100 }, (_, index) => `o${index}`);
    const order = serve(Object.fromEntries(names.map((name) => [name, 50])), 400);
    const counts = names.map((name) => order.filter((served) => served === name).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  test('stays within the bounds of one organisation and of all', () => {
    expect(serve({ a: 1_000 }, 1)).toHaveLength(bounds.each);
    expect(serve(Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`o${index}`, 100])), 1)).toHaveLength(
      bounds.together,
    );
    expect(serve(Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`o${index}`, 100])), 1)).toHaveLength(
      bounds.withFirsts,
    );
  });
});
