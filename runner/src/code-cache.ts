import type * as nodeVm from 'node:vm';
import { sourceText, wrapped, wrapperHead } from './wrapper.ts';

/**
 * V8's code cache of a CommonJS file, without running a line of it; undefined where the file cannot be one. That the
 * file parses alone is checked first, so that a cache also says this of its text.
 *
 * V8 believes what stands in a cache: it may come from a process that ran no plugin, and from nowhere else.
 *
 * Functions stay uncompiled until they are called: with all of them in it a cache is four times the file, and reading it
 * in takes longer than compiling the few that a plugin calls.
 */
export function makeCodeCache(path: string, bytes: Uint8Array): Uint8Array | undefined {
  const vm: typeof nodeVm = process.getBuiltinModule('node:vm');
  const source = sourceText(bytes);
  try {
    vm.compileFunction(source, [], { filename: path });
    const script = new vm.Script(wrapped(source), { filename: path, columnOffset: -wrapperHead.length });
    return script.createCachedData();
  } catch {
    return undefined;
  }
}
