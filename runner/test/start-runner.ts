import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Duplex } from 'node:stream';
import type { Json } from '@proofpix/contract/json';
import type { Permission } from '@proofpix/contract/permissions';
import {
  createFrameDecoder,
  encodeFrame,
  frameTypes,
  type CallBody,
  type Frame,
  type HostCallBody,
  type LoadBody,
  type LoadedBody,
  type ResultBody,
  type WireError,
} from '@proofpix/contract/wire';

const root = resolve(import.meta.dirname, '../..');

/** What runner/README.md tells hosts to use. */
export const runnerArguments = JSON.parse(
  execFileSync(process.execPath, ['--no-warnings', join(root, 'runner', 'stage.mjs')], { encoding: 'utf8', env: {} }),
) as string[]; // as stage.mjs prints them

/** The same without a prepared copy: the sources themselves. */
export const sourceArguments = [
  '--no-node-snapshot',
  '--max-semi-space-size=1',
  '--no-warnings',
  '--permission',
  '--allow-addons',
  `--allow-fs-read=${join(root, 'runner', 'src')}/`,
  `--allow-fs-read=${join(root, 'contract', 'src')}/`,
  `--allow-fs-read=${join(root, 'node_modules', '@proofpix', 'contract')}`,
  join(root, 'runner', 'src', 'main.ts'),
];

export type HostCall = { id: number; call: number; name: string; args: { [key: string]: Json }; bytes: Uint8Array };
export type Answer = { value?: Json; bytes?: Uint8Array; error?: WireError } | undefined;
export type Files = { [path: string]: string | Uint8Array };
export type LoadOptions = {
  main?: string;
  memoryMb?: number;
  permissions?: Permission[];
  caches?: Map<string, Uint8Array>;
};
export type CallOptions = Partial<Omit<CallBody, 'input' | 'context'>> & { context?: Partial<CallBody['context']> };

/** A real runner process with the host's end of its wire: the smallest host that a test needs. */
export class Runner implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ready: Promise<{ pid: number; node: string }>;
  readonly exited: Promise<[code: number | null, signal: string | null]>;
  readonly hostCalls: HostCall[] = [];
  /** Ids of `result` and `loaded` frames and names of host calls, in the order they came. */
  readonly order: string[] = [];
  stderr = '';
  answer: (call: HostCall) => Answer | Promise<Answer> = () => ({ value: null });
  /** A host that does not listen while the runner has not taken what was sent. */
  answersBeforeReading = false;
  readonly #wire: Duplex;
  readonly #compiling = new Map<number, (cache: Uint8Array) => void>();
  readonly #waiting = new Map<string, (json: string) => void>();
  #lastId = 0;

  constructor(args: readonly string[] = runnerArguments) {
    this.child = spawn(process.execPath, args, { cwd: '/', env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    this.child.stderr?.on('data', (text: Buffer) => (this.stderr += text.toString()));
    this.exited = once(this.child, 'exit') as Promise<[number | null, string | null]>; // Node documents these arguments
    this.#wire = this.child.stdio[3] as Duplex; // stdio[3] is 'pipe'
    this.#wire.on('error', () => {});
    this.#wire.on('drain', () => this.#wire.resume());
    const decode = createFrameDecoder((frame) => this.#receive(frame));
    this.#wire.on('data', (chunk: Buffer) => decode(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)));
    this.ready = this.#wait(`${frameTypes.ready}:0`).then((json) => JSON.parse(json) as { pid: number; node: string });
    // A process that ends answers nothing any more.
    void this.exited.then(([code, signal]) => {
      const gone = JSON.stringify({ ok: false, error: { code: 'plugin_died', message: `${code ?? signal}` } });
      for (const finish of this.#waiting.values()) finish(gone);
      this.#waiting.clear();
    });
  }

  async load(files: Files, options: LoadOptions = {}): Promise<LoadedBody> {
    await this.ready;
    const entries = Object.entries(files).map(([path, content]) => ({ path, bytes: Buffer.from(content) }));
    const body: LoadBody = {
      pluginId: 'test-plugin',
      version: '1.2.3',
      main: options.main ?? 'index.js',
      files: entries.map(({ path, bytes }) => ({ path, size: bytes.length })),
      memoryMb: options.memoryMb ?? 96,
      permissions: options.permissions ?? [],
      caches: [...(options.caches ?? [])].map(([path, { length }]) => ({ path, size: length })),
    };
    const json = await this.request(
      frameTypes.load,
      frameTypes.loaded,
      body,
      Buffer.concat([...entries.map(({ bytes }) => bytes), ...(options.caches?.values() ?? [])]),
    );
    return JSON.parse(json) as LoadedBody;
  }

  /** V8's code cache of a file; empty where the runner gives none. */
  async compile(path: string, source: string): Promise<Uint8Array> {
    await this.ready;
    this.#lastId += 1;
    const id = this.#lastId;
    const compiled = new Promise<Uint8Array>((finish) => this.#compiling.set(id, finish));
    this.send(frameTypes.compile, id, JSON.stringify({ path }), Buffer.from(source));
    return compiled;
  }

  async call(input: Json = null, options: CallOptions = {}): Promise<ResultBody> {
    const { context, ...rest } = options;
    const body: CallBody = {
      kind: 'hook',
      hook: 'file:process',
      ...rest,
      input,
      context: { config: {}, file: null, permissions: [], ...context },
    };
    return JSON.parse(await this.request(frameTypes.call, frameTypes.result, body)) as ResultBody;
  }

  request(type: number, answerType: number, body: object, bytes?: Uint8Array): Promise<string> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answer = this.#wait(`${answerType}:${id}`);
    this.send(type, id, JSON.stringify(body), bytes);
    return answer;
  }

  /** JSON of the result of a call that was written by hand. */
  answerOf(id: number): Promise<string> {
    return this.#wait(`${frameTypes.result}:${id}`);
  }

  /** Bytes as they are; settles when the operating system has them. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise((done) => this.#wire.write(bytes, () => done()));
  }

  stopReading(): void {
    this.#wire.pause();
  }

  send(type: number, id: number, json: string, bytes?: Uint8Array): void {
    // Any number may be sent: tests also send what is not in the contract.
    const frame = { type: type as Frame['type'], id, json, ...(bytes === undefined ? {} : { bytes }) };
    this.#wire.cork();
    for (const part of encodeFrame(frame)) this.#wire.write(part);
    this.#wire.uncork();
    if (this.answersBeforeReading && this.#wire.writableNeedDrain) this.#wire.pause();
  }

  /** Closes the host's end. */
  hangUp(): void {
    this.#wire.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  #wait(key: string): Promise<string> {
    return new Promise((finish) => this.#waiting.set(key, finish));
  }

  #receive(frame: Frame): void {
    if (frame.type === frameTypes.hostCall) {
      void this.#answer(frame);
      return;
    }
    if (frame.type === frameTypes.compiled) {
      this.#compiling.get(frame.id)?.(frame.bytes);
      return;
    }
    const key = `${frame.type}:${frame.id}`;
    this.order.push(key);
    this.#waiting.get(key)?.(frame.json);
    this.#waiting.delete(key);
  }

  async #answer(frame: Frame): Promise<void> {
    const body = JSON.parse(frame.json) as HostCallBody;
    const call: HostCall = {
      id: frame.id,
      call: body.call,
      name: body.name,
      args: body.args as HostCall['args'],
      bytes: frame.bytes,
    };
    this.hostCalls.push(call);
    this.order.push(`host:${body.name}`);
    if (frame.id === 0) return;
    const answer = await this.answer(call);
    if (answer === undefined) return;
    const reply =
      answer.error === undefined ? { ok: true, value: answer.value ?? null } : { ok: false, error: answer.error };
    this.send(frameTypes.reply, frame.id, JSON.stringify(reply), answer.bytes);
  }

  get lines(): string[] {
    return this.hostCalls
      .filter((call) => call.name === 'log')
      .map((call) => `${call.args['level']}: ${call.args['message']}`);
  }
}

/** Loads files and calls one hook. What the plugin gives back, or its error. */
export async function runOnce(
  files: Files,
  options: LoadOptions & CallOptions & { input?: Json } = {},
): Promise<ResultBody> {
  await using runner = new Runner();
  const { main, memoryMb, permissions, input, ...call } = options;
  const load: LoadOptions = {
    ...(main === undefined ? {} : { main }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
    ...(permissions === undefined ? {} : { permissions }),
  };
  const loaded = await runner.load(files, load);
  if (!loaded.ok) return loaded;
  // Awaited here: the runner ends with this function.
  return await runner.call(input ?? null, call);
}

/** A CommonJS plugin with one hook: the body of `async (input, ctx) => { … }`. */
export function hookFile(body: string): Files {
  return { 'index.js': `module.exports = { hooks: { 'file:process': async (input, ctx) => {\n${body}\n} } };` };
}
