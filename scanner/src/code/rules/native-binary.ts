import type { FileRule } from '../rule.ts';

const heads: readonly (readonly [string, readonly number[]])[] = [
  ['a program for Linux', [0x7f, 0x45, 0x4c, 0x46]],
  ['a program for macOS', [0xfe, 0xed, 0xfa, 0xce]],
  ['a program for macOS', [0xfe, 0xed, 0xfa, 0xcf]],
  ['a program for macOS', [0xce, 0xfa, 0xed, 0xfe]],
  ['a program for macOS', [0xcf, 0xfa, 0xed, 0xfe]],
  ['a program for macOS or Java', [0xca, 0xfe, 0xba, 0xbe]],
  ['a program for Windows', [0x4d, 0x5a]],
  ['a library of objects', [0x21, 0x3c, 0x61, 0x72, 0x63, 0x68, 0x3e]],
  ['a program for Android', [0x64, 0x65, 0x78, 0x0a]],
];
const endings =
  /\.(?:node|exe|dll|so(?:\.\d+)*|dylib|o|a|obj|lib|sys|com|scr|msi|jar|class|dex|apk|bin|elf|deb|rpm|dmg|pkg|app)$/i;

export const nativeBinaryRule: FileRule = {
  kind: 'file',
  id: 'native-binary',
  severity: 'high',
  explanation: 'Machine code runs outside of every limit that the sandbox sets, and nobody can review it.',
  remedy: 'Remove it. Plugins consist of JavaScript.',
  samples: {
    bad: [
      { path: 'helper', bytes: [0x7f, 0x45, 0x4c, 0x46, 2] },
      { path: 'lib/index.js', bytes: [0x4d, 0x5a, 0x90, 0] },
      { path: 'x.dylib', bytes: [0xcf, 0xfa, 0xed, 0xfe] },
      { path: 'build/addon.node', bytes: [1, 2, 3] },
    ],
    good: [
      { path: 'index.js', text: 'module.exports = {};' },
      { path: 'MZ.txt', text: 'M' },
      { path: 'icon.png', bytes: [0x89, 0x50, 0x4e, 0x47] },
    ],
  },
  check({ path, bytes }, report) {
    const kind = heads.find(([, head]) => head.every((byte, index) => bytes[index] === byte));
    // Two letters alone begin texts too.
    const isText = kind?.[1].length === 2 && bytes.subarray(0, 64).every((byte) => byte >= 9 && byte < 127);
    if (kind !== undefined && !isText) report({ message: `Is ${kind[0]}.` });
    else if (endings.test(path)) report({ message: 'Has the name of a program or a native library.' });
  },
};
