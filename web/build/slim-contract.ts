import { fileURLToPath } from 'node:url';
import { routes } from '@proofpix/contract/routes';
import type { Route } from '@proofpix/contract/route';
import type { Plugin } from 'vite';

/**
 * The browser needs only method and path of each route; the types are checked against the whole table. The schemas stay
 * out, and with them typebox, whose compiler makes functions from text, which the content security policy forbids.
 */
export function slimContract(): Plugin {
  const file = fileURLToPath(import.meta.resolve('@proofpix/contract/routes'));
  return {
    name: 'proofpix-slim-contract',
    enforce: 'pre',
    load(id) {
      if (id.split('?')[0] !== file) return null;
      return `const rows = (table, each) => Object.fromEntries(Object.entries(table).map(([name, row]) => [name, each(row)]));
        const read = (row) => { const [method, path] = row.split(' '); return { method, path }; };
        export const routes = rows(${JSON.stringify(slimTable())}, (noun) => rows(noun, read));`;
    },
  };
}

/** Each row as one text: the names of its fields two hundred times over are bytes of the first page. */
function slimTable(): Record<string, Record<string, string>> {
  const nouns: [string, Record<string, Route>][] = Object.entries(routes);
  return Object.fromEntries(
    nouns.map(([noun, rows]) => [
      noun,
      Object.fromEntries(Object.entries(rows).map(([verb, { method, path }]) => [verb, `${method} ${path}`])),
    ]),
  );
}
