import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { richRun } from './fake-data.ts';
import { openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('signing in', { timeout: 60_000 }, () => {
  const pages = openPages();

  test('a sign-in link signs in and its code stays neither in the address nor in the history', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/sign-in#code=good-code');
    await pages.heading('Workbench').waitFor();
    expect(pages.page.url()).toBe(`${pages.fake.url}/`);
    await pages.page.goBack();
    expect(pages.page.url()).not.toContain('code');
  });

  test('a used link says so and leaves the form', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/sign-in#code=used');
    await pages.page.getByRole('alert').getByText('This sign-in link no longer works').waitFor();
    await pages.page.getByLabel('E-mail').waitFor();
  });

  test('a password is masked, can be pasted, and is offered to password managers', async () => {
    pages.fake.state.signedIn = false;
    await pages.open('/sign-in');
    const password = pages.page.getByLabel('Password', { exact: true });
    expect(await password.getAttribute('type')).toBe('password');
    expect(await password.getAttribute('autocomplete')).toBe('current-password');
    const email = pages.page.getByLabel('E-mail');
    await email.fill('correct horse');
    await email.press('ControlOrMeta+a');
    await email.press('ControlOrMeta+x');
    await password.focus();
    await pages.page.keyboard.press('ControlOrMeta+v');
    expect(await password.inputValue()).toBe('correct horse');
  });

  test('whoever is signed out comes back to the page they asked for', async () => {
    const run = richRun();
    pages.fake.state.runs = [run];
    pages.fake.state.signedIn = false;
    await pages.open(`/runs/${run.id}`);
    await pages.page.getByLabel('E-mail').fill('mara@northgate.example');
    await pages.page.getByLabel('Password', { exact: true }).fill('wrong');
    await pages.page.getByRole('button', { name: 'Sign in' }).click();
    await pages.page.getByRole('alert').getByText('E-mail or password is wrong').waitFor();
    await pages.page.getByLabel('Password', { exact: true }).fill('correct horse');
    await pages.page.getByLabel('Password', { exact: true }).press('Enter');
    await pages.heading(run.file.name).waitFor();
  });

  test('with two-factor sign-in the password is followed by a code, and a wrong one can be written again', async () => {
    pages.fake.state.signedIn = false;
    pages.fake.people.secondFactor.on = true;
    await pages.open('/sign-in');
    await pages.page.getByLabel('E-mail').fill('mara@northgate.example');
    await pages.page.getByLabel('Password', { exact: true }).fill('correct horse');
    await pages.page.getByLabel('Password', { exact: true }).press('Enter');
    const code = pages.page.getByLabel('Code');
    await code.fill('654321');
    await code.press('Enter');
    await pages.page.getByRole('alert').getByText('The code is wrong or was used already').waitFor();
    await expectAccessible(pages.page);
    await code.fill('123456');
    await code.press('Enter');
    await pages.heading('Workbench').waitFor();
  });

  test.each(['https://evil.example/', '//evil.example/', '/\\evil.example/', 'javascript:alert(1)'])(
    'a return address of another site (%s) leads to the workbench',
    async (target) => {
      pages.fake.state.signedIn = false;
      await pages.open(`/sign-in?return=${encodeURIComponent(target)}#code=good-code`);
      await pages.heading('Workbench').waitFor();
      expect(new URL(pages.page.url()).origin).toBe(pages.fake.url);
    },
  );

  test('a session that ends while a page is open leads to the sign-in page', async () => {
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    pages.fake.state.signedIn = false;
    // Whatever asks the server first finds out: the click, or a list that was still on its way.
    await Promise.race([
      pages.page.getByRole('button', { name: 'Try the sample photo' }).click(),
      pages.heading('Sign in').waitFor(),
    ]);
    await pages.heading('Sign in').waitFor();
  });

  test('signing out ends the session', async () => {
    await pages.open('/');
    await pages.page.getByRole('button', { name: 'Mara Lindqvist' }).click();
    await pages.page.getByRole('button', { name: 'Sign out' }).click();
    await pages.heading('Sign in').waitFor();
    expect(pages.fake.state.signedIn).toBe(false);
  });
});
