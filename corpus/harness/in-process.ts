// The controls: a plugin in the host's own process, as it is or in a context of node:vm, which Node's documentation says
// is no security mechanism. Run as a process of its own, with a path and `none` or `vm`.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { rememberIntrinsics } from './intrinsics.ts';

type Plugin = {
  hooks?: Record<string, (input: object, ctx: object) => unknown>;
  initialize?: (ctx: object) => unknown;
};

const [path = '', sandbox] = process.argv.slice(2);
const main = statSync(path).isDirectory() ? mainOf(path) : path;
const intrinsics = rememberIntrinsics();
let said = '';
try {
  const exported = sandbox === 'vm' ? requireInContext(main) : await requireHere(main);
  const plugin = (exported as { default?: Plugin }).default?.hooks
    ? (exported as { default: Plugin }).default
    : (exported as Plugin); // as its author says
  const ctx = createContextOfPlugin();
  await plugin.initialize?.(ctx);
  for (const hook of Object.values(plugin.hooks ?? {})) {
    const file = { id: 'f', name: 'photo.jpg', type: 'image/jpeg', size: 4, sha256: 'a'.repeat(64) };
    said += shown(await hook({ file, metadata: {}, findings: [], options: {} }, ctx));
  }
} catch (error) {
  said += shown(error);
  said += error instanceof Error ? `${error.message} ${error.stack}` : '';
}
process.send?.({ said, polluted: intrinsics.changes() }, () => process.exit(0));

function shown(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch (error) {
    return String(error);
  }
}

async function requireHere(file: string): Promise<unknown> {
  if (file.endsWith('.mjs')) return import(pathToFileURL(file).href);
  return createRequire(file)(file) as unknown; // whatever it exports
}

/** What sandboxes made of node:vm usually hand in: objects and functions of the host. */
function requireInContext(file: string): unknown {
  const loaded = new Map<string, { exports: unknown }>();
  const realm = createContext({
    console,
    setTimeout,
    setInterval,
    clearTimeout,
    clearInterval,
    queueMicrotask,
    Buffer,
    URL,
    TextEncoder,
    TextDecoder,
    AbortController,
    structuredClone,
    performance,
  });
  function load(at: string): unknown {
    const known = loaded.get(at);
    if (known !== undefined) return known.exports;
    const module = { exports: {} as unknown };
    loaded.set(at, module);
    const require = (name: string): unknown => {
      if (['util', 'url', 'crypto'].includes(name)) return createRequire(at)(name) as unknown; // a built-in
      if (!name.startsWith('.')) throw new Error(`Cannot find module '${name}'.`);
      const found = ['', '.js', '.cjs', '.json']
        .map((end) => join(dirname(at), name + end))
        .find((one) => existsSync(one) && statSync(one).isFile());
      if (found === undefined) throw new Error(`Cannot find module '${name}'.`);
      return found.endsWith('.json') ? (JSON.parse(readFileSync(found, 'utf8')) as unknown) : load(found);
    };
    const wrapper = runInContext(
      `(function (exports, require, module, __filename, __dirname) {${readFileSync(at, 'utf8')}\n})`,
      realm,
      { filename: basename(at) },
    ) as (...args: unknown[]) => unknown; // the text says so
    wrapper.call(module.exports, module.exports, require, module, basename(at), '.');
    return module.exports;
  }
  return load(file);
}

function mainOf(folder: string): string {
  const name = ['index.js', 'index.cjs', 'index.mjs', 'main.js'].find((one) => existsSync(join(folder, one)));
  return join(folder, name ?? 'index.js');
}

/** The same shape as ours, made of plain functions of this process. */
function createContextOfPlugin(): object {
  const store = new Map<string, unknown>();
  return {
    plugin: { id: 'snippet', version: '1.0.0' },
    config: {},
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    files: { size: 4, read: async () => new Uint8Array([1, 2, 3, 4]), write: async () => {} },
    storage: {
      get: async (key: string) => store.get(key) ?? null,
      set: async (key: string, value: unknown) => void store.set(key, value),
      delete: async (key: string) => store.delete(key),
      list: async () => [...store.keys()],
    },
    crypto: { hash: async () => 'ab', random: () => new Uint8Array(8) },
    emit: async () => ({ delivered: 0 }),
  };
}
