import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { doneRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('the frame of all pages', { timeout: 120_000 }, () => {
  const pages = openPages();

  test('the palette opens by its key, finds a photo by name and goes there by Enter', async () => {
    const run = doneRun('hail-roof.jpg');
    pages.fake.state.runs = [doneRun('other.jpg'), run];
    await pages.open('/security');
    await pages.heading('Security').waitFor();
    await pages.page.keyboard.press('Control+k');
    const field = pages.page.getByRole('combobox', { name: 'Search or jump to' });
    await field.fill('hail');
    await pages.page.getByRole('option', { name: /other\.jpg/ }).waitFor({ state: 'detached' });
    const option = pages.page.getByRole('option', { name: /hail-roof\.jpg/ });
    await option.waitFor();
    expect(await option.getAttribute('aria-selected')).toBe('true');
    expect(await field.getAttribute('aria-activedescendant')).toBe(await option.getAttribute('id'));
    await field.press('Enter');
    await pages.heading('hail-roof.jpg').waitFor();
  });

  test('the arrow keys go round the list, and what nothing is called like says so', async () => {
    await pages.open('/');
    await pages.page.getByRole('button', { name: 'Search or jump to' }).first().click();
    const options = pages.page.getByRole('option');
    await options.first().waitFor();
    await pages.page.keyboard.press('ArrowUp');
    expect(await options.last().getAttribute('aria-selected')).toBe('true');
    await pages.page.keyboard.press('ArrowDown');
    expect(await options.first().getAttribute('aria-selected')).toBe('true');
    await pages.page.keyboard.type('zzzz');
    await pages.page.getByText('Nothing is called like that').waitFor();
    await pages.page.keyboard.press('Escape');
    await pages.page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('keys lead to places, but never while somebody types', async () => {
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    await pages.page.getByRole('searchbox').fill('gs');
    expect(new URL(pages.page.url()).pathname).toBe('/');
    await pages.page.getByRole('searchbox').blur();
    // On a busy machine the second key may come too late to belong to the first.
    await eventually(async () => {
      await pages.page.keyboard.press('g');
      await pages.page.keyboard.press('s');
      return pages.heading('Security').isVisible();
    }).toBe(true);
    await pages.page.keyboard.press('?');
    await pages.page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  });

  test('another language is chosen in the account menu and holds after loading again', async () => {
    await pages.open('/connections');
    await pages.heading('Connections').waitFor();
    await pages.page.getByRole('button', { name: 'Mara Lindqvist' }).click();
    await pages.page.getByRole('radiogroup', { name: 'Language' }).getByText('Deutsch').click();
    await pages.heading('Verbindungen').waitFor();
    expect(await pages.page.evaluate(() => document.documentElement.lang)).toBe('de');
    await pages.page.reload();
    await pages.heading('Verbindungen').waitFor();
    await pages.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByText('Sicherheit').waitFor();
  });

  test('an error of the server is told in the language of the page', async () => {
    await pages.page.addInitScript(() => localStorage.setItem('proofpix-language', 'de'));
    pages.fake.state.problems.set('GET /api/security/summary', 'internal');
    await pages.open('/security');
    await pages.page
      .getByText('Auf dem Server ist etwas fehlgeschlagen. Die Kennung der Anfrage hilft, es im Protokoll zu finden.')
      .waitFor();
  });

  test('whoever signs out in one tab is signed out in the others', async () => {
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    const other = await pages.context.newPage();
    await other.goto(`${pages.fake.url}/security`);
    await other.getByRole('heading', { level: 1, name: 'Security' }).waitFor();
    await pages.page.getByRole('button', { name: 'Mara Lindqvist' }).click();
    await pages.page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
  });

  test('a device that is offline says so, and says nothing when it is back', async () => {
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    await pages.context.setOffline(true);
    await pages.page.getByText('This device is offline').waitFor();
    await pages.context.setOffline(false);
    await pages.page.getByText('This device is offline').waitFor({ state: 'detached' });
  });

  test('a phone has four tabs, and the rest in its menu', async () => {
    await pages.page.setViewportSize({ width: 390, height: 844 });
    await pages.open('/');
    await pages.heading('Workbench').waitFor();
    const tabs = pages.page.getByRole('navigation', { name: 'Tabs' }).getByRole('link');
    await eventually(() => tabs.count()).toBeLessThanOrEqual(4);
    await pages.page.getByRole('button', { name: 'Menu' }).click();
    await pages.page.getByRole('button', { name: 'Search or jump to' }).click();
    await pages.page.getByRole('option').first().waitFor();
  });
});
