import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('plugins that cost money', () => {
  const pages = openPages();
  const listing = '/marketplace/halden-geo/weather-at-capture';

  test('say what they cost, begin a trial, and are ordered at the price that was seen', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'purchases:manage'];
    await open(listing);
    const price = page.getByRole('region', { name: 'Price' });
    await price.getByText('€19.00 a month, plus tax').waitFor();
    await expectAccessible(page);
    await price.getByRole('button', { name: 'Try it for 14 days' }).click();
    await price.getByText('Your trial ends', { exact: false }).waitFor();
    await price.getByRole('button', { name: 'Buy' }).click();
    const dialog = page.getByRole('dialog', { name: /^Buy / });
    await dialog.getByRole('combobox', { name: 'Country of your organisation' }).selectOption('CH');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Order, and pay' }).click();
    const ordered = page.getByRole('dialog', { name: 'Ordered: invoice PP-000009' });
    await ordered.getByText('€22.61 with tax', { exact: false }).waitFor();
    expect(fake.subscription.sent.at(-1)).toEqual({
      name: 'POST /api/purchases',
      body: {
        publisher: 'halden-geo',
        plugin: 'weather-at-capture',
        country: 'CH',
        method: 'invoice',
        expected: { amount: 1_900, currency: 'EUR' },
      },
    });
  });

  test('are not bought by a role that may not, which the page says', async () => {
    const { page, fake, open } = pages;
    fake.state.access = fake.state.access.filter((name) => name !== 'purchases:manage');
    await open(listing);
    const price = page.getByRole('region', { name: 'Price' });
    await price.getByText('An owner or admin of your organisation can buy it.').waitFor();
    expect(await price.getByRole('button', { name: 'Buy' }).isDisabled()).toBe(true);
  });

  test('stand with their invoices on the page of the subscription, where they are cancelled and a refund is asked for', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'purchases:manage'];
    await open('/subscription');
    const orders = page.getByRole('region', { name: 'Plugins that were bought' });
    await orders.getByRole('button', { name: 'Cancel the order PP-000008' }).click();
    await orders.getByText('Cancelled').waitFor();
    await orders.getByRole('button', { name: 'Ask for a refund of PP-000007' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refund of PP-000007' });
    await dialog.getByText('Say why first.').waitFor();
    await dialog.getByRole('textbox', { name: 'Why' }).fill('It does not read our camera');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Ask for the refund' }).click();
    await orders.getByText('Refund asked for').waitFor();
    await eventually(() => fake.subscription.sent.map(({ name }) => name)).toEqual([
      'POST /api/purchases/:id/cancel',
      'POST /api/purchases/:id/refund',
    ]);
    await expectAccessible(page);
  });

  test('are priced by their publisher, who sees what they brought', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage', 'revenue:manage'];
    await open('/publishing');
    const revenue = page.getByRole('region', { name: 'Revenue of Halden Geo' });
    await revenue.getByText('-€13.30').waitFor();
    await revenue.getByText('11 orders, sales €209.00, fees €62.70, refunds €19.00').waitFor();
    await revenue.getByRole('button', { name: 'Set the price of weather-at-capture' }).click();
    const dialog = page.getByRole('dialog', { name: 'Price of weather-at-capture' });
    await dialog.getByRole('textbox', { name: 'Price without tax' }).fill('0.001');
    await dialog.getByText('Give a price first.').waitFor();
    await dialog.getByRole('textbox', { name: 'Price without tax' }).fill('1,15');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Set the price' }).click();
    await revenue.getByText('€1.15 a month, plus tax').waitFor();
    expect(fake.subscription.sent.at(-1)?.body).toEqual({
      kind: 'monthly',
      amount: 115,
      currency: 'EUR',
      trialDays: 14,
    });
  });

  test('give their money back after a question, and pay to the account that the publisher names', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage', 'revenue:manage'];
    const [paid] = fake.subscription.orders;
    if (paid !== undefined) paid.refundAskedAt = '2026-11-20T10:00:00.000Z';
    await open('/publishing');
    const revenue = page.getByRole('region', { name: 'Revenue of Halden Geo' });
    await revenue.getByText('A refund of PP-000007 is asked for', { exact: false }).waitFor();
    await revenue.getByRole('button', { name: 'Give €22.61 back' }).click();
    const question = page.getByRole('dialog', { name: 'Give €22.61 of PP-000007 back?' });
    await expectAccessible(page);
    await question.getByRole('button', { name: 'Give €22.61 back' }).click();
    await eventually(() => paid?.state).toBe('refunded');
    await question.waitFor({ state: 'detached' });
    await revenue.getByRole('button', { name: 'Say where payouts go' }).click();
    const account = page.getByRole('dialog', { name: 'Where payouts go' });
    await account.getByRole('textbox', { name: 'Account' }).fill('DE00 0000, Halden Geo');
    await expectAccessible(page);
    await account.getByRole('button', { name: 'Save the account' }).click();
    await eventually(() => fake.subscription.sent.at(-1)?.body).toEqual({
      method: 'manual',
      account: 'DE00 0000, Halden Geo',
    });
  });
});
