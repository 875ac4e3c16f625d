import type { Json } from '@proofpix/contract/json';
import { hookFile, type Answer, type OpenedPlugin } from '../../test/open-plugin.ts';

export const listName = 'photos-without-position.txt';

/** The export of one run, as the server asks for it. */
export function exportRedacted(
  plugin: OpenedPlugin,
  [photo]: readonly [Uint8Array],
  { name = 'photo.jpg', options = {} }: { name?: string; options?: { [name: string]: Json } } = {},
): Promise<Answer> {
  const report = { file: hookFile(photo, name), metadata: {}, findings: [] };
  return plugin.call('export:generate', { report, format: 'redacted-photo', options }, { files: [photo] });
}
