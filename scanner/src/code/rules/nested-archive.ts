import type { FileRule } from '../rule.ts';

const heads: readonly (readonly number[])[] = [
  [0x50, 0x4b, 3, 4],
  [0x50, 0x4b, 5, 6],
  [0x1f, 0x8b],
  [0x42, 0x5a, 0x68],
  [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0],
  [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
  [0x52, 0x61, 0x72, 0x21, 0x1a, 7],
  [0x28, 0xb5, 0x2f, 0xfd],
];
const endings = /\.(?:zip|tgz|tar|gz|bz2|xz|7z|rar|zst|br|lzma|cab|iso|asar|crx|xpi|vsix|whl)$/i;

export const nestedArchiveRule: FileRule = {
  kind: 'file',
  id: 'nested-archive',
  severity: 'medium',
  explanation: 'An archive in the package keeps what is in it out of every check.',
  remedy: 'Put the files themselves into the package.',
  samples: {
    bad: [
      { path: 'data.zip', bytes: [0x50, 0x4b, 3, 4] },
      { path: 'assets/model.bin2', bytes: [0x1f, 0x8b, 8] },
      { path: 'more.tgz', bytes: [0] },
    ],
    good: [
      { path: 'data.json', text: '{}' },
      { path: 'photo.jpg', bytes: [0xff, 0xd8, 0xff] },
    ],
  },
  check({ path, bytes }, report) {
    const packed = heads.some((head) => head.every((byte, index) => bytes[index] === byte));
    const tar = String.fromCharCode(...bytes.subarray(257, 262)) === 'ustar';
    if (packed || tar || endings.test(path)) report({ message: 'Is an archive.' });
  },
};
