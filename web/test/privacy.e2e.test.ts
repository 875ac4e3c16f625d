import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the page of privacy', () => {
  const pages = openPages();
  const mayDecide = () => {
    pages.fake.state.access = [...pages.fake.state.access, 'privacy:read', 'privacy:manage', 'organisation:own'];
  };

  test('saves at once what deletes nothing, and asks with the numbers before it saves what does', async () => {
    const { page, fake, open } = pages;
    mayDecide();
    await open('/privacy');
    const keeping = page.getByRole('region', { name: 'How long what is kept' });
    await keeping.getByRole('spinbutton', { name: 'Days: Reports' }).fill('365');
    await keeping.getByRole('button', { name: 'Save settings' }).click();
    await eventually(() => Promise.resolve(fake.privacy.settings.retention)).toEqual({ runs: 730, exports: 365 });

    fake.privacy.lost = [{ kind: 'runs', deleted: 1_204, before: null }];
    await keeping.getByRole('spinbutton', { name: 'Days: Photos and runs' }).fill('90');
    await keeping.getByRole('button', { name: 'Save settings' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save settings that delete what is there?' });
    await dialog.getByText('Photos and runs: 1,204').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(fake.privacy.settings.retention).toEqual({ runs: 730, exports: 365 });
    await keeping.getByRole('button', { name: 'Save settings' }).click();
    await dialog.getByRole('button', { name: 'Save settings' }).click();
    await eventually(() => Promise.resolve(fake.privacy.settings.retention)).toEqual({ runs: 90, exports: 365 });
  });

  test('shows proofs, who was erased and what plugins answered', async () => {
    const { page, open } = pages;
    mayDecide();
    await open('/privacy');
    await page.getByText('Photos and runs: 12', { exact: false }).waitFor();
    await page.getByText('Found in 44 places', { exact: false }).waitFor();
    await page.getByText('photo-fingerprint, webhook-notify (hook_failed)', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Delete what is older now' }).click();
    await eventually(() => page.getByText('Nothing was older').count()).toBe(2);
    await expectAccessible(page);
  });

  test('has an organisation erased in seven days only by its name and a password, and keeps it again', async () => {
    const { page, fake, open } = pages;
    mayDecide();
    await open('/privacy');
    await page.getByRole('button', { name: 'Erase organisation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: /^Type / }).fill('Nordlicht Claims');
    await dialog.getByLabel('Your password').fill('the password');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Erase in seven days' }).click();
    await page.getByText('This organisation is erased on', { exact: false }).waitFor();
    expect(fake.privacy.erased).toEqual([{ name: 'Nordlicht Claims', password: 'the password' }]);
    await page.getByRole('button', { name: 'Keep organisation' }).click();
    await page.getByRole('button', { name: 'Erase organisation' }).waitFor();
  });

  test('says whom to ask to a role that sees none of it', async () => {
    const { page, fake, open } = pages;
    fake.state.access = ['signed-in', 'runs:read'];
    await open('/privacy');
    await page.getByText('Your role does not see how long what is kept.', { exact: false }).waitFor();
  });

  test('lets people take their data along and erase their account, which signs them out', async () => {
    const { page, fake, open } = pages;
    await open('/account');
    const yours = page.getByRole('region', { name: 'Your data' });
    expect(await yours.getByRole('link', { name: 'Download your data' }).getAttribute('href')).toBe(
      '/api/account/data',
    );
    await yours.getByRole('button', { name: 'Erase account' }).click();
    const dialog = page.getByRole('dialog', { name: 'Erase your account?' });
    await dialog.getByRole('textbox', { name: /^Type / }).fill('ada@example.org');
    await dialog.getByLabel('Your password').fill('the password');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Erase account for good' }).click();
    await page.waitForURL('**/sign-in');
    expect(fake.privacy.erased).toEqual([{ email: 'ada@example.org', password: 'the password' }]);
  });
});
