import type { FileRule } from '../rule.ts';

export const wasmFileRule: FileRule = {
  kind: 'file',
  id: 'wasm-file',
  severity: 'medium',
  explanation: 'Compiled code cannot be reviewed by reading, and the sandbox has no WebAssembly.',
  remedy: 'Leave it out of the package.',
  samples: {
    bad: [
      { path: 'm.wasm', bytes: [0, 0x61, 0x73, 0x6d] },
      { path: 'data.dat', bytes: [0, 0x61, 0x73, 0x6d, 1] },
    ],
    good: [{ path: 'wasm.js', text: 'x' }],
  },
  check({ path, bytes }, report) {
    const compiled = bytes[0] === 0 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
    if (compiled || /\.(?:wasm|wat)$/i.test(path)) report({ message: 'Is a WebAssembly module.' });
  },
};
