import type { Json } from '@proofpix/contract/json';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Measure } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { asStartProblem } from '@proofpix/host/load-problems';
import type { InstalledPlugin } from './installed-plugin.ts';
import type { InstalledPlugins } from './installed-plugins.ts';
import type { PhotoSource } from './test-photo.ts';
import type { DataOf, ResultOf, TestResult } from './test-result.ts';
import type { LogLine, SecurityReport, SentWebhook, TestViolation } from './told.ts';

export type CallOptions<Name extends string = string> = {
  /** What the hook gets beside the file, which the test host adds. */
  data?: DataOf<Name>;
  /** A path, bytes, or bytes with a name. Hooks that work on a file need one. */
  photo?: PhotoSource;
  options?: { readonly [key: string]: Json };
};

type Parts = {
  installed: InstalledPlugin;
  plugins: InstalledPlugins;
  host: Host;
  call<Name extends string>(hook: Name, options: CallOptions<Name>): Promise<TestResult<ResultOf<Name>>>;
};

/** A plugin that is installed in a test host, in a sandbox of its own. */
export class TestPlugin {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get id(): string {
    return this.manifest.id;
  }

  get manifest(): Manifest {
    return this.#parts.installed.manifest;
  }

  /** Identity of the package: SHA-256, as the server computes it. */
  get digest(): string {
    return this.#parts.installed.package.digest;
  }

  /** The configuration as people see it: defaults filled in, secrets left out. */
  get config(): { readonly [key: string]: Json } {
    return this.#parts.installed.shownConfig;
  }

  /** What it logged so far, oldest first. */
  get logs(): readonly LogLine[] {
    return this.#parts.installed.told.logs;
  }

  /** What it did that was refused or hostile, oldest first. */
  get violations(): readonly TestViolation[] {
    return this.#parts.installed.told.violations;
  }

  /** What it counted with `ctx.analytics`. */
  get measures(): readonly Measure[] {
    return this.#parts.installed.told.measures;
  }

  /** What it sent with `ctx.webhooks`. */
  get webhooks(): readonly SentWebhook[] {
    return this.#parts.installed.told.webhooks;
  }

  /** What it reported with `ctx.security`. */
  get reports(): readonly SecurityReport[] {
    return this.#parts.installed.told.reports;
  }

  /** Why its process was ended, each time. */
  get deaths(): readonly { code: string; detail: string }[] {
    return this.#parts.installed.told.deaths;
  }

  /** Everything in its `ctx.storage`, by key. */
  get stored(): { [key: string]: Json } {
    return this.#parts.plugins.storage.entries(this.#parts.installed.id);
  }

  /**
   * Calls one hook. A failure of the plugin is in the result, never an exception: `value()` throws it.
   * @throws Problem `hook_unknown`, `hook_input_invalid` when the call itself is wrong
   * @example const { metadata } = (await plugin.call('file:process', { photo: 'test/photo.jpg' })).value();
   */
  call<Name extends string>(hook: Name, options: CallOptions<Name> = {}): Promise<TestResult<ResultOf<Name>>> {
    return this.#parts.call(hook, options);
  }

  /** Replaces the configuration and tells the plugin (`onConfigUpdate`). @throws Problem `config_invalid` with the fields */
  async configure(config: { readonly [key: string]: Json }): Promise<void> {
    this.#parts.installed.configure(config);
    await this.#parts.host.configure(this.#parts.installed.id);
  }

  /** Grants exactly these permissions, from the next host call on. @throws Problem `grant_not_requested` */
  grant(...permissions: Permission[]): void {
    this.#parts.installed.grant(permissions);
  }

  /** Takes permissions away, from the next host call on. */
  withdraw(...permissions: Permission[]): void {
    const { installed } = this.#parts;
    installed.grant([...installed.grants].filter((granted) => !permissions.includes(granted)));
  }

  /** Lower runs first. @throws Problem `hook_unknown` */
  setPriority(hook: string, priority: number): void {
    this.#parts.installed.setPriority(hook, priority);
    this.#parts.host.update(this.#parts.installed.installation());
  }

  /** Runs `cleanup` and ends the process. What it stored stays. */
  async unload(): Promise<void> {
    await this.#parts.host.unload(this.#parts.installed.id);
  }

  /** Starts it again. @throws Problem `plugin_load_failed`, `plugin_timeout`, `plugin_memory`, `plugin_died` */
  async load(): Promise<void> {
    await this.#parts.host.load(this.#parts.installed.installation()).catch((error: unknown) => {
      throw asStartProblem(error);
    });
  }

  /** Ends it and forgets what it stored. */
  async uninstall(): Promise<void> {
    await this.unload();
    this.#parts.plugins.remove(this.#parts.installed);
  }
}
