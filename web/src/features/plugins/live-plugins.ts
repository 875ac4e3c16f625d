import type { Notice } from '@proofpix/contract/notices';

/** What must be read anew after a notice: keys of queries. Figures and lines come every few seconds and concern nothing else. */
export function keysOfNotice(notice: Notice): string[][] {
  if (notice.type === 'plugin:metrics') {
    const ofEach = notice.plugins.flatMap((id) => [
      ['plugins', 'receipt', id],
      ['plugins', 'activity of', id],
    ]);
    return [['plugins', 'activity'], ...ofEach];
  }
  if (notice.type === 'plugin:logged') {
    return notice.plugins.flatMap((id) => [
      ['plugins', 'logs', id],
      ['plugins', 'events', id],
    ]);
  }
  if (notice.type === 'audit:recorded') return [['audit']];
  return [['plugins'], ['hooks'], ['security']];
}
