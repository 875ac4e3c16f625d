import type ivm from 'isolated-vm';
import { fileURLToPath } from 'node:url';

export type IsolatedVm = typeof ivm;

/**
 * Opens isolated-vm's prebuilt binary directly. Its own loader looks at folders of the machine that this process must
 * not read. The C library is found by trying: the wrong one refuses to open.
 */
export function openIsolatedVm(): IsolatedVm {
  const folder = new URL('../../node_modules/isolated-vm/', import.meta.url);
  const prebuilt = `prebuilds/${process.platform}-${process.arch}/isolated-vm.abi${process.versions.modules}`;
  const names = process.platform === 'linux' ? [`${prebuilt}.glibc.node`, `${prebuilt}.musl.node`] : [`${prebuilt}.node`];
  names.push('build/Release/isolated_vm.node');
  const problems: string[] = [];
  for (const name of names) {
    const module: { exports: { ivm?: IsolatedVm } } = { exports: {} };
    try {
      process.dlopen(module, fileURLToPath(new URL(name, folder)));
    } catch (error) {
      problems.push(error instanceof Error ? error.message : String(error));
      continue;
    }
    if (module.exports.ivm !== undefined) return module.exports.ivm;
  }
  throw new Error(`isolated-vm could not be opened: ${problems.join('; ')}`);
}
