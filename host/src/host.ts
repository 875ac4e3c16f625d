import { Problem } from '@proofpix/contract/errors';
import { isBuiltInHook } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { HookResult } from '@proofpix/contract/runs';
import { callHook, type HookRequest } from './call-hook.ts';
import type { Capabilities, Installation } from './capabilities.ts';
import { customHookOf, type CustomHook } from './custom-hook.ts';
import { inOrder } from './dispatch.ts';
import { Installed } from './installed.ts';
import type { OpenCall } from './open-call.ts';
import { createPool } from './pool.ts';

/** One hook call to one installation. */
export type HookCall = HookRequest & { installationId: string };

/** Measured from outside the runner, by the operating system. */
export type ProcessUsage = { cpuMilliseconds: number; memoryBytes: number; deaths: number };

export type Host = AsyncDisposable & {
  /** Makes an installation callable without starting a runner: its first call does. For start-up with many plugins. */
  register(installation: Installation): void;
  /**
   * Starts the runner, loads the code and runs `initialize`. On failure nothing stays. An installation whose package is
   * running already is only updated; another version of it takes the place of the one before. @throws Problem
   */
  load(installation: Installation): Promise<void>;
  /** Runs `cleanup`, then ends the runner. Calls in flight are let finish until their deadlines. */
  unload(installationId: string): Promise<void>;
  /** Tells a running plugin its new configuration (`onConfigUpdate`). What goes wrong in the plugin is only observed. */
  configure(installationId: string): Promise<void>;
  /** Replaces priorities or grants' source of a registered installation without a restart. */
  update(installation: Installation): void;
  /**
   * Calls one plugin. A failure of the plugin is an entry with `ok: false`, never an exception.
   * @throws Problem `plugin_not_loaded` when no such installation is registered
   */
  call(call: HookCall): Promise<HookResult>;
  /** The registered installations of an organisation that implement a hook, in the order in which they run. */
  implementers(organisationId: string, hook: string): Installation[];
  /** All registered installations of an organisation. */
  installations(organisationId: string): Installation[];
  /** Sums over all runners it had since this host was created, also after it was unloaded. */
  usage(installationId: string): ProcessUsage;
  /** Boots the spare runners; the first call that needs one does so as well. For a server that has started. */
  prepare(): void;
  /** Rejects when no runner can be started. Costs a process where no spare is kept: do not offer it to strangers unbounded. */
  ping(): Promise<void>;
};

export type HostOptions = {
  capabilities: Capabilities;
  /** Booted runners kept ready for the next installation; 1 when left out. */
  spareRunners?: number;
  /** How long a runner may be without calls before it is ended; the next call starts another. 10 minutes when left out. */
  idleMilliseconds?: number;
  /** The runner's main file, where it does not lie beside this package. */
  runnerFile?: string;
};

const sweepMilliseconds = 5_000;
const defaultIdleMilliseconds = 10 * 60_000;
/** Usage of installations that are gone is kept for so many: whoever shows metrics asks for it after the end. */
const keptUsages = 10_000;

export function createHost(options: HostOptions): Host {
  const capabilities = shielded(options.capabilities);
  const pool = createPool({ spare: options.spareRunners ?? 1, runnerFile: options.runnerFile });
  const all = new Map<string, Installed>();
  const byOrganisation = new Map<string, Map<string, Installed>>();
  const pastUsage = new Map<string, ProcessUsage>();
  const changes = new Map<string, Promise<unknown>>();
  let closed: Problem | null = null;
  const idleMilliseconds = options.idleMilliseconds ?? defaultIdleMilliseconds;
  const sweeper = setInterval(sweep, Math.min(sweepMilliseconds, idleMilliseconds));
  sweeper.unref();

  function add(installation: Installation): Installed {
    if (closed !== null) throw closed;
    const installed: Installed = new Installed(
      { installation, capabilities, pool, deliver: (hook, payload, call) => deliver(installed, hook, payload, call) },
      pastUsage.get(installation.id),
    );
    all.set(installation.id, installed);
    const siblings = byOrganisation.get(installation.organisationId) ?? new Map<string, Installed>();
    siblings.set(installation.id, installed);
    byOrganisation.set(installation.organisationId, siblings);
    return installed;
  }

  function remove(installed: Installed): void {
    const { id, organisationId } = installed.installation;
    if (all.get(id) !== installed) return;
    all.delete(id);
    const siblings = byOrganisation.get(organisationId);
    siblings?.delete(id);
    if (siblings?.size === 0) byOrganisation.delete(organisationId);
    pastUsage.delete(id);
    pastUsage.set(id, installed.usage());
    if (pastUsage.size > keptUsages) pastUsage.delete(pastUsage.keys().next().value ?? '');
  }

  async function close(installed: Installed): Promise<void> {
    await installed.close(new Problem('plugin_not_loaded'));
    remove(installed);
  }

  /** Loading and unloading of one installation happen one after the other, in the order in which they were asked for. */
  function change<Result>(id: string, what: () => Promise<Result>): Promise<Result> {
    const done = (changes.get(id) ?? Promise.resolve()).then(what);
    const settled = done.then(
      () => {},
      () => {},
    );
    changes.set(id, settled);
    void settled.then(() => changes.get(id) === settled && changes.delete(id));
    return done;
  }

  function* installationsOf(organisationId: string): Generator<Installation> {
    for (const { installation } of byOrganisation.get(organisationId)?.values() ?? []) yield installation;
  }

  /** The declaration of a custom hook by its owner, if that is registered in the organisation. */
  function declared(organisationId: string, hook: string): CustomHook | null {
    if (isBuiltInHook(hook)) return null;
    for (const installation of installationsOf(organisationId)) {
      const found = customHookOf(installation, hook);
      if (found !== null) return found;
    }
    return null;
  }

  /** Hands an emitted hook to its implementers without waiting for them. */
  function deliver(emitter: Installed, hook: string, payload: Json, from: OpenCall): number {
    const { organisationId } = emitter.installation;
    const custom = declared(organisationId, hook);
    const emission = { depth: from.emission.depth + 1, budget: from.emission.budget };
    const permission = custom?.permission;
    let delivered = 0;
    for (const installation of inOrder(installationsOf(organisationId), hook)) {
      const installed = all.get(installation.id);
      if (installed === undefined || (permission !== undefined && !installation.grants().has(permission))) continue;
      delivered += 1;
      const call = { hook, input: payload };
      // Its failures are observed there, like those of any call.
      void callHook({ installed, call, custom, capabilities, emission }).catch(() => {});
    }
    return delivered;
  }

  /** The rare look at runners without calls: they must neither work nor stay for ever. */
  function sweep(): void {
    const now = performance.now();
    for (const installed of all.values()) {
      if (now - installed.usedAt > idleMilliseconds) void installed.evict();
      else installed.sweep();
    }
  }

  return {
    register(installation) {
      const installed = all.get(installation.id);
      if (installed === undefined) add(installation);
      else installed.installation = installation;
    },

    load: (installation) =>
      change(installation.id, async () => {
        const before = all.get(installation.id);
        if (before !== undefined && before.installation.digest !== installation.digest) await close(before);
        const installed = all.get(installation.id) ?? add(installation);
        installed.installation = installation;
        try {
          await installed.start();
        } catch (error) {
          await close(installed);
          throw error;
        }
      }),

    unload(installationId) {
      // At once, whatever is under way: a call made right after this must not reach the plugin any more.
      all.get(installationId)?.refuse(new Problem('plugin_not_loaded'));
      return change(installationId, async () => {
        const installed = all.get(installationId);
        if (installed !== undefined) await close(installed);
      });
    },

    async configure(installationId) {
      await all.get(installationId)?.configure();
    },

    update(installation) {
      const installed = all.get(installation.id);
      if (installed !== undefined) installed.installation = installation;
    },

    async call(call) {
      const installed = all.get(call.installationId);
      if (installed === undefined) throw closed ?? new Problem('plugin_not_loaded');
      return callHook({
        installed,
        call,
        custom: declared(installed.installation.organisationId, call.hook),
        capabilities,
      });
    },

    implementers: (organisationId, hook) => inOrder(installationsOf(organisationId), hook),
    installations: (organisationId) => [...installationsOf(organisationId)],
    usage: (id) => all.get(id)?.usage() ?? pastUsage.get(id) ?? { cpuMilliseconds: 0, memoryBytes: 0, deaths: 0 },
    prepare: () => pool.prepare(),
    ping: () => pool.ping(),

    async [Symbol.asyncDispose]() {
      clearInterval(sweeper);
      closed = new Problem('shutting_down');
      const problem = closed;
      await Promise.all([...all.values()].map((installed) => installed.abort(problem)));
      await pool[Symbol.asyncDispose]();
    },
  };
}

/** What is only told must not bring down whoever tells it: these are called where a runner's frames are read. */
function shielded(capabilities: Capabilities): Capabilities {
  function quietly<Args extends unknown[]>(tell: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        tell(...args);
      } catch {
        // The outside failed to write something down; there is nobody here to tell.
      }
    };
  }
  return {
    ...capabilities,
    measure: quietly((installation, measure) => capabilities.measure(installation, measure)),
    log: quietly((installation, line) => capabilities.log(installation, line)),
    observe: quietly((installation, observation) => capabilities.observe(installation, observation)),
    violation: quietly((installation, violation) => capabilities.violation(installation, violation)),
    died: quietly((installation, reason) => capabilities.died(installation, reason)),
    circuit: quietly((installation, circuit) => capabilities.circuit(installation, circuit)),
    quarantined: quietly((installation, reason) => capabilities.quarantined(installation, reason)),
  };
}
