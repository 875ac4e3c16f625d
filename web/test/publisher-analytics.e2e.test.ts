import { describe, expect, test } from 'vitest';
import { expectAccessible, expectNoSidewaysScroll, hasChromium } from './browser.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the analytics of a plugin', () => {
  const pages = openPages();
  const address = '/publishing/analytics/halden-geo/weather-at-capture';

  test('are reached from its row, and show figures, charts with their numbers, and groups', async () => {
    const { page, fake, open, heading } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage'];
    await open('/publishing');
    const row = page.getByRole('listitem').filter({ hasText: 'halden-geo/weather-at-capture' });
    await row.getByRole('link', { name: /^Analytics of / }).click();
    await heading('Analytics of weather-at-capture').waitFor();
    expect(new URL(page.url()).pathname).toBe(address);
    await page.getByRole('definition').filter({ hasText: '1,240' }).first().waitFor();
    // What is hidden says so.
    await page.getByRole('definition').filter({ hasText: '< 5' }).first().waitFor();
    await page.getByRole('img', { name: /^Views: 28 bars, the tallest is \d+/ }).waitFor();
    const views = page.getByRole('region', { name: 'Views', exact: true });
    await views.getByText('Views as a table').click();
    expect(await views.getByRole('row').count()).toBe(29);
    await views.getByRole('cell', { name: '25' }).first().waitFor();
    const versions = page.getByRole('table', { name: 'Versions', exact: true });
    expect(await versions.getByRole('row', { name: /^1\.2\.4/ }).textContent()).toContain('48,210');
    await versions.getByText('Too few to be named').waitFor();
    await page.getByRole('table', { name: 'Countries' }).getByText('Luxembourg').waitFor();
    await page.getByRole('table', { name: 'Searches that led here' }).getByText('weather', { exact: true }).waitFor();
    await expectAccessible(page);
  });

  test('go back as far as they are known, in bars that can be told apart, and come as CSV of the same span', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage'];
    await open(address);
    const csv = page.getByRole('link', { name: 'Download CSV' });
    expect(await csv.getAttribute('href')).toMatch(/\/analytics\/csv\?from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d$/);
    await page.getByText('A year', { exact: true }).click();
    await eventually(() => new URL(page.url()).search).toBe('?range=365');
    await page.getByRole('img', { name: /^Views: 5[234] bars/ }).waitFor();
    await page.getByText('All', { exact: true }).click();
    // Months of two pages of days.
    await page.getByRole('img', { name: /^Installed: 1[678] bars, the tallest is 250/ }).waitFor();
    expect(await csv.getAttribute('href')).toBe('/api/publishers/halden-geo/plugins/weather-at-capture/analytics/csv');
    await page.setViewportSize({ width: 390, height: 844 });
    await expectNoSidewaysScroll(page);
  });

  test('give a badge with the Markdown that shows it', async () => {
    const { page, context, fake, open } = pages;
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    fake.state.access = [...fake.state.access, 'publishing:manage'];
    await open(address);
    const badges = page.getByRole('region', { name: 'Badges' });
    await badges.getByRole('img', { name: 'Version' }).waitFor();
    await badges.getByRole('button', { name: 'Copy the Markdown of the badge Installs' }).click();
    await badges.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      `[![weather-at-capture: installs](${fake.url}/api/marketplace/plugins/halden-geo/weather-at-capture/badge.svg?kind=installs)](${fake.url}/marketplace/halden-geo/weather-at-capture)`,
    );
  });

  test('say so when nothing is known yet, and when they do not come', async () => {
    const { page, fake, open } = pages;
    fake.state.access = [...fake.state.access, 'publishing:manage'];
    fake.state.visited = false;
    await open(address);
    await page.getByText('Nothing is known yet.', { exact: false }).waitFor();
    fake.state.problems.set('GET /api/publishers/halden-geo/plugins/weather-at-capture/analytics', 'internal');
    await page.reload();
    await page.getByText('The analytics could not be loaded').waitFor();
    fake.state.problems.clear();
    fake.state.visited = true;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('region', { name: 'Who stays' }).waitFor();
  });

  test('are told in part to everybody on its page in the marketplace', async () => {
    const { page, open } = pages;
    await open('/marketplace/halden-geo/weather-at-capture');
    const statistics = page.getByRole('region', { name: 'Statistics' });
    await statistics.getByText('1,480').waitFor();
    await statistics.getByText('98 %').waitFor();
    await expectAccessible(page);
  });
});
