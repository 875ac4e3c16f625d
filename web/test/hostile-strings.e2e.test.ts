import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { readStrings } from '../../corpus/strings/read-strings.ts';
import { collectComplaints, hasChromium, launchChromium } from './browser.ts';
import { sources } from './hostile/sources.ts';
import { signInPage, startRealServer, type RealServer } from './real-server.ts';

/** Elements that only a string of the corpus could have put in, and links that would run something. A signature file is ours. */
const injected =
  '[data-hostile], script:not([src]), iframe, object, embed, base, meta[http-equiv], a[href^="javascript:" i], a[href^="data:" i]:not([download$=".sig.json"]), [onerror], [onload], [onclick]';

describe.skipIf(!hasChromium)('what strangers wrote', { timeout: 300_000 }, () => {
  let browser: Browser;
  let server: RealServer;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startRealServer(), launchChromium()]);
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('would be noticed as markup: what this file looks for is there when one of them is drawn as HTML', async () => {
    const [text = ''] = readStrings()
      .map((each) => each.text)
      .filter((each) => each.startsWith('<img'));
    const context = await watchedContext(browser);
    const page = await context.newPage();
    await page.goto(`${server.url}/sign-in`);
    await page.locator('h1').first().waitFor();
    expect(await inspect(page, [text])).toMatchObject({ refused: [], injected: [], texts: [] });
    await page.evaluate((html) => {
      document.body.insertAdjacentHTML('beforeend', html);
    }, text);
    await page.waitForFunction(() => (globalThis as { hostileRefused?: string[] }).hostileRefused?.length); // set by this test
    const { injected: found, refused } = await inspect(page, [text]);
    expect(found).toHaveLength(1);
    expect(refused.join()).toContain('script-src');
    await context.close();
  });

  test('is shown as text on every page: nothing runs, nothing is fetched, no element comes in', async () => {
    const strings = readStrings().map(({ text }) => text);
    expect(strings.length).toBeGreaterThan(100);
    const signedIn = { url: server.url, ...(await server.signIn()) };
    // Such strings in code are reason enough to block a package: here it is to be seen what they do once they are in.
    const severities = { high: 'pass', medium: 'pass', low: 'pass' } as const;
    await signedIn.call(routes.organisations.putScanRules, { body: { rules: { severities, rules: [] } } });
    const context = await watchedContext(browser);
    const page = await context.newPage();
    const seen = watch(page, server.url);
    await signInPage(page, server.url);

    const fields = sources.flatMap((source) => source.fields);
    const shown = new Set<string>();
    let pages = 0;
    for (const source of sources) {
      const visit = await source.put(signedIn, strings);
      console.log(`hostile strings: ${source.fields.join(', ')} are in, ${visit.length} pages to look at`);
      for (const path of visit) {
        await page.goto(server.url + path);
        await page.locator('h1').first().waitFor();
        // A page without any of them would prove nothing.
        await expect
          .poll(async () => (await inspect(page, strings)).texts.length, { timeout: 60_000, message: path })
          .toBeGreaterThan(0);
        await openWhatIsClosed(page);
        const { texts, ...state } = await inspect(page, strings);
        expect(state, path).toEqual({ ran: false, refused: [], injected: [], at: path.split('?', 1)[0] });
        expect(seen, path).toEqual([]);
        for (const text of texts) shown.add(text);
        pages += 1;
      }
    }
    expect(shown.size).toBeGreaterThan(strings.length * 0.8);
    console.log(
      `hostile strings: ${fields.length} fields × ${strings.length} strings on ${pages} pages; ${shown.size} of them seen whole as text`,
    );
    await context.close();
  });
});

/** Its pages keep what the policy refused, also what no console line tells. */
async function watchedContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext();
  await context.addInitScript(() => {
    const refused: string[] = [];
    Object.assign(globalThis, { hostileRefused: refused });
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      refused.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  return context;
}

/** Dialogs, refusals of the policy, exceptions, and requests to anybody but the server. */
function watch(page: Page, origin: string): string[] {
  const seen = collectComplaints(page);
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.origin !== origin && url.protocol !== 'blob:') seen.push(`request: ${request.url().slice(0, 200)}`);
  });
  page.on('popup', (popup) => seen.push(`popup: ${popup.url()}`));
  return seen;
}

/** What is folded away is drawn only when it is opened. */
async function openWhatIsClosed(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const toggles = [...document.querySelectorAll<HTMLElement>('main [aria-expanded=false]')].slice(0, 40);
    for (const toggle of toggles) toggle.click();
    // Two frames: React has drawn what was opened, and what is in it had its chance to run.
    for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

function inspect(page: Page, strings: readonly string[]) {
  return page.evaluate(
    ([selector, all]) => {
      const found = [...document.querySelectorAll(selector)];
      const state = globalThis as { hostileRan?: unknown; hostileRefused?: string[] }; // set by the corpus and by this test
      const written = [
        document.body.textContent,
        ...[...document.querySelectorAll('input, textarea')].map((field) => (field as HTMLInputElement).value), // by the selector
      ].join('\n');
      return {
        ran: state.hostileRan !== undefined,
        refused: state.hostileRefused ?? [],
        injected: found.map((element) => element.outerHTML.slice(0, 200)),
        // What is opened may stand in the query.
        at: location.pathname,
        texts: all.filter((text) => written.includes(text)),
      };
    },
    [injected, strings] as const,
  );
}
