import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { allRoutes } from '@proofpix/contract/routes';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const routes = new Set(allRoutes().map(({ route }) => `${route.method} ${route.path}`));

type Row = { id: string; promise: string; where: string; test: string; figure: string; state: string };

function readRows(): Row[] {
  return readFileSync(join(root, 'docs/promises.md'), 'utf8')
    .split('\n')
    .filter((line) => /^\| P\d\d /.test(line))
    .map((line) => {
      const [id = '', promise = '', where = '', test = '', figure = '', state = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      return { id, promise, where, test, figure, state };
    });
}

const named = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');

/** What a name in a row means, or why it means nothing. `path › name` names a test inside a file. */
function missing(name: string): string | undefined {
  if (/^(GET|POST|PUT|DELETE) \//.test(name)) return routes.has(name) ? undefined : `${name}: no such route`;
  const [path = '', testName] = name.split(' › ');
  if (!existsSync(join(root, path))) return `${path}: no such file`;
  if (testName !== undefined && !readFileSync(join(root, path), 'utf8').includes(testName)) {
    return `${path}: has no test "${testName}"`;
  }
  return undefined;
}

describe('docs/promises.md', () => {
  const rows = readRows();

  test('has a row for each of the 27 promises', () => {
    const wanted = Array.from({ length: 27 }, (_, index) => `P${String(index + 1).padStart(2, '0')}`);
    expect(rows.map(({ id }) => id)).toEqual(wanted);
  });

  test('names only routes, files and tests that exist', () => {
    const names = rows.flatMap(({ id, where, test }) =>
      [...named(where), ...named(test)].map((name) => ({ id, name })),
    );
    expect(names.length).toBeGreaterThan(40);
    const wrong = names.map(({ id, name }) => ({ id, why: missing(name) })).filter(({ why }) => why !== undefined);
    expect(wrong).toEqual([]);
  });

  test('says that something works only where a test proves it, and "not yet" where nothing stands', () => {
    for (const { id, where, test, state } of rows) {
      expect(['works', 'partly', 'not yet'], id).toContain(state);
      if (state !== 'not yet') expect(named(where).length * named(test).length, id).toBeGreaterThan(0);
    }
  });
});
