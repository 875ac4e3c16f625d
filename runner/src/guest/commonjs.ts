import { bridge } from './bridge.ts';
import { codedError } from './errors.ts';
import {
  apply,
  define,
  dictionary,
  hasOwn,
  keys,
  parseJson,
  SyntaxErrorOf,
  ErrorOf,
  TypeErrorOf,
  indexOf,
} from './intrinsics.ts';
import { builtIn } from './built-ins.ts';

type Wrapper = (
  exports: unknown,
  require: Require,
  module: CommonJsModule,
  filename: string,
  dirname: string,
) => unknown;
type Require = (specifier: unknown) => unknown;
type CommonJsModule = { exports: unknown; id: string; filename: string; loaded: boolean; require: Require };

const modules = dictionary<CommonJsModule>();
const wrappers = dictionary<Wrapper>();
const namesLimit = 1_000;
let received: { namespace: unknown } | undefined;

/** The runner puts a compiled file here, during `bridge.compile`. */
export function defineCommonJs(path: string, wrapper: Wrapper): void {
  wrappers[path] = wrapper;
}

/** The entry of a required ES module puts its namespace here, during `bridge.importModule`. */
export function receiveNamespace(namespace: unknown): void {
  received = { namespace };
}

/** What a file of the package exports, run at most once. Also the door for ES modules that import CommonJS. */
export function commonJsExports(path: string): unknown {
  const known = modules[path];
  if (known !== undefined) return known.exports;
  const problem = bridge().compile(path);
  if (problem !== '') throw new SyntaxErrorOf(problem);
  const wrapper = wrappers[path];
  if (wrapper === undefined) throw new ErrorOf(`The file ${path} was not compiled.`);
  const require = createRequire(path);
  const module: CommonJsModule = { exports: {}, id: path, filename: path, loaded: false, require };
  modules[path] = module;
  let complete = false;
  try {
    apply(wrapper, module.exports, [module.exports, require, module, path, folderOf(path)]);
    complete = true;
  } finally {
    // As in Node: a file that failed is run again by the next require.
    if (!complete) delete modules[path];
  }
  module.loaded = true;
  return module.exports;
}

export function jsonExports(path: string): unknown {
  const known = modules[path];
  if (known !== undefined) return known.exports;
  let exports: unknown;
  try {
    exports = parseJson(bridge().readText(path));
  } catch {
    throw new SyntaxErrorOf(`${path} is not valid JSON.`);
  }
  modules[path] = { exports, id: path, filename: path, loaded: true, require: createRequire(path) };
  return exports;
}

/** The names an ES module can import from a CommonJS file: those it has after it ran. A failure shows on evaluation. */
export function exportedNames(path: string): string[] {
  const result: string[] = [];
  try {
    const exports = commonJsExports(path);
    if ((typeof exports !== 'object' && typeof exports !== 'function') || exports === null) return result;
    const names = keys(exports);
    for (let index = 0; index < names.length && index < namesLimit; index += 1) {
      const name = names[index] as string; // within its length
      if (name !== 'default' && name.isWellFormed()) result[result.length] = name;
    }
  } catch {
    return result;
  }
  return result;
}

function createRequire(from: string): Require {
  const require = (specifier: unknown): unknown => {
    if (typeof specifier !== 'string') throw new TypeErrorOf('require takes a string.');
    const found = bridge().resolve(specifier, from);
    const kind = found[0];
    const target = found[1];
    if (kind === 'built-in') return builtIn(target);
    if (kind === 'commonjs') return commonJsExports(target);
    if (kind === 'json') return jsonExports(target);
    if (kind === 'module') return requireModule(target);
    if (kind === 'denied') throw codedError('permission_denied', target);
    const error = new ErrorOf(target);
    define(error, 'code', 'MODULE_NOT_FOUND', true);
    throw error;
  };
  return require;
}

function requireModule(path: string): unknown {
  received = undefined;
  const problem = bridge().importModule(path);
  if (problem !== '') throw new SyntaxErrorOf(problem);
  // A copy of the binding: the type checker believes that the line above cannot have changed it.
  const answer = received as { namespace: unknown } | undefined;
  received = undefined;
  if (answer === undefined) {
    throw new ErrorOf(
      `${path} failed while it ran, or waits for something (top-level await) and so cannot be required.`,
    );
  }
  const namespace = answer.namespace as object; // a module's namespace
  return hasOwn(namespace, 'module.exports')
    ? (namespace as { 'module.exports': unknown })['module.exports']
    : namespace;
}

function folderOf(path: string): string {
  let end = -1;
  for (let at = indexOf(path, '/'); at >= 0; at = indexOf(path, '/', at + 1)) end = at;
  return end < 0 ? '.' : path.slice(0, end);
}
