import { asking, packTestPlugin, type TestPlugin } from '../../server/src/features/plugins/test/test-plugins.ts';
import { makeReviewer } from '../../server/src/features/submissions/test/publishing.ts';
import { startServer, type TestMember, type TestServer } from '../../server/test/start-server.ts';
import {
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  hasChromium,
  launchChromium,
} from '../../web/test/browser.ts';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const manifest = { id: 'weather-here', name: 'Weather here', permissions: ['http'], hosts: ['api.halden.example'] };
const ask = (body: string) => asking('weather-here', body);
const bad: TestPlugin = {
  manifest,
  exports: ask(`await ctx.http.get('https://api.halden.example/');\n  return { answer: eval('42') };`),
};
const good: TestPlugin = {
  manifest,
  exports: ask(`const sky = await ctx.http.get('https://api.halden.example/');\n  return { answer: sky.status };`),
  files: { 'CHANGELOG.md': '# 1.0.0\n\nThe first one.\n' },
};

describe.skipIf(!hasChromium)('publishing, in the browser', { timeout: 600_000 }, () => {
  let server: TestServer;
  let browser: Browser;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('a plugin goes from its publisher over two reviewers to a customer, and is withdrawn', async () => {
    const { owner } = await server.createOrganisation();
    const { owner: customer } = await server.createOrganisation();
    const publisher = await signedIn(owner);
    const [first, second] = [await signedIn(await makeReviewer(server)), await signedIn(await makeReviewer(server))];

    await takeName(publisher);
    await sendBadThenMended(publisher);
    await publisher.getByRole('button', { name: 'Send to review' }).click();
    await publisher.getByRole('dialog').getByLabel('Note to the reviewers').fill('It asks one station.');
    await publisher.getByRole('dialog').getByRole('button', { name: 'Send to review' }).click();
    await publisher.getByText('Place 1 of 1 in the queue.').first().waitFor();
    await seen(publisher);

    await askAboutLine(first);
    await publisher.reload();
    await publisher.getByRole('tab', { name: /^Comments/ }).click();
    await publisher.getByText('Which station is it?').waitFor();
    // Nobody learns who asks.
    await publisher.getByText('Reviewer', { exact: true }).waitFor();
    await publisher.getByRole('button', { name: 'Answer' }).click();
    await publisher.getByLabel('About line 2 of index.js').fill('The one in Halden.');
    await publisher.getByLabel('About line 2 of index.js').press('Control+Enter');
    await publisher.getByText('The one in Halden.').waitFor();
    await seen(publisher);

    await first.reload();
    await first.getByText('You can approve when 1 comment is settled').first().waitFor();
    await first.getByRole('button', { name: 'Mark as settled' }).first().click();
    await tickAndApprove(first);
    await first.getByText('1 of 2').waitFor();
    // The same eyes do not look twice.
    expect(await first.getByRole('button', { name: 'Take this review' }).first().isDisabled()).toBe(true);
    await first.getByText('You approved it already').first().waitFor();

    await second.getByRole('link', { name: /^Review desk/ }).click();
    await second.getByRole('link', { name: 'Weather here 1.0.0' }).click();
    await second.getByRole('button', { name: 'Take this review' }).click();
    await tickAndApprove(second);
    await second.getByText('Released').first().waitFor();

    await installAsCustomer(await signedIn(customer));
    await withdraw(publisher);
  });

  test('a rejection has a reason, and an appeal is decided by somebody else', async () => {
    const { owner } = await server.createOrganisation();
    const publisher = await signedIn(owner);
    const reviewer = await signedIn(await makeReviewer(server));
    await takeName(publisher, 'quiet-works');
    await publisher.getByRole('link', { name: 'New submission' }).first().click();
    await drop(publisher, { manifest: { id: 'does-nothing', name: 'Does nothing' } });
    await publisher.getByRole('button', { name: 'Send to review' }).click();
    await publisher.getByRole('dialog').getByRole('button', { name: 'Send to review' }).click();
    await publisher.getByText('It waits for a reviewer').waitFor();

    await reviewer.getByRole('link', { name: /^Review desk/ }).click();
    await reviewer.getByRole('link', { name: 'Does nothing 1.0.0' }).click();
    await reviewer.getByRole('button', { name: 'Take this review' }).click();
    await reviewer.getByRole('button', { name: 'Reject' }).click();
    const dialog = reviewer.getByRole('dialog', { name: 'Reject Does nothing 1.0.0?' });
    expect(await dialog.getByRole('button', { name: 'Reject' }).isDisabled()).toBe(true);
    await expectAccessible(reviewer);
    await dialog.getByLabel('Reason').fill('It does nothing.');
    await dialog.getByRole('button', { name: 'Reject' }).click();
    await reviewer.getByText('Rejected').first().waitFor();

    await publisher.reload();
    await publisher.getByText('It does nothing.').first().waitFor();
    await publisher.getByRole('button', { name: 'Appeal' }).click();
    await publisher.getByRole('dialog').getByLabel('Why it should be published').fill('It answers 42.');
    await publisher.getByRole('dialog').getByRole('button', { name: 'Appeal' }).click();
    await publisher.getByText('It waits for a reviewer').waitFor();
    await reviewer.reload();
    await reviewer.getByText('You rejected it before').first().waitFor();

    await publisher.getByRole('button', { name: 'Withdraw' }).click();
    await publisher.getByRole('button', { name: 'Withdraw submission' }).click();
    await publisher.getByText('It was withdrawn.').waitFor();
  });

  test('a name is proven by a text to copy, and a check that fails says what it looked for', async () => {
    const { owner } = await server.createOrganisation();
    const publisher = await signedIn(owner);
    await takeName(publisher, 'north-light');
    await publisher.getByRole('button', { name: 'Verify a domain for north-light' }).click();
    const dialog = publisher.getByRole('dialog');
    await dialog.getByLabel('Domain', { exact: true }).fill('no-such-domain.invalid');
    await dialog.getByText('_proofpix.no-such-domain.invalid').waitFor();
    await dialog.getByText(/^proofpix-publisher=north-light\.[0-9a-f]{32}$/).waitFor();
    await dialog.getByRole('button', { name: 'Check the domain' }).click();
    await dialog.getByText('The domain is not proven yet').waitFor();
    await dialog.getByText('File on the website').click();
    await dialog.getByText('https://no-such-domain.invalid/.well-known/proofpix-publisher.txt').first().waitFor();
    await expectAccessible(publisher);
  });

  test('a name that is handed over is the other organisation’s once it accepts', async () => {
    const { owner } = await server.createOrganisation();
    const { owner: other } = await server.createOrganisation();
    const [giver, taker] = [await signedIn(owner), await signedIn(other)];
    await takeName(giver, 'moving-house');
    const name = await taker.locator('aside span[title]').first().getAttribute('title');
    await giver.getByRole('button', { name: /^Actions for/ }).click();
    await giver.getByRole('menuitem', { name: 'Hand over to another organisation' }).click();
    await giver
      .getByRole('dialog')
      .getByLabel('Organisation')
      .fill(name ?? '');
    await giver.getByRole('dialog').getByRole('button', { name: 'Offer it to them' }).click();
    await giver.getByText(`Offered to ${name}.`).waitFor();
    await taker.goto(`${server.url}/publishing`);
    await taker.getByRole('button', { name: 'Take over moving-house' }).click();
    await taker.getByRole('button', { name: 'Verify a domain for moving-house' }).waitFor();
    await giver.reload();
    await giver.getByText('Your organisation has no name to publish under.').waitFor();
  });

  test('whoever neither publishes nor reviews has no such places, and their pages say why', async () => {
    const organisation = await server.createOrganisation();
    const page = await signedIn(await organisation.signIn('analyst'));
    expect(await page.getByRole('link', { name: /My plugins|Review desk/ }).count()).toBe(0);
    await page.goto(`${server.url}/publishing`);
    await page.getByText('Your role does not publish plugins.').waitFor();
    await page.goto(`${server.url}/reviews`);
    await page.getByText('You do not review on this server.').waitFor();
    await seen(page);
  });

  /** In a browser profile of their own, and with a page that never complains. */
  async function signedIn(member: TestMember): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' });
    // For a broken page, not a figure: a busy machine is slow.
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    const complaints = collectComplaints(page);
    page.on('close', () => expect(complaints).toEqual([]));
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('E-mail').fill(member.email);
    await page.getByLabel('Password', { exact: true }).fill(member.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
    return page;
  }
});

/** No violation in either theme, on a screen and on a phone. */
async function seen(page: Page): Promise<void> {
  const size = page.viewportSize();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expectNoSidewaysScroll(page);
  await expectAccessible(page);
  await page.emulateMedia({ colorScheme: 'light' });
  if (size !== null) await page.setViewportSize(size);
}

async function takeName(page: Page, name = 'halden-geo'): Promise<void> {
  await page.getByRole('link', { name: 'My plugins' }).click();
  await page.getByText('Your organisation has no name to publish under.').waitFor();
  await page.getByRole('button', { name: 'Take a name' }).click();
  const dialog = page.getByRole('dialog', { name: 'Take a name to publish under' });
  await dialog.getByText('The name is for good').waitFor();
  await dialog.getByLabel('Name', { exact: true }).fill(name);
  await dialog.getByLabel('What you are called').fill(`The makers of ${name}`);
  await dialog.getByRole('button', { name: `Take “${name}” for good` }).click();
  await page.getByRole('link', { name: `The makers of ${name}` }).waitFor();
}

async function drop(page: Page, plugin: TestPlugin): Promise<void> {
  const buffer = Buffer.from(await packTestPlugin(plugin));
  await page.getByLabel('Choose a package').setInputFiles({ name: 'plugin.zip', mimeType: 'application/zip', buffer });
}

async function sendBadThenMended(page: Page): Promise<void> {
  await seen(page);
  await page.getByRole('link', { name: 'New submission' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'New submission' }).waitFor();
  await seen(page);
  await drop(page, bad);
  await page.getByText('The scan refused it.').waitFor();
  const source = page.getByRole('region', { name: 'Source of index.js' });
  await source.getByText("eval('42')").first().waitFor();
  const finding = page.getByRole('region', { name: 'Findings' }).getByRole('button', { name: /index\.js:2/ });
  await finding.first().click();
  // The line that it is about, and the note right below it.
  expect(new URL(page.url()).searchParams.get('line')).toBe('2');
  expect(await source.locator('[data-line="2"][data-severity="high"] + div').textContent()).toContain('eval');
  await seen(page);
  await drop(page, good);
  await page.getByText('This is what customers will see.').first().waitFor();
  await page.getByRole('tab', { name: 'Listing' }).click();
  await page.getByText('Contact api.halden.example over the internet').waitFor();
  await page.getByText('Does what the test wants that packs it.').waitFor();
  await seen(page);
}

async function askAboutLine(page: Page): Promise<void> {
  await page.getByRole('link', { name: /^Review desk/ }).click();
  await page.getByRole('row', { name: /Weather here 1\.0\.0 .*Waits for you/ }).waitFor();
  await seen(page);
  await page.getByRole('link', { name: 'Weather here 1.0.0' }).click();
  await page.getByRole('button', { name: 'Take this review' }).click();
  await page.getByText('You can approve when 4 more points are ticked').first().waitFor();
  await page.getByRole('button', { name: /^index\.js/ }).click();
  const source = page.getByRole('region', { name: 'Source of index.js' });
  // By the keys alone: a line is chosen, and spoken about.
  await source.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('c');
  await page.getByLabel('About line 2 of index.js').fill('Which station is it?');
  await page.getByRole('button', { name: 'Send comment' }).first().click();
  await source.getByText('Which station is it?').waitFor();
  await seen(page);
}

async function tickAndApprove(page: Page): Promise<void> {
  const checklist = page.getByRole('region', { name: 'Checklist' });
  await checklist.getByRole('checkbox').first().waitFor();
  for (const box of await checklist.getByRole('checkbox').all()) await box.check();
  await page.getByRole('button', { name: 'Approve' }).first().click();
  await page.getByText('Your approval was recorded').waitFor();
}

async function installAsCustomer(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Marketplace' }).click();
  // The page before it has a field to search in, too.
  await page.getByRole('heading', { level: 1, name: 'Marketplace' }).waitFor();
  await page.getByRole('combobox', { name: 'Search by name, purpose or publisher' }).fill('halden-geo');
  await page.waitForURL(/search=halden-geo/);
  // Once in what was found: the sections of the page before the search are gone.
  await expect.poll(() => page.getByRole('link', { name: 'Weather here' }).count(), { timeout: 60_000 }).toBe(1);
  await seen(page);
  await page.getByRole('link', { name: 'Weather here' }).click();
  await page.getByRole('heading', { level: 1, name: 'Weather here' }).waitFor();
  await page.getByText('Approved by people').waitFor();
  await page.getByText('Changelog of 1.0.0').click();
  await page.getByText('The first one.').waitFor();
  await seen(page);
  await page.getByRole('button', { name: 'Install 1.0.0' }).click();
  const dialog = page.getByRole('dialog', { name: 'Install Weather here 1.0.0?' });
  await dialog.getByRole('checkbox', { name: 'Contact api.halden.example over the internet' }).check();
  await dialog.getByRole('button', { name: /^Install with 1/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Installed plugins' }).waitFor();
  await page.goto(new URL('/marketplace/halden-geo', page.url()).href);
  await page.getByRole('heading', { level: 1, name: 'The makers of halden-geo' }).waitFor();
  await page.getByRole('link', { name: 'Weather here' }).waitFor();
  await seen(page);
}

async function withdraw(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'My plugins' }).first().click();
  await page.getByRole('region', { name: 'Released' }).getByRole('link', { name: 'Weather here', exact: true }).click();
  await page.getByRole('button', { name: 'Actions for release 1.0.0' }).click();
  await page.getByRole('menuitem', { name: /^End everywhere/ }).click();
  const kill = page.getByRole('dialog', { name: 'End Weather here 1.0.0 everywhere?' });
  await kill.getByLabel('Reason').fill('A mistake.');
  // What cannot be undone is typed once more.
  expect(await kill.getByRole('button', { name: 'End 1.0.0 everywhere' }).isDisabled()).toBe(true);
  await expectAccessible(page);
  await kill.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Actions for release 1.0.0' }).click();
  await page.getByRole('menuitem', { name: 'Withdraw (yank)' }).click();
  const yank = page.getByRole('dialog', { name: 'Withdraw Weather here 1.0.0?' });
  await yank.getByLabel('Reason').fill('It asks the wrong station.');
  await yank.getByRole('button', { name: 'Withdraw 1.0.0' }).click();
  await page
    .getByText(/It asks the wrong station\. There is no version to use instead\./)
    .first()
    .waitFor();
  expect(await page.getByRole('button', { name: /^Install/ }).count()).toBe(0);
  await seen(page);
}
