import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import type { Json } from '@proofpix/contract/json';
import type { Permission } from '@proofpix/contract/permissions';
import { runDocument } from '@proofpix/contract/run-document';
import type { HookResult, Run, RunSummary } from '@proofpix/contract/runs';
import type { AccessToken } from '@proofpix/host/capabilities';
import { createHost, type Host } from '@proofpix/host/host';
import { asLoadProblem } from '@proofpix/host/load-problems';
import { runExport, runHook } from '@proofpix/host/run-hook';
import { planRun, runPhoto } from '@proofpix/host/run-photo';
import { summarise } from '@proofpix/host/summarise';
import { InstalledPlugin, testOrganisation } from './test-host/installed-plugin.ts';
import { InstalledPlugins } from './test-host/installed-plugins.ts';
import { createOutside, type Answer, type Outside, type SentRequest } from './test-host/outside.ts';
import { readSource, type PluginSource } from './test-host/read-source.ts';
import { openTestPhoto, type PhotoSource } from './test-host/test-photo.ts';
import { TestPlugin, type CallOptions } from './test-host/test-plugin.ts';
import {
  PluginFailure,
  WrittenFiles,
  type ResultOf,
  type TestResult,
  type WrittenFile,
} from './test-host/test-result.ts';

export type TestHostOptions = {
  /**
   * Answers what plugins ask of the hosts that their manifests name. Grants, host names, limits and secrets are those of the
   * server; only the internet is replaced.
   * @example http: (request) => Response.json({ asked: request.url })
   */
  http?: Answer;
  /** Where host names lead, to see that addresses which are not public are refused; public ones when left out. */
  addresses?: Readonly<Record<string, string>>;
  /** Names of the addresses that the organisation registered for `ctx.webhooks`. */
  webhooks?: readonly string[];
  /** The accounts that the organisation connected, by provider, for `ctx.oauth`. */
  oauth?: Readonly<Record<string, Partial<AccessToken>>>;
};

export type InstallOptions = {
  /** `requested`: everything that the manifest asks for, which is also meant when left out. */
  grants?: 'requested' | readonly Permission[];
  /** Secrets are given as text, as an admin types them. */
  config?: { readonly [key: string]: Json };
};

/** A call of one hook in every plugin that implements it. */
export type HookOptions<Name extends string> = CallOptions<Name> & { plugins?: readonly string[] };

/** A run, with the bytes of the files that plugins added. */
export type TestRun = Omit<Run, 'files'> & { files: (Run['files'][number] & { bytes: Uint8Array })[] };

/**
 * Opens a host as the server has it: each plugin runs in a real sandbox process, under the manifest's limits and the grants
 * that are given. Storage, the internet, webhooks and accounts are kept in memory. Dispose it, or its processes stay.
 *
 * @example
 * await using host = await openTestHost({ http: () => Response.json({ ok: true }) });
 * const plugin = await host.install('.', { config: { token: 'secret' } });
 * const { metadata } = (await plugin.call('file:process', { photo: 'test/photo.jpg' })).value();
 */
export async function openTestHost(options: TestHostOptions = {}): Promise<TestHost> {
  const outside = createOutside({
    ...(options.http === undefined ? {} : { answer: options.http }),
    ...(options.addresses === undefined ? {} : { addresses: options.addresses }),
  });
  return new TestHost(outside, options);
}

class TestHost implements AsyncDisposable {
  readonly #host: Host;
  readonly #outside: Outside;
  readonly #plugins: InstalledPlugins;
  #installs = 0;
  #ahead = 0;

  constructor(outside: Outside, { webhooks = [], oauth = {} }: TestHostOptions) {
    this.#outside = outside;
    this.#plugins = new InstalledPlugins({ outside, webhooks, oauth, now: () => Date.now() + this.#ahead });
    this.#host = createHost({ capabilities: this.#plugins.capabilities, spareRunners: 0 });
  }

  /** The internet as plugins see it: what they asked it, and the way there. */
  get outside(): Outside {
    return this.#outside;
  }

  /** What plugins sent to the internet so far. */
  get requests(): readonly SentRequest[] {
    return this.#outside.requests;
  }

  /** Lets so much time pass for stored values with `ttlSeconds`. */
  passTime(seconds: number): void {
    this.#ahead += seconds * 1_000;
  }

  /**
   * Packs the plugin in a folder, or takes a package, installs it as the server does and starts it. One that is installed
   * already is replaced and keeps its storage.
   * @throws Problem with the code that the server answers: `manifest_invalid`, `config_invalid`, `plugin_load_failed`, …
   * @example const plugin = await host.install('.');
   */
  async install(source: PluginSource, options: InstallOptions = {}): Promise<TestPlugin> {
    const read = await readSource(typeof source === 'string' ? resolve(source) : source);
    const before = this.#plugins.get(read.manifest.id);
    const installed = before ?? new InstalledPlugin(read, (this.#installs += 1));
    const earlier = installed.package;
    installed.replace(read);
    const { grants = 'requested', config } = options;
    try {
      installed.grant(grants === 'requested' ? (read.manifest.permissions ?? []) : grants);
      if (config !== undefined) installed.configure(config);
      this.#plugins.add(installed);
      await this.#host.load(installed.installation()).catch((error: unknown) => {
        throw asLoadProblem(error);
      });
    } catch (error) {
      if (before === undefined) this.#plugins.remove(installed);
      else installed.replace(earlier);
      throw error;
    }
    return new TestPlugin({
      installed,
      plugins: this.#plugins,
      host: this.#host,
      call: async (hook, call) => {
        const [result] = await this.call(hook, { ...call, plugins: [read.manifest.id] });
        if (result !== undefined) return result;
        const error = {
          code: 'plugin_not_loaded',
          message: `It is not loaded, or its manifest does not name ${hook}.`,
        };
        throw new PluginFailure(read.manifest.id, error, []);
      },
    });
  }

  /**
   * Calls one hook in every plugin that implements it, in order.
   * @throws Problem `hook_unknown`, `hook_input_invalid`
   */
  async call<Name extends string>(
    hook: Name,
    { data, photo, options, plugins }: HookOptions<Name> = {},
  ): Promise<TestResult<ResultOf<Name>>[]> {
    const written = new WrittenFiles();
    const before = this.#state();
    const results = await runHook(this.#host, {
      organisationId: testOrganisation,
      hook,
      data: (data ?? {}) as Json, // the types of hooks are those of JSON
      derivedFiles: (plugin) => written.of(plugin),
      ...(photo === undefined ? {} : { photo: await openTestPhoto(photo) }),
      ...(options === undefined ? {} : { options }),
      ...(plugins === undefined ? {} : { plugins }),
    });
    return results.map((result) => this.#seen<ResultOf<Name>>(result, written, before));
  }

  /**
   * Takes a photo through the hooks of a run, as a server does when somebody drops it: file:uploaded, file:process,
   * file:processed, data:analyze. Gives what `GET /api/runs/:id` answers, with the bytes of derived files.
   */
  async run(
    photo: PhotoSource,
    options: { plugins?: readonly string[]; options?: { readonly [key: string]: Json } } = {},
  ): Promise<TestRun> {
    const opened = await openTestPhoto(photo);
    const written = new WrittenFiles();
    const chosen = { organisationId: testOrganisation, ...options };
    const plan = planRun(this.#host, chosen);
    const at = new Date().toISOString();
    const id = randomUUID();
    const report = await runPhoto(this.#host, {
      ...chosen,
      runId: id,
      photo: opened,
      derivedFiles: (plugin) => written.of(plugin),
    });
    const summary: RunSummary = {
      id,
      batchId: randomUUID(),
      state: 'done',
      file: opened.file,
      plugins: [...new Set(plan.map(({ plugin }) => plugin))],
      ...summarise(report, plan.length),
      case: null,
      createdAt: at,
      startedAt: at,
      finishedAt: new Date().toISOString(),
    };
    const run = runDocument(summary, report);
    const files = run.files.map((file) => ({
      ...file,
      bytes: written.filled(file.source.plugin, [file])[0]?.bytes ?? new Uint8Array(0),
    }));
    return { ...run, files };
  }

  /**
   * Lets the plugins that write a format export a run, as `POST /api/runs/:id/export` does. They can read its photo, where it
   * is given, and what plugins added.
   */
  async export(
    run: TestRun,
    format: string,
    { photo, options }: { photo?: PhotoSource; options?: { readonly [key: string]: Json } } = {},
  ): Promise<TestResult[]> {
    const written = new WrittenFiles();
    const before = this.#state();
    const files = new Map<string, WrittenFile>(run.files.map((file) => [file.sha256, file]));
    // A run is JSON: the server answers it. The bytes of its files are no part of it.
    const report = { ...run, files: run.files.map(({ bytes: _bytes, ...file }) => file) } as unknown as {
      readonly [key: string]: Json;
    };
    const results = await runExport(this.#host, {
      organisationId: testOrganisation,
      report,
      format,
      derivedFiles: (plugin) => written.of(plugin),
      reportFiles: (sha256) => {
        const file = files.get(sha256);
        return (
          file && { size: file.size, read: async (offset, length) => file.bytes.subarray(offset, offset + length) }
        );
      },
      ...(photo === undefined ? {} : { photo: await openTestPhoto(photo) }),
      ...(options === undefined ? {} : { options }),
    });
    return results.map((result) => this.#seen<Json>(result, written, before));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#host[Symbol.asyncDispose]();
    await this.#outside[Symbol.asyncDispose]();
  }

  /** How far each plugin was before a call. */
  #state(): ReadonlyMap<string, { logs: number; cpu: number }> {
    return new Map(
      this.#host
        .installations(testOrganisation)
        .map(({ id, pluginId }) => [
          pluginId,
          { logs: this.#plugins.get(pluginId)?.told.logs.length ?? 0, cpu: this.#host.usage(id).cpuMilliseconds },
        ]),
    );
  }

  #seen<Result>(
    entry: HookResult,
    written: WrittenFiles,
    before: ReadonlyMap<string, { logs: number; cpu: number }>,
  ): TestResult<Result> {
    const { result, files, ...rest } = entry;
    const installed = this.#plugins.get(entry.plugin);
    const usage = installed === undefined ? undefined : this.#host.usage(installed.id);
    const since = before.get(entry.plugin);
    const logs = installed?.told.logs.slice(since?.logs ?? 0) ?? [];
    const given = result as Result; // the host checked it against the hook's schema
    return {
      ...rest,
      ...(result === undefined ? {} : { result: given }),
      files: written.filled(entry.plugin, files),
      logs,
      cpuMilliseconds: Math.max(0, (usage?.cpuMilliseconds ?? 0) - (since?.cpu ?? 0)),
      memoryBytes: usage?.memoryBytes ?? 0,
      value() {
        if (entry.error !== undefined) throw new PluginFailure(entry.plugin, entry.error, logs);
        return given;
      },
    };
  }
}

export type { TestHost };
