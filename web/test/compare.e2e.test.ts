import { describe, expect, test } from 'vitest';
import { hasChromium } from './browser.ts';
import { doneRun, richRun } from './fake-data.ts';
import { eventually, openPages } from './open-pages.ts';

describe.skipIf(!hasChromium)('comparing two photos', { timeout: 60_000 }, () => {
  const pages = openPages();

  function two() {
    const left = richRun();
    const right = richRun();
    Object.assign(right.file, { name: 'IMG_4126.jpg' });
    right.metadata = { ...right.metadata, ISO: 400 };
    pages.fake.state.runs = [left, right];
    return { left, right };
  }

  test('asks for the photos that are missing, and swaps them', async () => {
    const { left, right } = two();
    await pages.open('/compare');
    await pages.page.getByRole('button', { name: /IMG_4127\.jpg/ }).click();
    await pages.page.getByRole('heading', { name: 'Choose the right photo' }).waitFor();
    // A photo is not offered to be compared with itself.
    expect(await pages.page.getByRole('button', { name: /IMG_4127\.jpg/ }).count()).toBe(0);
    await pages.page.getByRole('button', { name: /IMG_4126\.jpg/ }).click();
    await pages.page.getByRole('region', { name: 'Pictures' }).waitFor();
    const ids = () => [...new URL(pages.page.url()).searchParams.values()];
    expect(ids()).toEqual([left.id, right.id]);
    await pages.page.getByRole('button', { name: 'Swap sides' }).click();
    await eventually(ids).toEqual([right.id, left.id]);
  });

  test('both pictures move together, lie over each other, and their difference is measured', async () => {
    const { left, right } = two();
    await pages.open(`/compare?left=${left.id}&right=${right.id}`);
    const widths = () =>
      pages.page
        .getByRole('region', { name: 'Pictures' })
        .getByRole('img', { name: /^Photo / })
        .evaluateAll((images) => images.map((image) => (image as HTMLElement).offsetWidth));
    await eventually(async () => (await widths()).length).toBe(2);
    await pages.page.getByRole('button', { name: 'Closer' }).waitFor();
    const before = await widths();
    await pages.page.getByRole('button', { name: 'Closer' }).click();
    await eventually(async () => (await widths()).every((width, index) => width > (before[index] ?? 0))).toBe(true);
    expect(new Set(await widths()).size).toBe(1);
    await pages.page.getByText('One over the other').click();
    await pages.page.getByRole('slider', { name: 'Edge between them' }).fill('30');
    await pages.page.getByText('Difference', { exact: true }).click();
    await pages.page.getByText(/^0 % of the pixels differ by more than 12 of 255 steps/).waitFor();
  });

  test('values that differ stand alone until the same ones are asked for', async () => {
    const { left, right } = two();
    await pages.open(`/compare?left=${left.id}&right=${right.id}`);
    await pages.page.getByRole('row', { name: /ISO 52 400/ }).waitFor();
    expect(await pages.page.getByRole('row').count()).toBe(2);
    await pages.page.getByRole('button', { name: /^Show \d+ that are the same$/ }).click();
    await pages.page.getByRole('row', { name: /Make Google Google/ }).waitFor();
    expect(await pages.page.getByRole('row').nth(1).innerText()).toMatch(/ISO/);
  });

  test('what the browser cannot draw is said, and the rest is compared all the same', async () => {
    const { left } = two();
    const heic = doneRun('P.heic', { metadata: { Make: 'Apple' } });
    Object.assign(heic.file, { type: 'image/heic' });
    pages.fake.state.runs = [left, heic];
    await pages.open(`/compare?left=${left.id}&right=${heic.id}`);
    await pages.page.getByText('Only what the browser can draw can be laid over each other.').waitFor();
    await pages.page.getByRole('row', { name: /Make Google Apple/ }).waitFor();
  });
});
