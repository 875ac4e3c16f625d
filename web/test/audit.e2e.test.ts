import { expect, test, describe } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the page of the audit trail', () => {
  const pages = openPages();
  const may = () => (pages.fake.state.access = [...new Set([...pages.fake.state.access, 'audit:read'])]);

  test('lists who did what, newest first, filters it, and keeps the filter in the address', async () => {
    const { page, open, heading } = pages;
    may();
    await open('/audit');
    await heading('Audit').waitFor();
    const table = page.getByRole('table', { name: 'Audit' });
    await page.getByText('7 acts').waitFor();
    expect(await table.getByRole('row').nth(1).innerText()).toContain('Made an API token');
    await page.getByRole('combobox', { name: 'Result' }).selectOption('Refused');
    await page.getByText('1 act', { exact: true }).waitFor();
    await table.getByText('GET /api/trust/kill-list').waitFor();
    expect(new URL(page.url()).search).toBe('?result=refused');
    await page.getByRole('searchbox').fill('nowhere');
    await page.getByText('No act fits this filter.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).first().click();
    await page.getByText('7 acts').waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('shows an act with what it was before and after, where it stands in the chain, and steps by the keyboard', async () => {
    const { page, open } = pages;
    may();
    await open('/audit');
    await page.getByRole('link', { name: 'Configured a plugin' }).click();
    const panel = page.getByRole('region', { name: 'Configured a plugin' });
    const row = panel.getByRole('row', { name: /^word/ });
    expect(await row.innerText()).toMatch(/one\s+two/);
    await panel.getByText('192.0.2.17').waitFor();
    await panel.getByRole('button', { name: 'Copy hash' }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('ArrowDown');
    await page.getByRole('region', { name: 'Installed a plugin' }).waitFor();
    await page.keyboard.press('Escape');
    await eventually(() => new URL(page.url()).search).toBe('');
  });

  test('says that a person is gone and that their data were erased', async () => {
    const { page, open } = pages;
    may();
    await open('/audit?act=member.add');
    await page.getByRole('link', { name: 'Added a member' }).click();
    const panel = page.getByRole('region', { name: 'Added a member' });
    await panel.getByText('A former member').waitFor();
    await panel.getByText('Erased').waitFor();
  });

  test('verifies the trail, and names what was changed in it', async () => {
    const { page, open, fake } = pages;
    may();
    await open('/audit');
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    await page.getByText('All 7 acts are as they were sealed.').waitFor();
    const id = '7f000000-0000-4000-8000-000000000001';
    fake.state.audit.verdict = {
      ...fake.state.audit.verdict,
      intact: false,
      fault: { kind: 'changed', position: 3, id, says: 'The act was changed.', expected: null, found: null },
    };
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    const alert = page.getByRole('alert');
    await alert.getByText('Act 3 was changed after it was sealed').waitFor();
    await alert.getByText(id).waitFor();
    await expectAccessible(page);
  });

  test('offers the whole trail and what the filter shows as downloads', async () => {
    const { page, open } = pages;
    may();
    await open('/audit?result=refused');
    await page.getByRole('button', { name: 'Export' }).click();
    const whole = page.getByRole('menuitem', { name: 'JSON Lines, to be verified offline' });
    expect(await whole.getAttribute('href')).toBe('/api/audit/export?format=jsonl');
    const csv = page.getByRole('menuitem', { name: /^CSV/ });
    expect(await csv.getAttribute('href')).toBe('/api/audit/export?result=refused&format=csv');
  });

  test('shows a new act without being asked', async () => {
    const { page, open, fake } = pages;
    may();
    await open('/audit');
    await page.getByText('7 acts').waitFor();
    const [first] = fake.state.audit.acts;
    if (first === undefined) throw new Error('There are acts.');
    fake.state.audit.acts.push({ ...first, id: 'new', act: 'plugin.uninstall' });
    fake.emit({ type: 'audit:recorded' });
    await page.getByRole('link', { name: 'Uninstalled a plugin' }).waitFor();
    await page.getByText('8 acts').waitFor();
  });

  test('has the trail of the server for whoever runs it, and is no place for roles that may not see it', async () => {
    const { page, open, fake, heading } = pages;
    const navigation = page.getByRole('navigation', { name: 'Main' });
    await open('/audit');
    await page.getByText('Your role cannot see the audit trail.', { exact: false }).waitFor();
    expect(await navigation.getByRole('link', { name: 'Audit' }).count()).toBe(0);
    may();
    fake.state.access.push('server:operate');
    await open('/audit');
    await heading('Audit').waitFor();
    await navigation.getByRole('link', { name: 'Audit' }).waitFor();
    await page.getByText('This server', { exact: true }).click();
    await page.getByRole('link', { name: 'Put something on the kill list' }).waitFor();
    expect(new URL(page.url()).search).toBe('?of=server');
  });
});
