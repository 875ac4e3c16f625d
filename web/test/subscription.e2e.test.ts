import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the pages of an organisation', () => {
  const pages = openPages();

  test('make a token with what only reads unless more is chosen, show it once, and end it after a question', async () => {
    const { page, fake, open } = pages;
    await open('/tokens');
    const own = page.getByRole('region', { name: 'Your tokens' });
    await own.getByText('Used', { exact: false }).first().waitFor();
    expect(await own.textContent()).toContain('192.0.2.0/24');
    await own.getByText('Ended', { exact: false }).waitFor();

    await page.getByRole('button', { name: 'Create a token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Create an API token' });
    await dialog.getByText('Give it a name first.').waitFor();
    expect(await dialog.getByRole('checkbox', { name: 'See runs, results and photos' }).isChecked()).toBe(true);
    const manage = dialog.getByRole('checkbox', { name: 'Install, load, configure and uninstall plugins' });
    expect(await manage.isChecked()).toBe(false);
    await dialog.getByRole('textbox', { name: 'Name' }).fill('Build machine');
    await dialog.getByRole('combobox', { name: 'Ends' }).selectOption('Never');
    await dialog.getByText('found years later', { exact: false }).waitFor();
    await manage.check();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Create a token' }).click();
    const made = page.getByRole('dialog', { name: 'Token Build machine' });
    await made.getByText(`ppx_${'k'.repeat(43)}`).waitFor();
    await expectAccessible(page);
    await made.getByRole('button', { name: 'I have kept the token' }).click();
    const wanted = fake.subscription.sent[0]?.body as { access: string[]; expiresAt: string }; // what was sent
    expect(wanted).toMatchObject({ name: 'Build machine', expiresAt: 'never' });
    expect(wanted.access).toContain('plugins:manage');
    expect(wanted.access).not.toContain('own-account');

    await own.getByRole('button', { name: 'Delete Build machine' }).click();
    const question = page.getByRole('dialog', { name: 'Delete the token Build machine?' });
    await question.getByRole('button', { name: 'Delete Build machine' }).click();
    await eventually(() => fake.subscription.tokens.map(({ name }) => name)).toEqual(['Nightly upload', 'Old script']);
  });

  test('show the tokens of everybody to those who manage members alone, who revoke them', async () => {
    const { page, fake, open } = pages;
    const managing = fake.state.access;
    fake.state.access = managing.filter((name) => name !== 'members:manage');
    await open('/tokens');
    await page.getByRole('region', { name: 'Your tokens' }).waitFor();
    expect(await page.getByRole('region', { name: 'All tokens of the organisation' }).count()).toBe(0);
    fake.state.access = managing;
    await open('/tokens');
    const all = page.getByRole('region', { name: 'All tokens of the organisation' });
    await all.getByRole('button', { name: /^Revoke Old script of/ }).click();
    await page.getByRole('button', { name: 'Revoke the token' }).click();
    await eventually(() => fake.subscription.sent).toEqual([
      { name: 'DELETE /api/organisations/tokens/:id', body: undefined },
    ]);
  });

  test('say plainly that nothing is sold here, and what is used', async () => {
    const { page, open } = pages;
    await open('/subscription');
    await page.getByText('Whoever runs this server sells no plans here.', { exact: false }).waitFor();
    expect(await page.getByRole('button', { name: /^Choose/ }).count()).toBe(0);
    await page.getByText('4,790, without a limit').waitFor();
    const rates = page.getByRole('region', { name: 'How often' });
    await rates.getByText('10 in 15 minutes').waitFor();
  });

  test('lead to the checkout of a plan, and say what a lapsed one means', async () => {
    const { page, fake, open, context } = pages;
    fake.state.access = [...fake.state.access, 'subscription:manage'];
    fake.subscription.subscription = {
      ...fake.subscription.subscription,
      plan: 'free',
      state: 'lapsed',
      endsAt: '2026-11-20T10:00:00.000Z',
      graceEndsAt: '2026-12-04T10:00:00.000Z',
      sold: ['professional', 'enterprise'],
      hasPortal: true,
    };
    fake.subscription.usage.requests = { used: 812, limit: 1_000, resetsAt: '2026-12-01T00:00:00.000Z' };
    await context.route('https://checkout.stripe.example/**', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<!doctype html><html lang="en"><title>Pay</title><h1>Pay here</h1>',
      }),
    );
    await open('/subscription');
    await page.getByText('Loaded plugins go on until', { exact: false }).waitFor();
    await page.getByText('812 of 1,000').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Choose Enterprise' }).click();
    await page.getByRole('heading', { name: 'Pay here' }).waitFor();
    expect(fake.subscription.sent).toEqual([{ name: 'POST /api/subscription/checkout', body: { plan: 'enterprise' } }]);
  });
});
