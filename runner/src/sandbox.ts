import type ivm from 'isolated-vm';
import type { ErrorCode } from '@proofpix/contract/errors';
import type { Frame, FrameType } from '@proofpix/contract/wire';
import type { IsolatedVm } from './addon.ts';
import { computations } from './computations.ts';
import type { Bridge } from './guest/bridge.ts';
import { guestAddress, guestFilename, guestSource, resolveGuest } from './guest-source.ts';
import type { PackageFiles } from './package-files.ts';
import { LoadError, PluginModules } from './plugin-modules.ts';

/** What comes out of the isolate. Called while plugin code is on the stack: it may only keep things for later. */
export type Outlet = {
  post(type: FrameType, id: number, json: string, bytes: Uint8Array | undefined): void;
  answer(id: number, json: string): void;
  fail(type: FrameType, id: number, error: { code: ErrorCode; message: string; stack: string }): void;
  startTimer(id: number, milliseconds: number): void;
  stopTimer(id: number): void;
};

/**
 * Text from 1 kB on lies outside of V8's heap when it crosses whole. V8 does not know of it there and lets it pile up, up
 * to the operating system's limit: so text of the usual sizes crosses in pieces that are put together inside.
 */
const pieceChars = 1_000;
const splitChars = 64_000;

const doorNames = [
  'boot',
  'begin',
  'loadCommonJs',
  'deliver',
  'fireTimer',
  'reportRejection',
  'failLoading',
  'defineCommonJs',
  'exportedNames',
] as const;
type Door = (typeof doorNames)[number];

/** One isolate with the guest in it. No plugin code has run in a new one. */
export class Sandbox {
  readonly memoryMb: number;
  readonly #ivm: IsolatedVm;
  readonly #isolate: ivm.Isolate;
  readonly #context: ivm.Context;
  readonly #outlet: Outlet;
  readonly #guest = new Map<string, ivm.Module>();
  readonly #guestAddresses = new Map<ivm.Module, string>();
  readonly #doors: Map<Door, ivm.Reference>;
  #files: PackageFiles | undefined;
  #modules: PluginModules | undefined;

  constructor(library: IsolatedVm, memoryMb: number, outlet: Outlet) {
    this.#ivm = library;
    this.memoryMb = memoryMb;
    this.#outlet = outlet;
    this.#isolate = new library.Isolate({ memoryLimit: memoryMb });
    this.#context = this.#isolate.createContextSync();
    const main = this.#guestModule(guestAddress('main'));
    this.#doors = new Map(doorNames.map((name) => [name, main.namespace.getSync(name, { reference: true })]));
    this.#enter('boot', this.#bridge());
  }

  get isDisposed(): boolean {
    return this.#isolate.isDisposed;
  }

  dispose(): void {
    if (!this.#isolate.isDisposed) this.#isolate.dispose();
  }

  /** Runs the main file. The answer comes through the outlet; what nobody could catch is thrown. */
  load(id: number, plugin: { pluginId: string; version: string; main: string }, files: PackageFiles): void {
    this.#files = files;
    const modules = new PluginModules(
      {
        isolate: this.#isolate,
        context: this.#context,
        guestModule: (address) => this.#guestModule(address),
        compileGuest: (address) => this.#compileGuest(address),
        copy: (bytes) => new this.#ivm.ExternalCopy(bytes.slice().buffer),
        defineCommonJs: (path, wrapper) => this.#enter('defineCommonJs', [path, wrapper.derefInto()]),
        exportedNames: (path) =>
          this.#door('exportedNames').applySync(undefined, [path], { result: { copy: true } }) as string[], // a guest function of this type
      },
      files,
    );
    this.#modules = modules;
    this.#enter('begin', [id, plugin.pluginId, plugin.version]);
    try {
      if (!files.has(plugin.main))
        throw new LoadError('plugin_load_failed', `The main file ${plugin.main} is not in the package.`);
      if (modules.format(plugin.main) === 'module') modules.evaluate(plugin.main, 'entry-main');
      else this.#enter('loadCommonJs', [plugin.main]);
    } catch (error) {
      if (this.isDisposed) throw error;
      this.failLoading(error);
    }
  }

  failLoading(error: unknown): void {
    const code = error instanceof LoadError ? error.code : 'plugin_load_failed';
    const { message, stack } = textOf(error);
    this.#enter('failLoading', [code, message, error instanceof LoadError ? '' : stack]);
  }

  /** All frames of one turn at once: entering the isolate costs more than a frame. */
  deliver(frames: readonly Frame[]): void {
    const parts: unknown[] = [];
    for (const { type, id, json, bytes } of frames) {
      if (json.length < pieceChars || json.length > splitChars) {
        parts.push(type, id, bytes.length === 0 ? undefined : this.#transfer(bytes), 1, json);
        continue;
      }
      const pieces = Math.ceil(json.length / pieceChars);
      parts.push(type, id, bytes.length === 0 ? undefined : this.#transfer(bytes), pieces);
      for (let piece = 0; piece < pieces; piece += 1) {
        parts.push(json.slice(piece * pieceChars, (piece + 1) * pieceChars));
      }
    }
    this.#enter('deliver', parts);
  }

  fireTimer(id: number): void {
    this.#enter('fireTimer', [id]);
  }

  reportRejection(error: unknown): void {
    this.#enter('reportRejection', [textOf(error).message]);
  }

  #door(name: Door): ivm.Reference {
    const door = this.#doors.get(name);
    if (door === undefined) throw new Error(`The guest has no ${name}.`);
    return door;
  }

  #enter(name: Door, args: unknown[]): void {
    // Callbacks, strings, numbers and copies: all of them transferable.
    this.#door(name).applySync(undefined, args as ivm.Transferable[]);
  }

  /** Moves bytes into the isolate without copying them. They must own their buffer. */
  #transfer(bytes: Uint8Array): unknown {
    const own = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice();
    return new this.#ivm.ExternalCopy(own, { transferOut: true }).copyInto({ release: true, transferIn: true });
  }

  #compileGuest(address: string): ivm.Module {
    const module = this.#isolate.compileModuleSync(guestSource(address), { filename: guestFilename(address) });
    this.#guestAddresses.set(module, address);
    return module;
  }

  /** A module of the guest, evaluated once. */
  #guestModule(address: string): ivm.Module {
    const known = this.#guest.get(address);
    if (known !== undefined) return known;
    const module = this.#compileGuest(address);
    this.#guest.set(address, module);
    module.instantiateSync(this.#context, (specifier, referrer) => {
      const from = this.#guestAddresses.get(referrer);
      if (from === undefined) throw new Error(`The guest imports ${specifier} from an unknown module.`);
      const next = resolveGuest(specifier, from);
      const linked = this.#guest.get(next) ?? this.#compileGuest(next);
      this.#guest.set(next, linked);
      return linked;
    });
    module.evaluateSync();
    return module;
  }

  /** In the order in which the guest's `boot` takes them. Nothing here throws: an error of ours carries our paths. */
  #bridge(): unknown[] {
    const bridge: Bridge = {
      // The numbers are the guest's; the outlet knows which of them there are.
      post: (type, id, json, bytes) => this.#outlet.post(type as FrameType, id, json, bytes),
      answer: (...parts) => {
        for (let at = 0; at < parts.length; at += 2) this.#outlet.answer(parts[at] as number, parts[at + 1] as string);
      },
      fail: (type, id, code, message, stack) => {
        this.#outlet.fail(type as FrameType, id, { code: code as ErrorCode, message, stack });
      },
      resolve: (specifier, from) => this.#modules?.resolve(specifier, from) ?? ['missing', 'Nothing is loaded.'],
      compile: (path) => problemOf(() => this.#modules?.compileCommonJs(path)),
      importModule: (path) => problemOf(() => this.#modules?.evaluate(path, 'entry-require')),
      readText: (path) => this.#files?.text(path) ?? '',
      startTimer: (id, milliseconds) => this.#outlet.startTimer(id, milliseconds),
      stopTimer: (id) => this.#outlet.stopTimer(id),
      compute: (name, ...args) => computeFor(name, args),
    };
    const { post, answer, fail, resolve, compile, importModule, readText, startTimer, stopTimer, compute } = bridge;
    return [post, answer, fail, resolve, compile, importModule, readText, startTimer, stopTimer, compute];
  }
}

function computeFor(name: string, args: unknown[]): readonly [boolean, unknown] {
  if (!Object.hasOwn(computations, name)) return [false, 'There is no such computation.'];
  // The guest's `compute` has the table's types; what a broken guest gives instead is answered with the error's text.
  const computation = computations[name as keyof typeof computations] as (...args: unknown[]) => unknown;
  try {
    return [true, computation(...args)];
  } catch (error) {
    return [false, error instanceof Error ? error.message : 'The computation failed.'];
  }
}

function problemOf(work: () => void): string {
  try {
    work();
    return '';
  } catch (error) {
    return textOf(error).message || 'The file could not be loaded.';
  }
}

/** An error that crossed the boundary: copies of strings, whatever the plugin made of it. */
function textOf(error: unknown): { message: string; stack: string } {
  if (!(error instanceof Error)) return { message: String(error).slice(0, 2_000), stack: '' };
  const title = error.name === 'Error' || error instanceof LoadError ? '' : `${error.name}: `;
  return { message: (title + error.message).slice(0, 2_000), stack: (error.stack ?? '').slice(0, 16_000) };
}
