import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../server/src/db/tenancy.ts';
import { makePublisher, makeReviewer, publish } from '../../server/src/features/submissions/test/publishing.ts';
import { startServer, type TestMember, type TestServer } from '../../server/test/start-server.ts';
import {
  collectComplaints,
  expectAccessible,
  expectNoSidewaysScroll,
  hasChromium,
  launchChromium,
} from '../../web/test/browser.ts';

const listing = '/marketplace/halden-geo/weather-here';

describe.skipIf(!hasChromium)('money, in the browser', { timeout: 600_000 }, () => {
  let server: TestServer;
  let browser: Browser;
  let seller: TestMember;
  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launchChromium()]);
    seller = (await server.createOrganisation()).owner;
    const reviewer = await makeReviewer(server);
    await makePublisher(seller, 'halden-geo');
    const manifest = { id: 'weather-here', name: 'Weather here' };
    await publish({ owner: seller, reviewer }, 'halden-geo', { manifest });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  test('a plugin is priced, bought, paid for, refunded and bought again, and its publisher is paid', async () => {
    const [publisher, operator] = [await signedIn(seller), await signedIn(server.owner)];
    const { owner } = await server.createOrganisation({ plan: 'enterprise' });
    const customer = await signedIn(owner);

    await operator.goto(`${server.url}/money`);
    await operator.getByText('Nothing was ordered yet.').waitFor();
    await operator.getByText('Nowhere yet: give a country and its tax rate').waitFor();
    await operator.getByRole('button', { name: 'Change' }).click();
    const settings = operator.getByRole('dialog');
    // Nobody waits for the time for refunds here.
    await settings.getByLabel('Days in which a refund can be asked for').fill('1');
    await settings.getByLabel('Countries and their tax').fill('DE nineteen');
    await settings.getByText('This line cannot be read: DE nineteen').waitFor();
    await settings.getByLabel('Countries and their tax').fill('DE 19');
    await settings.getByRole('button', { name: 'Save' }).click();
    await operator.getByText('DE 19 %').waitFor();
    await seen(operator);

    await publisher.goto(`${server.url}/publishing`);
    await publisher.getByRole('button', { name: 'Set the price of weather-here' }).click();
    const price = publisher.getByRole('dialog');
    await price.getByLabel('How it is paid').selectOption('one-time');
    await price.getByLabel('Price without tax').fill('100.00');
    await price.getByRole('button', { name: 'Set the price' }).click();
    await publisher.getByText('€100.00').first().waitFor();
    await publisher.getByRole('button', { name: 'Say where payouts go' }).click();
    const account = publisher.getByRole('dialog');
    await account.getByLabel('Account').fill('NO93 8601 1117 947, Halden Geo AS');
    await account.getByRole('button', { name: 'Save the account' }).click();
    await publisher.getByRole('button', { name: 'Change where payouts go' }).waitFor();

    const invoice = await buy(customer);
    await pay(operator, invoice);
    await customer.goto(`${server.url}/subscription`);
    await customer.getByRole('button', { name: `Ask for a refund of ${invoice}` }).click();
    const wish = customer.getByRole('dialog');
    await wish.getByRole('textbox', { name: 'Why' }).fill('It knows no weather');
    await wish.getByRole('button', { name: 'Ask for the refund' }).click();
    await customer.getByText('Refund asked for').waitFor();

    await operator.reload();
    await operator.getByText('Asks for the money back: It knows no weather').waitFor();
    await operator.getByRole('button', { name: `Refund ${invoice}` }).click();
    const refund = operator.getByRole('dialog');
    await refund.getByLabel('Amount in EUR, with tax').fill('119.01');
    await refund.getByText('Give an amount up to €119.00.').waitFor();
    await refund.getByLabel('Amount in EUR, with tax').fill('119.00');
    await refund.getByRole('button', { name: 'Give it back' }).click();
    await operator.getByText('Refunded', { exact: true }).waitFor();
    await customer.reload();
    await customer.getByText('Refunded', { exact: true }).waitFor();

    const second = await buy(customer);
    await pay(operator, second);
    expect((await server.call(routes.money.read)).accounts.map(({ account, balance }) => [account, balance])).toEqual(
      expect.arrayContaining([
        ['cash', 11_900],
        ['tax', 1_900],
        ['fee', 3_000],
        ['held', 7_000],
      ]),
    );
    await ripen(second);
    await operator.reload();
    await operator.getByRole('button', { name: 'Pay out €70.00 to halden-geo' }).click();
    await operator.getByText('By transfer to NO93 8601 1117 947, Halden Geo AS', { exact: false }).waitFor();
    await seen(operator);
    await operator.getByRole('button', { name: '€70.00 to halden-geo was paid' }).click();
    await operator.getByRole('dialog').getByRole('button', { name: 'It arrived' }).click();
    await operator.getByRole('list', { name: 'Payouts' }).getByText('Paid', { exact: true }).waitFor();
    await publisher.reload();
    await publisher.getByText('Paid out, EUR', { exact: true }).waitFor();
    await publisher.getByText('€70.00').first().waitFor();
  });

  test('is no place of those who do not run the server, whose page says so', async () => {
    const page = await signedIn(seller);
    await page.goto(`${server.url}/money`);
    await page.getByText('The books are for those who run this server.').waitFor();
    expect(await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Money' }).count()).toBe(0);
    await seen(page);
  });

  /** Gives the number of the invoice. */
  async function buy(page: Page): Promise<string> {
    await page.goto(server.url + listing);
    await page.getByRole('region', { name: 'Price' }).getByRole('button', { name: 'Buy' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Order, and pay' }).click();
    const title = page.getByRole('dialog').getByRole('heading', { name: /^Ordered: invoice/ });
    return (await title.innerText()).replace('Ordered: invoice ', '');
  }

  async function pay(page: Page, invoice: string): Promise<void> {
    await page.reload();
    await page.getByRole('button', { name: `${invoice} was paid` }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'It was paid' }).click();
    await page.getByRole('button', { name: `Refund ${invoice}` }).waitFor();
  }

  /** Its time for refunds is over. */
  function ripen(invoice: string): Promise<unknown> {
    const held_until = new Date(Date.now() - 1_000);
    return asSystem(server.db, 'money', (tx) =>
      tx
        .updateTable('orders')
        .set({ held_until })
        .where('invoice_number', '=', Number(invoice.replace(/\D/g, '')))
        .execute(),
    );
  }

  async function signedIn(member: TestMember): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: 'reduce', locale: 'en-GB' });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = collectComplaints(page);
    page.on('close', () => expect(complaints).toEqual([]));
    await page.goto(`${server.url}/sign-in`);
    await page.getByLabel('E-mail').fill(member.email);
    await page.getByLabel('Password', { exact: true }).fill(member.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Workbench' }).waitFor();
    return page;
  }

  async function seen(page: Page): Promise<void> {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
    await page.setViewportSize({ width: 1280, height: 800 });
  }
});
