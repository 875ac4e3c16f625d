import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readStrings } from '../../corpus/strings/read-strings.ts';
import { makeBundle } from './make-bundle.ts';

const chromiumPath = '/usr/bin/chromium';
const page = fileURLToPath(new URL('../dist/verify.html', import.meta.url));
const available = existsSync(chromiumPath);
if (!available) console.log('The page that checks evidence is not opened: there is no Chromium.');

describe.skipIf(!available)('verify.html, opened from the disk', () => {
  let browser: Browser;
  beforeAll(async () => {
    const build = fileURLToPath(new URL('../build.ts', import.meta.url));
    expect(spawnSync(process.execPath, [build], { stdio: 'inherit' }).status).toBe(0);
    browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox', '--no-first-run'] });
  }, 120_000);
  afterAll(() => browser?.close());

  test('passes a good bundle and names the file of a changed one, in both languages, and asks nobody for anything', async () => {
    const bundle = await makeBundle();
    const changed = bundle.slice();
    const at = Buffer.from(bundle).indexOf('photo 2');
    changed[at] = (changed[at] ?? 0) ^ 1;
    await using context = await browser.newContext({ locale: 'en-GB' });
    const opened = await context.newPage();
    const asked: string[] = [];
    const complaints: string[] = [];
    opened.on('request', (request) => asked.push(request.url()));
    opened.on('console', (message) => complaints.push(message.text()));
    opened.on('pageerror', (error) => complaints.push(error.message));
    await opened.goto(pathToFileURL(page).href);
    const choose = (buffer: Uint8Array, name: string) =>
      opened
        .getByLabel('Choose a bundle')
        .setInputFiles({ name, mimeType: 'application/zip', buffer: Buffer.from(buffer) });
    await choose(bundle, '<img src=x onerror=alert(1)>.zip');
    await opened.getByRole('heading', { name: 'Nothing was changed' }).waitFor();
    await opened.getByText('Fingerprint of the key').waitFor();
    await choose(changed, 'changed.zip');
    await opened.getByRole('heading', { name: 'This bundle was changed' }).waitFor();
    await opened.getByText('"exhibits/0002/photo/001-2.jpg" was changed').waitFor();
    await opened.getByRole('button', { name: 'Deutsch' }).click();
    await opened.getByRole('heading', { name: 'Dieses Paket wurde geändert' }).waitFor();
    expect(asked).toEqual([pathToFileURL(page).href]);
    expect(complaints).toEqual([]);
  }, 60_000);

  test('shows what is written in an attacker’s bundle as text, in every place', async () => {
    const strings = readStrings().map(({ text }) => text);
    expect(strings.length).toBeGreaterThan(100);
    await using context = await browser.newContext({ locale: 'en-GB' });
    const opened = await context.newPage();
    const seen: string[] = [];
    opened.on('request', (request) => seen.push(request.url()));
    opened.on('console', (message) => seen.push(message.text()));
    opened.on('pageerror', (error) => seen.push(error.message));
    opened.on('dialog', (dialog) => {
      seen.push(dialog.message());
      void dialog.dismiss();
    });
    await opened.goto(pathToFileURL(page).href);
    const elements = () =>
      opened.evaluate(() => document.querySelectorAll('[data-hostile], img, script, iframe').length);
    const own = await elements();
    const shown = new Set<string>();
    // Many at once, each as the name of the organisation, of the case, of its maker and of a file.
    for (let start = 0; start < strings.length; start += 10) {
      const some = strings.slice(start, start + 10).map((text) => text.slice(0, 500));
      const called = some.join(' ');
      const good = await makeBundle(undefined, { called });
      const changed = good.slice();
      const at = Buffer.from(good).indexOf('added');
      changed[at] = (changed[at] ?? 0) ^ 1;
      for (const [bundle, heading] of [
        [good, 'Nothing was changed'],
        [changed, 'This bundle was changed'],
      ] as const) {
        await opened.getByLabel('Choose a bundle').setInputFiles({
          name: `${start}-${heading.length}.zip`,
          mimeType: 'application/zip',
          buffer: Buffer.from(bundle),
        });
        await opened.getByRole('heading', { name: heading }).waitFor();
        await opened.getByText(`${start}-${heading.length}.zip`).waitFor();
        const text = await opened.evaluate(() => document.body.textContent);
        for (const each of some) if (text.includes(each)) shown.add(each);
        expect(await opened.evaluate(() => 'hostileRan' in globalThis)).toBe(false);
        expect(await elements()).toBe(own);
      }
    }
    expect(shown.size).toBeGreaterThan(100);
    expect(seen).toEqual([pathToFileURL(page).href]);
    console.log(`verify.html: 5 places × ${strings.length} strings, ${shown.size} of them seen whole as text`);
  }, 180_000);
});
