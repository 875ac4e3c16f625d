import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('people', { timeout: 60_000 }, () => {
  const pages = openPages();
  const button = (name: string | RegExp) => pages.page.getByRole('button', { name, exact: typeof name === 'string' });
  const dialog = (name: string) => pages.page.getByRole('dialog', { name });

  test('a member gets another role, and is removed after a question', async () => {
    await pages.open('/members');
    const row = pages.page.getByRole('row', { name: /Jonas Weidner/ });
    await row.getByText('Admin').waitFor();
    await row.getByRole('button').click();
    await pages.page.getByRole('menuitem', { name: 'Change role' }).click();
    await dialog('Change the role of Jonas Weidner').getByLabel('Role').selectOption('Auditor');
    await button('Change role').click();
    await row.getByText('Auditor').waitFor();

    await row.getByRole('button').click();
    await pages.page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
    await dialog('Remove Jonas Weidner?').getByText('jonas@northgate.example is signed out at once').waitFor();
    await button('Remove Jonas Weidner').click();
    await row.waitFor({ state: 'detached' });
    expect(pages.fake.people.members.map(({ name }) => name)).not.toContain('Jonas Weidner');
  });

  test('a member is signed out everywhere after a question, and stays', async () => {
    await pages.open('/members');
    await button('Actions for Jonas Weidner').click();
    await pages.page.getByRole('menuitem', { name: 'Sign out everywhere' }).click();
    await dialog('Sign Jonas Weidner out everywhere?').getByText('They stay a member').waitFor();
    await expectAccessible(pages.page);
    await button('Sign out everywhere').click();
    await pages.page.getByText('Jonas Weidner was signed out of 2 sessions').waitFor();
    await pages.page.getByRole('row', { name: /Jonas Weidner/ }).waitFor();
  });

  test('the last owner stays, and the menu says why', async () => {
    await pages.open('/members');
    await button('Actions for Mara Lindqvist').click();
    await pages.page
      .getByRole('menuitem', { name: /^Remove(?! and erase)/ })
      .getByText('The organisation needs an owner')
      .waitFor();
  });

  test('requiring two-factor sign-in asks first; whoever has none then sets it up before anything else', async () => {
    await pages.open('/members');
    await pages.page.getByRole('switch', { name: 'Require two-factor sign-in' }).click({ force: true });
    await button('Require two-factor sign-in').click();
    await eventually(() => pages.fake.people.requireSecondFactor).toBe(true);

    pages.fake.people.secondFactor = { on: false, needed: true };
    await pages.open('/cases');
    await pages.heading('Set up two-factor sign-in').waitFor();
    await button('Set up two-factor sign-in').click();
    await pages.page.getByRole('img', { name: 'QR code with the secret for your app' }).waitFor();
    await pages.page.getByLabel('Code of the app').fill('000000');
    await button('Turn on').click();
    await pages.page.getByRole('alert').getByText('Two-factor sign-in is not on yet').waitFor();
    await expectAccessible(pages.page);
    await pages.page.getByLabel('Code of the app').fill('123456');
    await button('Turn on').click();
    await dialog('Keep your recovery codes').waitFor();
    expect(await pages.page.getByRole('list', { name: 'the recovery codes' }).getByRole('listitem').count()).toBe(10);
    await expectAccessible(pages.page);
    await button('I have kept them').click();
    await pages.heading('Cases').waitFor();
  });

  test('devices are named, one is signed out, then all others after a question', async () => {
    await pages.open('/account');
    await pages.page.getByText('Chrome on Linux').waitFor();
    const ended = pages.page.getByRole('list', { name: 'Sessions that ended because an old token was used' });
    await ended.getByText('an old token was used from 203.0.113.77').waitFor();
    await pages.page.getByText('This device').waitFor();
    await button('Sign out curl').click();
    await pages.page.getByText('curl', { exact: true }).waitFor({ state: 'detached' });
    await button('Sign out everywhere else').click();
    await dialog('Sign out everywhere else?').getByRole('button', { name: 'Sign out everywhere else' }).click();
    await pages.page.getByText('2 sessions ended').waitFor();
    expect(pages.fake.people.devices.map(({ current }) => current)).toEqual([true]);
  });

  test('API tokens are a link away, and the password changes only with the current one', async () => {
    await pages.open('/account');
    await pages.page.getByRole('link', { name: 'Your API tokens' }).waitFor();
    await button('Change password').click();
    const change = dialog('Change password');
    await change.getByLabel('Current password').fill('wrong');
    await change.getByLabel('New password').fill('another long password');
    await change.getByRole('button', { name: 'Change password' }).click();
    await change.getByRole('alert').getByText('The current password is wrong').waitFor();
    await change.getByLabel('Current password').fill('correct horse');
    await change.getByRole('button', { name: 'Change password' }).click();
    await change.waitFor({ state: 'detached' });
  });

  test('the name that is changed in the account stands in the side bar at once', async () => {
    await pages.open('/');
    await button('Mara Lindqvist').click();
    await pages.page.getByRole('link', { name: 'Account' }).click();
    await pages.heading('Account').waitFor();
    await pages.page.getByLabel('Name').fill('Mara Berg');
    await button('Save name').click();
    await button('Mara Berg').waitFor();
  });
});
