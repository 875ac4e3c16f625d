import type ivm from 'isolated-vm';
import { fileURLToPath } from 'node:url';

export type IsolatedVm = typeof ivm;

/**
 * Opens isolated-vm's binary directly: its own loader looks at folders of the machine that this process must not read.
 * The file is the one that was given on the command line, or is found by trying: a wrong C library refuses to open.
 */
export function openIsolatedVm(given: string | undefined): IsolatedVm {
  const problems: string[] = [];
  for (const file of given === undefined ? candidates() : [given]) {
    const module: { exports: { ivm?: IsolatedVm } } = { exports: {} };
    try {
      process.dlopen(module, file);
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      continue;
    }
    if (module.exports.ivm !== undefined) return module.exports.ivm;
  }
  throw new Error(`isolated-vm could not be opened: ${problems.join('; ')}`);
}

function candidates(): string[] {
  const folder = new URL('../../node_modules/isolated-vm/', import.meta.url);
  const prebuilt = `prebuilds/${process.platform}-${process.arch}/isolated-vm.abi${process.versions.modules}`;
  const names =
    process.platform === 'linux' ? [`${prebuilt}.glibc.node`, `${prebuilt}.musl.node`] : [`${prebuilt}.node`];
  return [...names, 'build/Release/isolated_vm.node'].map((name) => fileURLToPath(new URL(name, folder)));
}
