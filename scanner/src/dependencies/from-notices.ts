import type { Collector } from './collect.ts';
import { exactVersion } from './npm-name.ts';

/** The file that `proofpix pack` writes. */
export const noticesFile = 'THIRD-PARTY-NOTICES.md';
const heading = /^## (\S{1,214}) (\S{1,256})$/;

/** The packages that our packer bundled: a heading `## name version` and its licence; texts of licences stand in fences. */
export function fromNotices(path: string, bytes: Uint8Array, collector: Collector): void {
  const lines = new TextDecoder().decode(bytes).split('\n');
  let inFence = false;
  lines.forEach((line, index) => {
    if (line.startsWith('```')) inFence = !inFence;
    const [, name, written] = (inFence ? null : heading.exec(line.trimEnd())) ?? [];
    const version = written === undefined ? null : exactVersion(written);
    if (name === undefined || version === null) return;
    const said = lines.slice(index + 1, index + 4).find((one) => one.startsWith('- Licence: '));
    const license = said?.slice('- Licence: '.length).trim();
    collector.add({
      name,
      version,
      license: license === 'see below' ? null : license,
      how: 'notices',
      file: path,
      line: index + 1,
      confidence: 1,
    });
  });
}
