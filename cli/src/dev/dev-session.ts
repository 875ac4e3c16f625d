import { randomUUID } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import type { HostCallSeen, Photo } from '@proofpix/host/capabilities';
import { createHost, type Host } from '@proofpix/host/host';
import { runExport } from '@proofpix/host/run-hook';
import { packPlugin } from '@proofpix/pack/pack-plugin';
import type { Package } from '@proofpix/scanner/package';
import { findingsOfProblem } from '../check/problem-findings.ts';
import { installationOf, localConfig, localOrganisation, type LocalConfig } from '../installation.ts';
import { createLocalCapabilities } from '../local-capabilities.ts';
import { collectDerivedFiles } from '../local-photo.ts';
import type { ChosenPlugin } from '../run/choose-plugins.ts';
import { runOne } from '../run/run-one.ts';
import { changesSince } from './changes.ts';
import type { DevPhoto, DevStep, Round } from './step.ts';

export type OpenedPhoto = { about: DevPhoto; photo: Photo };

/** Heard from the plugin since the last step. */
type Heard = Pick<DevStep, 'hostCalls' | 'logs' | 'violations'>;
const nothingHeard = (): Heard => ({ hostCalls: [], logs: [], violations: [] });

/** A plugin's folder in a real sandbox, over and over. */
export class DevSession implements AsyncDisposable {
  readonly #folder: string;
  readonly #photos: readonly OpenedPhoto[];
  readonly #readConfig: () => Promise<Json>;
  readonly #host: Host;
  #heard = nothingHeard();
  #pluginId = '';
  #secrets: ReadonlyMap<string, string> = new Map();
  #before: readonly DevStep[] = [];
  #rounds = 0;

  constructor(options: {
    folder: string;
    photos: readonly OpenedPhoto[];
    beside: readonly ChosenPlugin[];
    readConfig: () => Promise<Json>;
  }) {
    this.#folder = options.folder;
    this.#photos = options.photos;
    this.#readConfig = options.readConfig;
    const isOurs = ({ pluginId }: { pluginId: string }) => pluginId === this.#pluginId;
    this.#host = createHost({
      spareRunners: 1,
      capabilities: {
        ...createLocalCapabilities(
          () => undefined,
          (_, handle) => this.#secrets.get(handle) ?? null,
        ),
        hostCall: (from, seen: HostCallSeen) => void (isOurs(from) && this.#heard.hostCalls.push(seen)),
        log: (from, line) => void (isOurs(from) && this.#heard.logs.push(line)),
        violation: (from, { type, detail }) => void (isOurs(from) && this.#heard.violations.push({ type, detail })),
      },
    });
    for (const [position, { plugin, config }] of options.beside.entries())
      this.#host.register(installationOf(plugin, { position, config }));
  }

  /** Packs, loads and calls. What is wrong with the plugin is in the round, never an exception. */
  async round(): Promise<Round> {
    this.#rounds += 1;
    const round: Round = {
      number: this.#rounds,
      plugin: null,
      problems: [],
      packMilliseconds: 0,
      loadMilliseconds: 0,
      steps: [],
    };
    try {
      const began = performance.now();
      const { plugin } = await packPlugin(this.#folder);
      const packed = performance.now();
      const { manifest, digest } = plugin;
      Object.assign(round, {
        plugin: { id: manifest.id, version: manifest.version, digest },
        packMilliseconds: packed - began,
      });
      await this.#load(plugin, localConfig(plugin, await this.#readConfig()));
      round.loadMilliseconds = performance.now() - packed;
      for (const opened of this.#photos) round.steps.push(...(await this.#take(opened, plugin)));
      this.#before = round.steps;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      round.problems = await this.#problems(error);
    }
    return round;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]();
  }

  async #load(plugin: Package, { config, secrets }: LocalConfig): Promise<void> {
    this.#secrets = secrets;
    const { id } = plugin.manifest;
    if (this.#pluginId !== '' && this.#pluginId !== id)
      await this.#host.unload(`${localOrganisation}/${this.#pluginId}`);
    this.#pluginId = id;
    this.#heard = nothingHeard();
    const installation = installationOf(plugin, { position: 1_000, config: { config, secrets } });
    // It was edited because something was wrong: what it did before is no reason to let it rest.
    this.#host.release(installation.id);
    await this.#host.load(installation);
    await this.#host.configure(installation.id);
  }

  async #problems(error: Problem): Promise<Round['problems']> {
    const thrown = /\(?([^\s()]+\.[cm]?[jt]sx?):(\d+):\d+\)?/.exec(error.message);
    if (error.code === 'plugin_load_failed' && thrown !== null)
      return [{ message: error.message, file: thrown[1] ?? '', line: Number(thrown[2]) }];
    if (error.code === 'config_invalid')
      return error.fields.map(({ field, message }) => ({ message: `The configuration: ${field} ${message}` }));
    return findingsOfProblem(error, this.#folder);
  }

  async #take({ about, photo }: OpenedPhoto, plugin: Package): Promise<DevStep[]> {
    const steps: DevStep[] = [];
    const id = `${localOrganisation}/${this.#pluginId}`;
    const note = async (hook: string, input: Json, call: () => Promise<HookResult>): Promise<HookResult> => {
      this.#heard = nothingHeard();
      const before = this.#host.usage(id).cpuMilliseconds;
      const step = await call();
      const { cpuMilliseconds, memoryBytes } = this.#host.usage(id);
      const earlier = this.#before.find((each) => each.photo.name === about.name && each.hook === hook);
      steps.push({
        photo: about,
        hook,
        input: withoutFile(input),
        step,
        cpuMilliseconds: cpuMilliseconds - before,
        memoryBytes,
        ...this.#heard,
        changes: earlier === undefined ? null : changesSince(earlier, { step }),
      });
      return step;
    };
    // The way of a run, with somebody beside it who looks at our plugin.
    const watched: Host = {
      ...this.#host,
      call: (call) =>
        call.installationId === id ? note(call.hook, call.input, () => this.#host.call(call)) : this.#host.call(call),
    };
    const derivedFiles = () => collectDerivedFiles(async () => undefined);
    const run = await runOne({
      host: watched,
      organisationId: localOrganisation,
      photo,
      derivedFiles,
      say: () => undefined,
    });
    for (const { format } of plugin.manifest.exportFormats ?? []) {
      const document: { readonly [key: string]: unknown } = run;
      const report = document as { readonly [key: string]: Json }; // a run is JSON: it is what the API answers
      const plugins = [this.#pluginId];
      await runExport(watched, { organisationId: localOrganisation, report, format, derivedFiles, photo, plugins });
    }
    return steps;
  }
}

/** Opens a photo in memory: the sample. */
export function photoInMemory(name: string, bytes: Uint8Array, sha256: string): Photo {
  return {
    file: { id: randomUUID(), name, type: 'image/jpeg', size: bytes.length, sha256 },
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

function withoutFile(input: Json): { readonly [key: string]: Json } {
  const { file: _file, ...rest } = input as { readonly [key: string]: Json }; // the host makes objects of them
  return rest;
}
