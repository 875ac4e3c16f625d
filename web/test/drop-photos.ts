import type { Page } from 'playwright-core';

/** As somebody drops files of their desktop on the workbench. */
export async function dropPhotos(page: Page, files: ReadonlyMap<string, Buffer>): Promise<void> {
  const zone = page.getByRole('region', { name: 'Add photos' });
  await zone.waitFor();
  const data = await page.evaluateHandle(
    (entries) => {
      const transfer = new DataTransfer();
      for (const [name, text] of entries) {
        transfer.items.add(
          new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], name, { type: 'image/jpeg' }),
        );
      }
      return transfer;
    },
    [...files].map(([name, bytes]) => [name, bytes.toString('base64')] as const),
  );
  await zone.dispatchEvent('dragover', { dataTransfer: data });
  await zone.dispatchEvent('drop', { dataTransfer: data });
}
