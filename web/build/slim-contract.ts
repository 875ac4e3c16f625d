import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { routes } from '@proofpix/contract/routes';
import type { Route } from '@proofpix/contract/route';
import type { Plugin } from 'vite';

/**
 * The browser needs only method and path of each route that a page calls; the types are checked against the whole table.
 * The schemas stay out, and with them typebox, whose compiler makes functions from text, which the content security policy
 * forbids.
 */
export function slimContract(): Plugin {
  const file = fileURLToPath(import.meta.resolve('@proofpix/contract/routes'));
  let whole = false;
  return {
    name: 'proofpix-slim-contract',
    enforce: 'pre',
    // While somebody works on a page it comes to call what it did not before.
    configResolved: ({ command }) => void (whole = command === 'serve'),
    load(id) {
      if (id.split('?')[0] !== file) return null;
      return `export const routes = ${JSON.stringify(slimTable(whole ? () => true : calledRoutes()))};`;
    },
  };
}

function slimTable(
  isCalled: (noun: string, verb: string) => boolean,
): Record<string, Record<string, { method: string; path: string }>> {
  const nouns: [string, Record<string, Route>][] = Object.entries(routes);
  return Object.fromEntries(
    nouns.map(([noun, rows]) => [
      noun,
      Object.fromEntries(
        Object.entries(rows)
          .filter(([verb]) => isCalled(noun, verb))
          .map(([verb, { method, path }]) => [verb, { method, path }]),
      ),
    ]),
  );
}

/** By how the sources write it: `routes.plugins.list`, or `routes.plugins[…]` for any of them. @throws Error for another way */
function calledRoutes(): (noun: string, verb: string) => boolean {
  const source = fileURLToPath(new URL('../src', import.meta.url));
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(source, name));
  const called = new Set<string>();
  for (const file of [...files, fileURLToPath(import.meta.resolve('@proofpix/contract/client'))]) {
    const text = readFileSync(file, 'utf8');
    if (/(?:=|\(|,|\{)\s*routes\s*[;,)[}](?!\s*from\b)/.test(text.replaceAll(/^import .*$/gm, '')))
      throw new Error(`${file} hands the table of routes on: name each route that it calls.`);
    for (const [, noun = '', verb = '*'] of text.matchAll(/\broutes\s*\.\s*(\w+)\s*(?:\.\s*(\w+)|\[)/g))
      called.add(`${noun}.${verb}`);
  }
  return (noun, verb) => called.has(`${noun}.${verb}`) || called.has(`${noun}.*`);
}
