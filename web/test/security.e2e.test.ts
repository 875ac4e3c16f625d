import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the security page', () => {
  const pages = openPages();

  test('names the plugins that are locked, and releases one only with a reason', async () => {
    const { page, fake, open, heading } = pages;
    await open('/security');
    await heading('Security').waitFor();
    const locked = page.getByRole('region', { name: 'Needs you' });
    await locked.getByText('In quarantine').waitFor();
    await locked.getByRole('button', { name: 'Release' }).click();
    const dialog = page.getByRole('dialog', { name: 'Release Sun dial?' });
    await dialog.getByRole('button', { name: 'Release Sun dial' }).waitFor();
    expect(await dialog.getByRole('button', { name: 'Release Sun dial' }).isDisabled()).toBe(true);
    await dialog.getByText('Give a reason first.').waitFor();
    await dialog.getByRole('textbox', { name: 'Why this is safe' }).fill('The author mended it in 1.4.1.');
    await dialog.getByRole('button', { name: 'Release Sun dial' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(fake.releases).toEqual(['The author mended it in 1.4.1.']);
  });

  test('opens an event with its evidence, filters by severity and keeps the filter in the address', async () => {
    const { page, open } = pages;
    await open('/security');
    await page.getByRole('button', { name: 'Wanted to reach an address that is not public' }).click();
    await page.getByText('169.254.169.254', { exact: true }).waitFor();
    await page.getByText('Critical', { exact: true }).first().click();
    await eventually(() => new URL(page.url()).search).toBe('?severity=critical');
    await eventually(() => page.getByRole('row').count()).toBe(2);
  });

  test('says which layers of the sandbox are missing, and what could then happen', async () => {
    const { page, open } = pages;
    await open('/security');
    const sandbox = page.getByRole('region', { name: 'Sandbox' });
    await sandbox.getByText('1 of 6 layers are missing here').waitFor();
    await sandbox.getByText('could open network connections', { exact: false }).waitFor();
  });

  test('lets those who run the server put something on the kill list and lift it, and shows it to nobody else', async () => {
    const { page, open, fake } = pages;
    await open('/security');
    await page.getByRole('region', { name: 'Sandbox' }).waitFor();
    expect(await page.getByRole('region', { name: 'Kill list' }).count()).toBe(0);
    fake.state.access = [...fake.state.access, 'server:operate'];
    await open('/security');
    const list = page.getByRole('region', { name: 'Kill list' });
    await list.getByText('Nothing is on the kill list.').waitFor();
    await list.getByRole('button', { name: 'Add an entry' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add to the kill list' });
    await dialog.getByText('Say which, and why.').waitFor();
    await dialog.getByRole('combobox', { name: 'What' }).selectOption('Version');
    await dialog.getByRole('textbox', { name: 'Which' }).fill('acme/exif@1.2.0');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('It sends photos to a stranger');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'End it everywhere' }).click();
    await list.getByText('acme/exif@1.2.0').waitFor();
    await expectAccessible(page);
    await list.getByRole('button', { name: 'Lift' }).click();
    const lifting = page.getByRole('dialog', { name: 'Lift the entry acme/exif@1.2.0?' });
    await lifting.getByRole('textbox', { name: 'Why this is safe' }).fill('It was another plugin');
    await lifting.getByRole('button', { name: 'Lift the entry' }).click();
    await list.getByText('Lifted', { exact: true }).waitFor();
    expect(fake.killList).toMatchObject([
      {
        kind: 'version',
        value: 'acme/exif@1.2.0',
        reason: 'It sends photos to a stranger',
        liftReason: 'It was another plugin',
      },
    ]);
  });

  test('shows those who run the server which mails were given up, and sends one again', async () => {
    const { page, open, fake } = pages;
    fake.state.access = [...fake.state.access, 'server:operate'];
    await open('/security');
    const mails = page.getByRole('region', { name: 'Mails that were given up' });
    await mails.getByText('grace@harbour.example').waitFor();
    await mails.getByText('The mail server answered 550').waitFor();
    expect(await mails.getByRole('button', { name: 'Send again to piet@northgate.example' }).isDisabled()).toBe(true);
    await expectAccessible(page);
    await mails.getByRole('button', { name: 'Send again to grace@harbour.example' }).click();
    await mails.getByText('grace@harbour.example').waitFor({ state: 'detached' });
  });

  test('says what the organisation does with what is found in packages, saves a change at once and takes it back', async () => {
    const { page, fake, open } = pages;
    await open('/security');
    const rules = page.getByRole('region', { name: 'Rules for packages' });
    const medium = rules.getByRole('combobox', { name: 'Medium findings' });
    await medium.selectOption('Block');
    await page.getByText('Saved', { exact: true }).waitFor();
    await eventually(() => fake.packageRules.scan.severities.medium).toBe('block');
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => fake.packageRules.scan.severities.medium).toBe('review');
    await eventually(() => medium.inputValue()).toBe('review');
    await rules.getByRole('combobox', { name: 'Packages that nobody signed' }).selectOption('Refuse');
    await eventually(() => fake.packageRules.unsigned.unsignedPackages).toBe('refuse');
    await eventually(() => medium.isEnabled()).toBe(true);
    await rules.getByRole('combobox', { name: 'Another rule' }).selectOption('hidden-file');
    await rules.getByText('A file that listings leave out.').waitFor();
    await expectAccessible(page);
    await rules.getByRole('button', { name: 'Remove what is said about hidden-file' }).click();
    await eventually(() => fake.packageRules.scan.rules.map(({ rule }) => rule)).toEqual(['permission-use']);
  });

  test('shows the rules for packages and changes none where the role may only read', async () => {
    const { page, fake, open } = pages;
    fake.state.access = ['signed-in', 'plugins:read'];
    await open('/security');
    const rules = page.getByRole('region', { name: 'Rules for packages' });
    expect(await rules.getByRole('combobox', { name: 'High findings' }).isDisabled()).toBe(true);
    await rules.getByText(/^Owners, admins and developers/).waitFor();
  });

  test('leads to the receipt of a plugin: what it cost, declared and reached', async () => {
    const { page, open, heading } = pages;
    await open('/security');
    await page.getByRole('region', { name: 'Needs you' }).getByRole('link', { name: 'Sun dial' }).click();
    await heading('Sun dial').waitFor();
    await page.getByText('api.sun.example', { exact: true }).waitFor();
    await page.getByText('It was granted “storage” and did not use it in this time.').waitFor();
    expect(await page.getByRole('img', { name: /^Calls a day from / }).count()).toBe(1);
  });
});
