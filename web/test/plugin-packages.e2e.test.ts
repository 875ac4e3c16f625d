import { describe, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { expectAccessible, hasChromium } from './browser.ts';
import { inspectionReply } from './fake-plugins.ts';
import { scanOf } from './fake-scan.ts';
import { eventually, openPages } from './open-pages.ts';

const archive = { name: 'plugin.zip', mimeType: 'application/zip', buffer: Buffer.from('a package') };

describe.skipIf(!hasChromium)('the packages of plugins', { timeout: 120_000 }, () => {
  const pages = openPages();

  async function openList() {
    await pages.open('/plugins');
    await pages.heading('Installed plugins').waitFor();
  }

  test('say who signed their package, and cannot be started while they are on the kill list', async () => {
    const { page, open, heading, fake } = pages;
    await open('/plugins/content-credentials');
    await heading('Content Credentials').waitFor();
    await page.getByText('Signed by harbour-labs').waitFor();
    const reason = 'plugin exif-reader: It sends photos to a stranger';
    const killed = { state: 'failed', stateReason: `On the kill list: ${reason}`, killed: reason };
    fake.state.plugins = fake.state.plugins.map((each) => Object.assign({}, each, killed));
    await open('/plugins/exif-reader');
    await heading('EXIF reader').waitFor();
    await page.getByText('Came with this server').waitFor();
    await page.getByText('Killed', { exact: true }).waitFor();
    await page.getByText(reason).first().waitFor();
    expect(await page.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true);
    await page.getByText('It is on the kill list of this server').waitFor();
  });

  test('with findings are installed only by somebody who says that they looked, and not at all where they are blocked', async () => {
    const { page, fake } = pages;
    fake.plugins.inspection = inspectionReply({ scan: scanOf('review') });
    await openList();
    await page.getByLabel('Upload package').setInputFiles(archive);
    const dialog = page.getByRole('dialog', { name: 'Install Content Credentials 2.3.1?' });
    const medium = dialog.getByRole('region', { name: 'Medium' });
    await medium.getByText('A loop has no end.').waitFor();
    await medium.getByText('index.js:3:1').waitFor();
    await medium.getByText('for (;;) { next(); }').waitFor();
    const install = dialog.getByRole('button', { name: 'Install without permissions' });
    expect(await install.isDisabled()).toBe(true);
    await dialog.getByText('Tick first that you looked at what was found.').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('checkbox', { name: 'I looked at what was found and want to install it anyway' }).check();
    await install.click();
    await page.getByText('Content Credentials is installed and runs').waitFor();
    expect(
      fake.plugins.sent.filter(({ name }) => name === 'POST /api/plugins/install').map(({ body }) => body),
    ).toEqual([{ grants: '[]', refused: '["files","crypto","http","storage"]', acceptReview: 'true' }]);

    fake.plugins.inspection = inspectionReply({ scan: scanOf('block') });
    await openList();
    await page.getByLabel('Upload package').setInputFiles(archive);
    await dialog.getByText('Blocked by the rules of your organisation').waitFor();
    await dialog.getByRole('button', { name: 'Show all 7' }).click();
    await eventually(() => dialog.getByText('A loop has no end.').count()).toBe(7);
    expect(await install.isDisabled()).toBe(true);
    await dialog.getByText('The rules of your organisation do not let it in.').waitFor();
    expect(await dialog.getByRole('checkbox', { name: /^I looked/ }).count()).toBe(0);
    await expectAccessible(page);
  });

  test('that take long say how far their scan is while they are installed', async () => {
    const { page, fake } = pages;
    fake.plugins.inspection = inspectionReply({});
    const job = {
      id: '6f1b8a52-58cf-4a06-9f2d-5f2f4f0a7c11',
      kind: 'plugin.install',
      state: 'running',
      result: null,
      error: null,
      progress: { phase: 'analyse', done: 40, of: 100 },
      createdAt: '2026-11-03T09:00:00.000Z',
      finishedAt: null,
    };
    let end: object = {};
    await page.route('**/api/plugins/install', (route) => route.fulfill({ status: 202, json: job }));
    await page.route('**/api/jobs/*', (route) => route.fulfill({ json: { ...job, ...end } }));
    await openList();
    await page.getByLabel('Upload package').setInputFiles(archive);
    const dialog = page.getByRole('dialog', { name: 'Install Content Credentials 2.3.1?' });
    await dialog.getByRole('button', { name: 'Install without permissions' }).click();
    expect(await dialog.getByRole('progressbar').getAttribute('value')).toBe('0.4');
    await dialog.getByText('40 %').waitFor();
    await expectAccessible(page);
    end = { state: 'failed', progress: null, error: { code: 'package_not_scanned', message: 'Not scanned.' } };
    await dialog.getByText('Content Credentials was not installed').waitFor();
    expect(await dialog.getByRole('progressbar').count()).toBe(0);
  });

  test('are sent with the signature that was chosen beside them, and say whose they are before they are installed', async () => {
    const { page, fake } = pages;
    fake.plugins.inspection = inspectionReply({
      signature: {
        state: 'signed',
        publisher: 'harbour-labs',
        keyIds: ['ab'.repeat(32)],
        signedAt: '2026-11-02T08:00:00.000Z',
        countersigned: null,
      },
    });
    await openList();
    const signature = { name: 'plugin.zip.sig.json', mimeType: 'application/json', buffer: Buffer.from('{"a":1}') };
    await page.getByLabel('Upload package').setInputFiles([signature, archive]);
    const dialog = page.getByRole('dialog', { name: 'Install Content Credentials 2.3.1?' });
    await dialog.getByText('Signed by harbour-labs').waitFor();
    await dialog.getByRole('button', { name: 'Install without permissions' }).click();
    await page.getByText('Content Credentials is installed and runs').waitFor();
    const [sent] = fake.plugins.sent.filter(({ name }) => name === 'POST /api/plugins/install');
    expect(sent?.body).toMatchObject({ signature: '{"a":1}' });

    const message = 'The package is on the kill list. plugin ended: It sends photos away';
    fake.plugins.inspection = inspectionReply({ obstacle: { code: 'package_killed', message } });
    await openList();
    await page.getByLabel('Upload package').setInputFiles(archive);
    await dialog.getByText(message).waitFor();
    await dialog.getByText('Not signed: nothing says whose it is').waitFor();
    await expectAccessible(page);
  });

  test('that could not be scanned can be sent again at once', async () => {
    const { page, fake } = pages;
    fake.plugins.inspection = new Problem('package_not_scanned');
    await openList();
    await page.getByLabel('Upload package').setInputFiles(archive);
    const refused = page.getByRole('dialog', { name: 'plugin.zip cannot be installed' });
    await refused.getByText('The package could not be scanned.').waitFor();
    fake.plugins.inspection = inspectionReply();
    await refused.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('dialog', { name: 'Install Content Credentials 2.3.1?' }).waitFor();
  });

  test('show what was found in their package, by which rules, when, and who accepted it', async () => {
    const { page } = pages;
    await pages.open('/plugins/content-credentials');
    const found = page.getByRole('region', { name: 'What was found in the package' });
    await found.getByText('The rules of your organisation ask for a review').waitFor();
    await found.getByText(/^Rules 1, scanned 3 Nov 2026.*Mara Lind accepted it/).waitFor();
    await found.getByRole('region', { name: 'Low' }).getByText('manifest.json', { exact: true }).waitFor();
    await expectAccessible(page);
  });

  test('show what they bring with them, what is known against it, and that unknown is not none', async () => {
    const { page, open, heading, fake } = pages;
    const known = fake.plugins.vulnerabilities;
    const [first] = known.components;
    if (first === undefined) throw new Error('The fake has no dependency.');
    const dependencies = page.getByRole('region', { name: 'Dependencies' });
    await open('/plugins/exif-reader');
    await heading('EXIF reader').waitFor();
    await dependencies.getByText('Nothing is known against them. Asked https://api.osv.dev').waitFor();
    await dependencies.getByText('declared, in the notices').waitFor();
    const download = dependencies.getByRole('link', { name: 'Download SBOM' });
    expect(await download.getAttribute('href')).toBe('/api/plugins/exif-reader/sbom');
    const advisory = {
      aliases: [],
      malicious: false,
      severity: 'high' as const,
      score: 8.1,
      summary: '<b>Reads</b> beyond its end.',
      fixed: '4.46.1',
    };
    fake.plugins.vulnerabilities = {
      ...known,
      state: 'affected',
      components: [
        { ...first, name: 'harmless', purl: 'pkg:npm/harmless' },
        {
          ...first,
          state: 'affected',
          advisories: [
            { ...advisory, id: 'GHSA-1', link: 'https://osv.dev/vulnerability/GHSA-1' },
            { ...advisory, id: 'MAL-1', malicious: true, fixed: null, link: 'https://osv.dev/vulnerability/MAL-1' },
          ],
        },
      ],
    };
    await page.reload();
    await dependencies.getByText('Something is known against some of them.').waitFor();
    expect(await dependencies.locator('dt').first().textContent()).toBe('exifreader 4.46.0');
    await dependencies.getByText('<b>Reads</b> beyond its end. Fixed in 4.46.1.').waitFor();
    expect(await dependencies.getByRole('link', { name: 'GHSA-1' }).getAttribute('rel')).toContain('noopener');
    await dependencies.getByText('Malicious').waitFor();
    await expectAccessible(page);

    fake.plugins.vulnerabilities = {
      ...known,
      state: 'unknown',
      reason: 'No source of advisories is set.',
      source: null,
    };
    await page.reload();
    await dependencies
      .getByText('Whether anything is known against them is unknown. No source of advisories is set.')
      .waitFor();
    expect(await dependencies.getByText('Nothing is known').count()).toBe(0);
    fake.plugins.vulnerabilities = known;
  });
});
