import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { dist } from './browser.ts';

/** All that a script imports before it runs, and what that imports: sizes as browsers get them, compressed with Brotli. */
async function withImports(entries: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const waiting = [...entries];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (sizes.has(path)) continue;
    const text = await readFile(join(dist, path), 'utf8');
    sizes.set(path, brotliCompressSync(text).length);
    const statics = text.matchAll(/(?:\bfrom|\bimport)\s*["'](\.[^"']+\.js)["']/g);
    for (const [, specifier] of statics) waiting.push(posix.join(dirname(path), specifier ?? ''));
  }
  return sizes;
}

describe('the first route of the built app', () => {
  async function named(): Promise<string[]> {
    const html = await readFile(join(dist, 'index.html'), 'utf8');
    const found = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map((match) => match[1] ?? '');
    expect(found.length).toBeGreaterThan(1);
    return found;
  }

  test('is at most 200 kB of compressed JavaScript, with what it imports and the words of one language', async () => {
    const languages = (await readdir(join(dist, 'assets'))).filter((name) => /^all-[^.]+\.js$/.test(name));
    expect(languages.length).toBe(2);
    const figures: number[] = [];
    for (const language of languages) {
      const sizes = await withImports([...(await named()), `/assets/${language}`]);
      figures.push([...sizes.values()].reduce((sum, size) => sum + size, 0));
    }
    console.log(
      `first route: ${figures.map((size) => `${(size / 1000).toFixed(1)} kB`).join(', ')} with each language`,
    );
    expect(Math.max(...figures)).toBeLessThan(200_000);
  });

  test('holds neither the map nor the comparison nor a case', async () => {
    const all = await readdir(join(dist, 'assets'));
    const first = [...(await withImports(await named())).keys()];
    for (const lazy of ['outline-map', 'countries-50m', 'compare-page', 'case-page', 'result-page', 'history-page']) {
      expect(
        all.some((name) => name.startsWith(`${lazy}-`) && name.endsWith('.js')),
        lazy,
      ).toBe(true);
      expect(first.filter((path) => path.includes(`/${lazy}-`))).toEqual([]);
    }
  });

  test('has no script and no style of its own in the page: the content security policy allows none', async () => {
    const html = await readFile(join(dist, 'index.html'), 'utf8');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=/i);
  });
});
