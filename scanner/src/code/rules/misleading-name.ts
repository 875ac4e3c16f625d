import type { FileRule } from '../rule.ts';

const shown =
  /\.(?:jpe?g|png|gif|webp|svg|bmp|tiff?|heic|avif|pdf|docx?|xlsx?|pptx?|txt|md|csv|mp[34]|mov|zip|html?)\.(?:[cm]?js|node|exe|sh|bat|cmd|ps1|vbs|com|scr|jar|py)$/i;
const picture = /\.(?:jpe?g|png|gif|webp|bmp|tiff?|heic|avif|ico|woff2?|ttf|otf|eot|pdf|mp[34])$/i;
// oxlint-disable-next-line no-control-regex -- what cannot be seen is what is looked for
const unseen = /[\u0000-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u3164]/;

export const misleadingNameRule: FileRule = {
  kind: 'file',
  id: 'misleading-name',
  severity: 'high',
  explanation: 'The name says that the file is something else than it is.',
  remedy: 'Name the file by its content.',
  samples: {
    bad: [
      { path: 'photo.jpg.js', text: 'run();' },
      { path: 'docs/readme.pdf.exe', text: 'x' },
      { path: 'a\u202egnp.js', text: 'x' },
      { path: 'icon.png', text: 'module.exports = require("./x");' },
    ],
    good: [
      { path: 'photo.min.js', text: 'run();' },
      { path: 'parse.json.js', text: 'run();' },
      { path: 'icon.png', bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
      { path: 'photo.jpg', bytes: [0xff, 0xd8, 0xff, 0xe0, 0] },
    ],
  },
  check({ path, bytes }, report) {
    const name = path.split('/').at(-1) ?? path;
    if (unseen.test(path)) report({ message: 'Its name contains characters that cannot be seen.' });
    else if (shown.test(name)) report({ message: 'Is code behind the ending of a document.' });
    else if (picture.test(name) && bytes.length > 0 && isPlainText(bytes))
      report({ message: 'Is text behind the ending of a picture.', severity: 'medium' });
  },
};

function isPlainText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 512).every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}
