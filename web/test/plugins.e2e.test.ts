import { describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { expectAccessible, hasChromium } from './browser.ts';
import { inspectionReply } from './fake-plugins.ts';
import { eventually, openPages, type Pages } from './open-pages.ts';

const archive = { name: 'plugin.zip', mimeType: 'application/zip', buffer: Buffer.from('a package') };

describe.skipIf(!hasChromium)('the installed plugins', { timeout: 120_000 }, () => {
  const pages = openPages();

  async function openList({ open, heading }: Pages, query = '') {
    await open(`/plugins${query}`);
    await heading('Installed plugins').waitFor();
  }
  const sent = (name: string) => pages.fake.plugins.sent.filter((each) => each.name === name).map(({ body }) => body);

  test('are listed with state, calls and errors, and filtered with the filter in the address', async () => {
    const { page } = pages;
    await openList(pages);
    await page.getByText('3 plugins · last 24 hours').waitFor();
    await page.getByRole('row', { name: /JPEG structure.*Running.*2,412 40 412 ms 88 MB 1\.4\.0/ }).waitFor();
    await page.getByRole('row', { name: /Content Credentials harbour-labs · signed/ }).waitFor();
    await page.getByRole('row', { name: /EXIF reader proofpix · with this server/ }).waitFor();
    await page.getByRole('searchbox', { name: 'Filter plugins' }).fill('jpeg');
    await eventually(() => new URL(page.url()).search).toBe('?search=jpeg');
    await eventually(() => page.getByRole('row').count()).toBe(2);
    await page.getByRole('searchbox', { name: 'Filter plugins' }).fill('nowhere');
    await page.getByText('Nothing matches “nowhere”.').waitFor();
    await page.getByRole('button', { name: 'Show all plugins' }).click();
    await eventually(() => page.getByRole('row').count()).toBe(4);
  });

  test('open beside the list, and a permission is taken away at once and given back by the toast', async () => {
    const { page } = pages;
    await openList(pages);
    await page.getByRole('link', { name: 'Content Credentials' }).click();
    const panel = page.getByRole('region', { name: 'Content Credentials' });
    const contact = panel.getByRole('switch', { name: 'Contact trust.c2pa.example over the internet' });
    await panel.getByRole('img', { name: /^Calls an hour in the last 24 hours/ }).waitFor();
    expect(await contact.isChecked()).toBe(true);
    await contact.click({ force: true });
    await eventually(() => contact.isChecked()).toBe(false);
    await page.getByText('Content Credentials may no longer: Contact trust.c2pa.example').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(() => contact.isChecked()).toBe(true);
    expect(sent('PUT /api/plugins/content-credentials/grants')).toEqual([
      { grants: ['files'], refused: ['http'] },
      { grants: ['files', 'http'], refused: [] },
    ]);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
  });

  test('keep a permission that the server did not take, and say why', async () => {
    const { page, fake } = pages;
    fake.state.problems.set('PUT /api/plugins/content-credentials/grants', 'rate_limited');
    await openList(pages, '?open=content-credentials');
    const contact = page.getByRole('switch', { name: /^Contact/ });
    // A click before the role is known would change nothing.
    await eventually(() => contact.isEnabled()).toBe(true);
    await contact.click({ force: true });
    await page.getByText('The permission was not changed').waitFor();
    await eventually(() => contact.isChecked()).toBe(true);
  });

  test('are installed from a chosen package: nothing is ticked, and what is not ticked is refused', async () => {
    const { page } = pages;
    await openList(pages);
    await page.getByLabel('Upload package').setInputFiles(archive);
    const dialog = page.getByRole('dialog', { name: 'Install Content Credentials 2.3.1?' });
    await dialog.getByText('Asks whether a signing certificate was withdrawn. The photo is not sent.').waitFor();
    await dialog.getByText('Without it, the plugin forgets everything after each run.').waitFor();
    expect(await dialog.getByRole('checkbox', { checked: true }).count()).toBe(0);
    await dialog.getByRole('button', { name: 'Install without permissions' }).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Tick all' }).click();
    await dialog.getByRole('checkbox', { name: /^Remember data/ }).uncheck();
    await dialog.getByRole('button', { name: 'Install with 3 permissions' }).click();
    await page.getByText('Content Credentials is installed and runs').waitFor();
    expect(sent('POST /api/plugins/install')).toEqual([
      { grants: '["files","crypto","http"]', refused: '["storage"]' },
    ]);
    await eventually(() => new URL(page.url()).search).toBe('?open=content-credentials-2');
  });

  test('say of a package that was refused which field is wrong, and of an update what is new', async () => {
    const { page, fake } = pages;
    const fields = [{ field: '/permissions/0', message: 'must be one of http, crypto' }];
    fake.plugins.inspection = new Problem('manifest_invalid', undefined, fields);
    await openList(pages);
    await page.getByLabel('Upload package').setInputFiles(archive);
    const refused = page.getByRole('dialog', { name: 'plugin.zip cannot be installed' });
    await refused.getByText('/permissions/0').waitFor();
    await refused.getByText('must be one of http, crypto').waitFor();
    await expectAccessible(page);
    await refused.getByRole('button', { name: 'Close' }).click();

    const installed = { version: '2.3.0', digest: 'ab', source: 'upload', publisher: 'local', isSamePackage: false };
    const [first, ...others] = inspectionReply().permissions;
    const kept = first === undefined ? [] : [{ ...first, decision: 'granted' as const, isNew: false }];
    fake.plugins.inspection = inspectionReply({ installed, step: 'upgrade', permissions: [...kept, ...others] });
    await page.getByLabel('Upload package').setInputFiles(archive);
    const update = page.getByRole('dialog', { name: 'Update Content Credentials from 2.3.0 to 2.3.1?' });
    await eventually(() => update.getByText(/^New in this version\./).count()).toBe(3);
    await update.getByRole('button', { name: 'Update with 1 permission' }).waitFor();
  });

  test('come back from the marketplace after they were uninstalled', async () => {
    const { page } = pages;
    await openList(pages);
    await page.getByRole('button', { name: 'Add plugin' }).click();
    const market = page.getByRole('dialog', { name: 'Add a plugin' });
    await market.getByText('Takes every position out of a photo.').first().waitFor();
    await expectAccessible(page);
    await market.getByRole('button', { name: 'Install GPS redactor' }).click();
    await page.getByRole('dialog', { name: /^Install / }).waitFor();
    expect(sent('POST /api/plugins/inspect')).toEqual([
      { publisher: 'proofpix', pluginId: 'gps-redactor', version: '1.0.0' },
    ]);
  });

  test('are uninstalled only after it was said what is lost', async () => {
    const { page } = pages;
    await openList(pages);
    await page.getByRole('button', { name: 'Actions for JPEG structure' }).click();
    await page.getByRole('menuitem', { name: 'Uninstall' }).click();
    const dialog = page.getByRole('dialog', { name: 'Uninstall JPEG structure?' });
    await dialog
      .getByText(/2 changed settings, 1 secret, 5 MB of stored data in 12 entries, 240 log lines and figures of 9 days/)
      .waitFor();
    await dialog.getByText('EXIF reader needs it.').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Uninstall JPEG structure' }).click();
    await page.getByText('JPEG structure was uninstalled').waitFor();
    await eventually(() => page.getByRole('row').count()).toBe(3);
  });

  test('are configured by a form: fields are checked on leaving, and the server answers at its field', async () => {
    const { page, open, heading, fake } = pages;
    await open('/plugins/exif-reader/settings');
    await heading('Settings of EXIF reader').waitFor();
    const country = page.getByRole('textbox', { name: 'Country' });
    await country.fill('N');
    expect(await page.getByText('Must have at least 2 characters.').count()).toBe(0);
    await country.blur();
    await page.getByText('Must have at least 2 characters.').waitFor();
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('1 field needs another value').waitFor();
    expect(sent('PUT /api/plugins/exif-reader/config')).toEqual([]);
    await country.fill('XX');
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('is no country').waitFor();
    await country.fill('SE');
    await page.getByRole('checkbox', { name: 'Strict' }).check();
    await page.getByRole('combobox', { name: 'Mode' }).selectOption('thorough');
    await page.getByRole('button', { name: 'Add to Hosts' }).click();
    await page.getByRole('textbox', { name: 'Entry 1' }).fill('api.example.org');
    await page.getByRole('textbox', { name: 'North' }).fill('61.5');
    await page.getByRole('group', { name: 'Access key' }).getByRole('button', { name: 'Replace' }).click();
    await page.getByLabel('Access key', { exact: true }).fill('a new secret');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Save changes' }).click();
    await page.getByText('The settings of EXIF reader are saved').waitFor();
    expect(sent('PUT /api/plugins/exif-reader/config').at(-1)).toEqual({
      config: {
        country: 'SE',
        limit: 20,
        strict: true,
        mode: 'thorough',
        hosts: ['api.example.org'],
        area: { north: 61.5 },
        key: 'a new secret',
      },
    });
    expect(JSON.stringify(fake.plugins.config)).not.toContain('a new secret');
    expect(await page.content()).not.toContain('a new secret');
  });

  test('ask before settings that are not saved are left, also where they were written as JSON', async () => {
    const { page, open, heading } = pages;
    await open('/plugins/exif-reader/settings');
    await heading('Settings of EXIF reader').waitFor();
    await page.getByText('JSON', { exact: true }).click();
    await page.getByRole('textbox', { name: 'JSON' }).fill('{"country": "NO"');
    await page.getByText('This is no JSON that can be saved').first().waitFor();
    await page.getByRole('textbox', { name: 'JSON' }).fill('{"country": "DK"}');
    await page.getByRole('link', { name: 'Installed plugins' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave the settings of EXIF reader?' });
    await dialog.getByRole('button', { name: 'Stay here' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Installed plugins' }).click();
    await dialog.getByRole('button', { name: 'Leave without saving' }).click();
    await heading('Installed plugins').waitFor();
  });

  test('are put in order by keys and by dragging, told in words, and set back', async () => {
    const { page, open, heading } = pages;
    await open('/hooks');
    await heading('Order of the plugins').waitFor();
    const names = () =>
      page
        .getByRole('region', { name: 'file:process' })
        .getByRole('button', { name: /Arrow keys move it/ })
        .evaluateAll((handles) => handles.map((handle) => handle.getAttribute('aria-label')?.split(',')[0]));
    await eventually(names).toEqual(['EXIF reader', 'JPEG structure', 'Content Credentials']);
    await page.getByRole('button', { name: /^EXIF reader, place 1 of 3/ }).press('ArrowDown');
    await page.getByText('EXIF reader is now at place 2 of 3').waitFor();
    await eventually(names).toEqual(['JPEG structure', 'EXIF reader', 'Content Credentials']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await eventually(names).toEqual(['EXIF reader', 'JPEG structure', 'Content Credentials']);

    const from = await page.getByRole('button', { name: /^Content Credentials, place 3/ }).boundingBox();
    const to = await page.getByRole('button', { name: /^EXIF reader, place 1/ }).boundingBox();
    if (from === null || to === null) throw new Error('The handles are not drawn.');
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(to.x + 8, to.y + 8, { steps: 8 });
    await page.mouse.up();
    await eventually(names).toEqual(['Content Credentials', 'EXIF reader', 'JPEG structure']);
    expect(sent('PUT /api/hooks/file%3Aprocess/order')).toEqual([
      { order: ['jpeg-structure', 'exif-reader', 'content-credentials'] },
      { order: null },
      { order: ['content-credentials', 'exif-reader', 'jpeg-structure'] },
    ]);
    await expectAccessible(page);
  });

  test('have a page with log and description, in which nothing of a stranger runs or loads', async () => {
    const { page, open, heading, fake } = pages;
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await open('/plugins/exif-reader');
    await heading('EXIF reader').waitFor();
    const readme = page.getByRole('region', { name: 'What the publisher says' });
    await readme.getByRole('table').waitFor();
    const link = readme.getByRole('link', { name: 'link' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await readme.getByRole('link').count()).toBe(1);
    expect(await readme.locator('script, img').count()).toBe(0);
    expect(asked.filter((url) => !url.startsWith(fake.url))).toEqual([]);

    const log = page.getByRole('region', { name: 'Log', exact: true });
    await log.getByText('a line of debug').waitFor();
    await log.getByText('Warn', { exact: true }).first().click();
    await eventually(() => log.getByText('a line of debug').count()).toBe(0);
    await log.getByRole('button', { name: 'Pause' }).click();
    fake.plugins.logs.unshift({ id: 'new', level: 'error', message: 'a new line', at: new Date().toISOString() });
    fake.emit({ type: 'plugin:logged', plugins: ['exif-reader'] });
    await log.getByRole('button', { name: 'Show 1 newer line' }).click();
    await log.getByText('a new line').waitFor();
  });

  test('can be looked at and not changed by a role that may only read, which is told why', async () => {
    const { page, fake } = pages;
    fake.state.access = ['signed-in', 'plugins:read', 'runs:read'];
    await openList(pages, '?open=exif-reader');
    await page
      .getByText(/^Owners, admins and developers/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: 'Add plugin' }).isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
    expect(await page.getByRole('switch').first().isDisabled()).toBe(true);
    await expectAccessible(page);
  });

  test('say what to do where the role sees none of them', async () => {
    const { page, fake } = pages;
    fake.state.access = ['signed-in', 'runs:read'];
    await openList(pages);
    await page.getByText('Your role does not see the installed plugins. Ask an owner of your organisation.').waitFor();
  });
});
