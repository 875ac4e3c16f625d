import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('links of mails, and single sign-on', { timeout: 60_000 }, () => {
  const pages = openPages();
  const button = (name: string) => pages.page.getByRole('button', { name, exact: true });
  const dialog = (name: string) => pages.page.getByRole('dialog', { name });
  const alert = (text: string) => pages.page.getByRole('alert').getByText(text).waitFor();

  test('an invitation goes out by mail, is sent again and revoked; the link is never shown', async () => {
    await pages.open('/members');
    await button('Invite somebody').click();
    await dialog('Invite somebody').getByLabel('E-mail').fill('jonas@northgate.example');
    await button('Send invitation').click();
    await alert('The invitation was not sent');
    await expectAccessible(pages.page);
    await dialog('Invite somebody').getByLabel('E-mail').fill('ada@northgate.example');
    await dialog('Invite somebody').getByLabel('Role').selectOption('Developer');
    await button('Send invitation').click();
    await dialog('Invite somebody').waitFor({ state: 'detached' });
    const row = pages.page.getByRole('row', { name: /ada@northgate\.example/ });
    await row.getByText('Developer').waitFor();
    await row.getByRole('button').click();
    await pages.page.getByRole('menuitem', { name: 'Revoke invitation' }).click();
    await dialog('Revoke the invitation of ada@northgate.example?')
      .getByRole('button', { name: 'Revoke invitation' })
      .click();
    await row.waitFor({ state: 'detached' });
    const old = pages.page.getByRole('row', { name: /schmidt@northgate\.example/ });
    await old.getByText('Too old').waitFor();
    await old.getByRole('button').click();
    await pages.page.getByRole('menuitem', { name: 'Send again with a new link' }).click();
    await old.getByText('Too old').waitFor({ state: 'detached' });
  });

  test('an invitation is accepted with a new account, and its token leaves the address', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/invitation#token=for-somebody-new');
    await pages.page.getByText('You are invited to the organisation Harbour Insurance as Analyst.').waitFor();
    await eventually(() => pages.page.url()).not.toContain('token');
    await button('Accept and create account').click();
    await pages.page.getByText('Write your name.').waitFor();
    await pages.page.getByLabel('Name').fill('Ada Byron');
    await pages.page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await button('Accept and create account').click();
    await pages.heading('Workbench').waitFor();
  });

  test('whoever has an account signs in first and comes back to the invitation', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/invitation#token=for-me');
    await pages.page.getByRole('link', { name: 'Sign in to accept' }).click();
    expect(pages.page.url()).not.toContain('for-me');
    await pages.page.getByLabel('E-mail').fill('mara@northgate.example');
    await pages.page.getByLabel('Password', { exact: true }).fill('correct horse');
    await pages.page.getByLabel('Password', { exact: true }).press('Enter');
    await button('Join Harbour Insurance').click();
    await pages.heading('Workbench').waitFor();
  });

  test('a link that was used, and one that is cut off, say so', async () => {
    await pages.open('/invitation#token=used');
    await alert('This link no longer works');
    await pages.open('/reset-password');
    await alert('The link is not complete');
  });

  test('a forgotten password is asked for and set anew', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/sign-in');
    await pages.page.getByRole('link', { name: 'Forgot your password?' }).click();
    await pages.page.getByLabel('E-mail').fill('mara@northgate.example');
    await button('Send the link').click();
    await pages.heading('Look into your mailbox').waitFor();
    await expectAccessible(pages.page);
    await pages.open('/reset-password#token=good');
    await pages.page.getByLabel('New password').fill('short');
    await button('Set password').click();
    await pages.page.getByText('At least 10 characters.').first().waitFor();
    await pages.page.getByLabel('New password').fill('correct horse battery');
    await button('Set password').click();
    await pages.heading('Your new password is set').waitFor();
  });

  test('another address is asked for with the password, and confirmed by a click, not by opening the link', async () => {
    await pages.open('/account');
    await pages.page.getByText('Not confirmed yet').waitFor();
    await button('Change e-mail address').click();
    const change = dialog('Change e-mail address');
    await change.getByLabel('New e-mail address').fill('new@northgate.example');
    await change.getByLabel('Current password').fill('wrong');
    await change.getByRole('button', { name: 'Send the mail' }).click();
    await alert('The current password is wrong');
    await change.getByLabel('Current password').fill('correct horse');
    await change.getByRole('button', { name: 'Send the mail' }).click();
    await dialog('Look into the mailbox').getByText('new@northgate.example').waitFor();
    await expectAccessible(pages.page);
    await pages.open('/confirm-email#token=good');
    await button('Confirm address').click();
    await pages.heading('The address is confirmed').waitFor();
  });

  test('single sign-on names the organisation and the provider before anybody goes there', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/sign-in');
    await button('Single sign-on').click();
    await pages.page.getByLabel('Organisation or e-mail address').fill('Nowhere');
    await button('Continue').click();
    await alert('No such organisation with single sign-on');
    await expectAccessible(pages.page);
    await pages.page.getByLabel('Organisation or e-mail address').fill('Northgate Claims');
    await button('Continue').click();
    await button('Continue at login.northgate.example').click();
    // The provider of this test sends everybody back in vain.
    await alert('Single sign-on did not work');
    await pages.open('/sign-in?problem=not_a_word_of_ours');
    await pages.heading('Sign in').waitFor();
    expect(await pages.page.getByRole('alert').count()).toBe(0);
  });

  test('the provider is set, required after a question, and removed', async () => {
    await pages.open('/single-sign-on');
    await pages.page.getByLabel('Issuer').fill('https://down.example');
    await pages.page.getByLabel('Client ID').fill('proofpix');
    await pages.page.getByLabel('Client secret').fill('as given');
    await pages.page.getByLabel('E-mail domains').fill('northgate.example, harbour.example');
    await button('Save settings').click();
    await alert('The settings were not saved');
    await pages.page.getByLabel('Issuer').fill('https://login.northgate.example');
    await pages.page.getByRole('switch', { name: 'Require single sign-on' }).click({ force: true });
    await button('Save settings').click();
    await expectAccessible(pages.page);
    await dialog('Require single sign-on of all members?').getByRole('button', { name: 'Save settings' }).click();
    await eventually(() => pages.fake.people.singleSignOn).toMatchObject({
      domains: ['northgate.example', 'harbour.example'],
      required: true,
    });
    await button('Remove single sign-on').click();
    await dialog('Remove single sign-on?').getByRole('button', { name: 'Remove single sign-on' }).click();
    await eventually(() => pages.fake.people.singleSignOn).toBeNull();
  });

  test('a removed member who is still at the provider is let back', async () => {
    await pages.open('/single-sign-on');
    await pages.page.getByText('piet@northgate.example').waitFor();
    await expectAccessible(pages.page);
    await button('Let come back: Piet Haas').click();
    await pages.page.getByText('piet@northgate.example').waitFor({ state: 'detached' });
    expect(pages.fake.people.blocked).toEqual([]);
  });

  test('whoever is in several organisations goes on in another one', async () => {
    await pages.open('/cases');
    await button('Mara Lindqvist').click();
    await button('Go on in Harbour Insurance').click();
    await pages.heading('Workbench').waitFor();
    expect(pages.fake.people.organisations.find(({ current }) => current)?.name).toBe('Harbour Insurance');
  });

  test('an account is connected with the provider, and says so', async () => {
    await pages.open('/account');
    await button('Connect').click();
    await pages.page.getByText('Your account is connected').waitFor();
    await eventually(() => pages.page.url()).toBe(`${pages.fake.url}/account`);
  });
});
