import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the page of policies', () => {
  const pages = openPages();
  const mayDecide = () => {
    pages.fake.state.access = [...pages.fake.state.access, 'plugins:manage', 'policies:read', 'policies:manage'];
  };

  test('saves a draft only after it was told what it would refuse', async () => {
    const { page, fake, open } = pages;
    mayDecide();
    await open('/policies');
    const rules = page.getByRole('region', { name: 'Rules' });
    await rules.getByText('There are no rules yet.').waitFor();
    await rules.getByRole('button', { name: 'Add a rule' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a rule' });
    await dialog.getByRole('textbox', { name: 'Plugin' }).fill('exif-reader');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('It reads dates wrongly.');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Take into the draft' }).click();
    await rules.getByText('Plugin exif-reader').waitFor();
    const save = page.getByRole('button', { name: 'Save the policy' });
    expect(await save.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Check what this changes' }).click();
    const found = page.getByRole('region', { name: 'What this would change' });
    await found.getByText('One plugin that runs now would be unloaded.').waitFor();
    await found.getByText('It reads dates wrongly.', { exact: false }).waitFor();
    await expectAccessible(page);
    // Another draft than the one that was checked.
    await page.getByRole('combobox', { name: 'Installed by themselves' }).selectOption('minor');
    await eventually(() => save.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Check what this changes' }).click();
    await eventually(() => save.isDisabled()).toBe(false);
    await save.click();
    await eventually(() => Promise.resolve(fake.policies.reply.policy)).toMatchObject({
      rules: [{ effect: 'deny', plugin: 'exif-reader', note: 'It reads dates wrongly.' }],
      updates: { mode: 'minor' },
    });
    await save.waitFor({ state: 'detached' });
  });

  test('stops everything with a reason, and lifts it again', async () => {
    const { page, fake, open } = pages;
    mayDecide();
    await open('/policies');
    await page.getByRole('button', { name: 'Stop all plugins' }).click();
    const dialog = page.getByRole('dialog', { name: 'Stop all plugins?' });
    await dialog.getByText('Give a reason first.').waitFor();
    await dialog.getByRole('textbox', { name: 'Why' }).fill('We look into a report');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Stop all plugins' }).click();
    await page.getByText('We look into a report', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Lift the stop' }).click();
    const lift = page.getByRole('dialog', { name: 'Lift the stop?' });
    await lift.getByRole('textbox', { name: 'Why' }).fill('A false alarm');
    await lift.getByRole('button', { name: 'Lift the stop' }).click();
    await page.getByRole('button', { name: 'Stop all plugins' }).waitFor();
    expect(fake.policies.reply.stop).toBe(null);
  });

  test('approves a request with a reason and an end', async () => {
    const { page, fake, open } = pages;
    mayDecide();
    await open('/policies');
    const queue = page.getByRole('region', { name: 'Requests' });
    await queue.getByRole('button', { name: 'Approve: Permissions for exif-reader' }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve this request?' });
    await dialog.getByLabel('Ends on').fill('2099-01-01T10:00');
    await dialog.getByRole('textbox', { name: 'Why' }).fill('For this case');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await queue.getByText('Approved', { exact: true }).waitFor();
    expect(fake.policies.requests).toMatchObject([{ state: 'approved', decisionReason: 'For this case' }]);
  });

  test('says to everybody else why they cannot change it', async () => {
    const { page, fake, open } = pages;
    fake.state.access = ['signed-in', 'plugins:read', 'policies:read'];
    await open('/policies');
    const rules = page.getByRole('region', { name: 'Rules' });
    await rules.getByText('Your role does not change policies.').waitFor();
    expect(await rules.getByRole('button', { name: 'Add a rule' }).isDisabled()).toBe(true);
  });

  test('a plugin is set back to an earlier state after a question that names it', async () => {
    const { page, fake, open } = pages;
    mayDecide();
    await open('/plugins/exif-reader');
    const kept = page.getByRole('region', { name: 'Updates and earlier states' });
    await kept.getByText('Rule 1 denies version 0.8.0.', { exact: false }).waitFor();
    await kept.getByRole('button', { name: /^Set back to 0.9.0/ }).click();
    const dialog = page.getByRole('dialog', { name: /back to 0.9.0\?$/ });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Set back to 0.9.0' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(fake.plugins.sent).toContainEqual({
      name: 'POST /api/plugins/exif-reader/rollback',
      body: { to: '0198b5a0-0000-7000-8000-000000000002' },
    });
  });
});
