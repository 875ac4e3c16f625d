import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
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

  test('leads to the receipt of a plugin: what it cost, declared and reached', async () => {
    const { page, open, heading } = pages;
    await open('/security');
    await page.getByRole('region', { name: 'Needs you' }).getByRole('link', { name: 'Sun dial' }).click();
    await heading('Sun dial').waitFor();
    await page.getByText('api.sun.example', { exact: true }).waitFor();
    await page.getByText('It asks for storage but never used it.').waitFor();
    expect(await page.getByRole('img', { name: /^Calls a day from / }).count()).toBe(1);
  });
});
