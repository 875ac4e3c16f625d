import { describe, expect, test } from 'vitest';
import { expectAccessible, hasChromium } from './browser.ts';
import { openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('before a plugin is installed', () => {
  const pages = openPages();
  const listing = '/marketplace/halden-geo/weather-at-capture';

  test('its page says what it was measured to do, who signed it and what it is made of', async () => {
    const { page, open } = pages;
    await open(listing);
    const behaviour = page.getByRole('region', { name: 'What it really does' });
    await behaviour.getByText('Asks for storage, and was not seen to use it.').waitFor();
    await behaviour.getByText('http.request 1×').waitFor();
    await page.getByRole('region', { name: 'Signatures' }).getByText('Signed by this marketplace').waitFor();
    const made = page.getByRole('region', { name: 'Made of' });
    await made.getByText('suncalc 1.9.0').waitFor();
    const link = made.getByRole('link', { name: 'Download as CycloneDX' });
    expect(await link.getAttribute('href')).toBe(
      '/api/marketplace/plugins/halden-geo/weather-at-capture/releases/1.2.4/sbom',
    );
    await expectAccessible(page);
  });

  test('it is tried on a photo of ours, and what it says runs nowhere', async () => {
    const { page, open } = pages;
    await open(listing);
    const section = page.getByRole('region', { name: 'Try it' });
    await section.getByRole('button', { name: 'Try a photo of ours' }).click();
    await section.getByRole('heading', { name: 'Trial on one photo: lake.jpg' }).waitFor();
    await section.getByText('data:analyze needs "analytics".').waitFor();
    expect(await section.getByText('<img src=x onerror=alert(1)>').count()).toBe(2);
    expect(await section.locator('img').count()).toBe(0);
    await expectAccessible(page);
  });

  test('whoever may not start runs reads that they cannot try it', async () => {
    const { page, fake, open } = pages;
    fake.state.access = fake.state.access.filter((name) => name !== 'runs:create');
    await open(listing);
    const section = page.getByRole('region', { name: 'Try it' });
    await section.getByText('Your role cannot start runs.').waitFor();
    expect(await section.getByRole('button', { name: 'Choose a photo' }).isDisabled()).toBe(true);
  });

  test('the way from a version to who ran it ends at figures and what is not known', async () => {
    const { page, open } = pages;
    await open(listing);
    await page.getByRole('link', { name: 'Who ran 1.2.4' }).click();
    await page.getByText('Kim Ortega: 1,200 runs').waitFor();
    await page.getByText('api.halden.example: 1,204 requests').waitFor();
    await page.getByText('Runs are kept here since', { exact: false }).waitFor();
    await expectAccessible(page);
  });
});
