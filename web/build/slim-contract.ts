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
      return `export const routes = ${JSON.stringify(slimTable())};`;
    },
  };
}

function slimTable(): Record<string, Record<string, { method: string; path: string }>> {
  const nouns: [string, Record<string, Route>][] = Object.entries(routes);
  return Object.fromEntries(
    nouns.map(([noun, rows]) => [
      noun,
      Object.fromEntries(Object.entries(rows).map(([verb, { method, path }]) => [verb, { method, path }])),
    ]),
  );
}
