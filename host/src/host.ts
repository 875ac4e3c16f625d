import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { manifestLimits } from '@proofpix/contract/limits';
import type { HookResult } from '@proofpix/contract/runs';
import { usualBreakerRules, type BreakerRules } from './breaker.ts';
import { callHook, type HookRequest } from './call-hook.ts';
import type { Capabilities, Installation } from './capabilities.ts';
import { inOrder } from './dispatch.ts';
import { Installed, type InstalledState } from './installed.ts';
import type { ServerCeiling } from './limits.ts';
import { makeRoom } from './make-room.ts';
import type { OpenCall } from './open-call.ts';
import { createCodeCache } from './code-cache/code-cache.ts';
import { startCompiler } from './code-cache/start-compiler.ts';
import { createPool, usualMaximum, usualSpares, type PoolUse } from './pool.ts';
import { Registry } from './registry.ts';
import { shielded } from './shielded.ts';
import { spawnRunner } from './spawn-runner.ts';

/** One hook call to one installation. */
export type HookCall = HookRequest & { installationId: string };

/** Measured from outside the runner, by the operating system. */
export type ProcessUsage = { cpuMilliseconds: number; memoryBytes: number; deaths: number };

/** How an installation stands. `reason` says why it takes no calls; empty while it does. */
export type InstallationState = InstalledState & { quarantined: boolean };

export type Host = AsyncDisposable & {
  /**
   * Makes an installation callable without starting a runner: its first call does. For start-up with many plugins.
   * @throws Problem `plugin_quarantined` until it is released
   */
  register(installation: Installation): void;
  /**
   * Starts the runner, loads the code and runs `initialize`. On failure nothing stays. An installation whose package is
   * running already is only updated. Another version of it is started beside the one before, which takes all calls until
   * the new one is ready, then ends those it has and cleans up; when the new one fails, the one before is not touched.
   * @throws Problem
   */
  load(installation: Installation): Promise<void>;
  /** Runs `cleanup`, then ends the runner. Calls in flight are let finish until their deadlines. */
  unload(installationId: string): Promise<void>;
  /**
   * Starts the runner of an installation that rests, for a call that comes soon. Nobody waits for it; what goes wrong is
   * told to the call. Does nothing where another runner would have to end for it.
   */
  wake(installationId: string): void;
  /**
   * Ends this content of an installation at once, with all calls in it, and forgets it: what may not run a moment longer.
   * Calls get the problem. Another version in its place goes on.
   */
  end(installation: Pick<Installation, 'id' | 'digest'>, problem: Problem): Promise<void>;
  /** Tells a running plugin its new configuration (`onConfigUpdate`). What goes wrong in the plugin is only observed. */
  configure(installationId: string): Promise<void>;
  /** Replaces priorities or grants' source of a registered installation without a restart. */
  update(installation: Installation): void;
  /** Ends the runner of an installation that has no calls; the next call starts another. */
  evict(installationId: string): Promise<void>;
  /** Ends its runner with all calls in it, and takes no more for it until it is released. */
  quarantine(installationId: string, reason: string): void;
  /** Lifts a quarantine, and lets calls through again where it was suspended. */
  release(installationId: string): void;
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
  state(installationId: string): InstallationState;
  /** Runner processes, spares included, and how many starts wait for one. */
  resources(): PoolUse;
  /** Boots the spare runners; the first call that needs one does so as well. For a server that has started. */
  prepare(): void;
  /** Rejects when no runner can be started. Costs a process where no spare is kept: do not offer it to strangers unbounded. */
  ping(): Promise<void>;
};

export type HostOptions = {
  capabilities: Capabilities;
  /** Runner processes at a time, 1 to 1,000, spares included; from memory and processors when left out, 64 at most. */
  maximumRunners?: number;
  /** Booted runners kept ready for the next installation; from memory when left out, 2 to 10. */
  spareRunners?: number | undefined;
  /** How long a runner may be without calls before it is ended; the next call starts another. 10 minutes when left out. */
  idleMilliseconds?: number;
  /** What the operator allows any plugin at most. */
  ceiling?: ServerCeiling;
  /** When an installation that fails is left to rest, and for how long. */
  breaker?: Partial<BreakerRules>;
  /** The runner's main file, where it does not lie beside this package. */
  runnerFile?: string;
};

/** More than a boot takes on the slowest machine we know, by far. */
const bootMilliseconds = 20_000;
const sweepMilliseconds = 5_000;
const defaultIdleMilliseconds = 10 * 60_000;
const mostRunners = 1_000;

export function createHost(options: HostOptions): Host {
  const capabilities = shielded(options.capabilities);
  const registry = new Registry();
  const pool = createPool({
    spare: options.spareRunners ?? usualSpares(),
    maximum: Math.max(1, Math.min(mostRunners, options.maximumRunners ?? usualMaximum())),
    spawn: (signal) => spawnRunner({ file: options.runnerFile, bootMilliseconds, signal }),
    // Most plugins want what manifests get that ask for nothing. It can still be raised for others.
    memory: { bytes: manifestLimits.memory.default * 1024 * 1024, final: false },
    makeRoom: (organisationId, waited) => makeRoom(registry.values(), organisationId, waited),
  });
  // A runner that is not ours may not know how to compile, and must not be believed.
  const codeCache = options.runnerFile === undefined ? createCodeCache({ start: startCompiler }) : null;
  const breakerRules = { ...usualBreakerRules, ...options.breaker };
  const quarantined = new Map<string, string>();
  /** New versions that are being started beside the ones that serve. */
  const candidates = new Set<Installed>();
  const changes = new Map<string, Promise<unknown>>();
  let closed: Problem | null = null;
  const idleMilliseconds = options.idleMilliseconds ?? defaultIdleMilliseconds;
  const sweeper = setInterval(sweep, Math.min(sweepMilliseconds, idleMilliseconds));
  sweeper.unref();

  function create(installation: Installation): Installed {
    if (closed !== null) throw closed;
    const installed: Installed = new Installed({
      installation,
      capabilities,
      pool,
      codeCache,
      ceiling: options.ceiling ?? {},
      breakerRules,
      deliver: (hook, payload, call) => deliver(installed, hook, payload, call),
      // A version that never served is not let in; the one that serves did nothing.
      onHostile: (reason) => candidates.has(installed) || quarantine(installed.installation, reason),
    });
    return installed;
  }

  function add(installation: Installation): Installed {
    const installed = create(installation);
    const past = registry.pastUsage(installation.id);
    if (past !== undefined) installed.addPast(past);
    registry.add(installed);
    return installed;
  }

  async function close(installed: Installed): Promise<void> {
    await installed.close(new Problem('plugin_not_loaded'));
    registry.remove(installed);
  }

  /** Starts another version beside the one that serves, and lets it take over when it is ready. @throws Problem */
  async function replace(before: Installed, installation: Installation): Promise<void> {
    const installed = create(installation);
    candidates.add(installed);
    const ended = new Problem('plugin_not_loaded');
    try {
      await installed.start();
      refuseQuarantined(installation.id);
      probe(before, installed);
    } catch (error) {
      await installed.close(ended);
      before.addPast(installed.usage());
      throw error;
    } finally {
      candidates.delete(installed);
    }
    // From one line to the next: a call finds either of them, and none finds neither.
    registry.add(installed);
    if (before.isRefused) installed.refuse(closed ?? ended);
    void registry.leave(before, before.close(ended));
  }

  function quarantine(installation: Installation, reason: string): void {
    const { id } = installation;
    const isNew = !quarantined.has(id);
    quarantined.set(id, reason);
    const problem = new Problem('plugin_quarantined', reason);
    for (const installed of registry.everything()) if (installed.installation.id === id) installed.lock(problem);
    if (isNew) capabilities.quarantined(installation, reason);
  }

  /** @throws Problem */
  function refuseQuarantined(id: string): void {
    const reason = quarantined.get(id);
    if (reason !== undefined) throw new Problem('plugin_quarantined', reason);
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

  /** Hands an emitted hook to its implementers without waiting for them. */
  function deliver(emitter: Installed, hook: string, payload: Json, from: OpenCall): number {
    const { organisationId } = emitter.installation;
    const custom = registry.declared(organisationId, hook);
    const emission = { depth: from.emission.depth + 1, budget: from.emission.budget };
    const permission = custom?.permission;
    let delivered = 0;
    for (const installation of inOrder(registry.installationsOf(organisationId), hook)) {
      const installed = registry.get(installation.id);
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
    for (const installed of registry.values()) {
      if (now - installed.usedAt > idleMilliseconds) void installed.evict();
      else installed.sweep();
    }
  }

  return {
    register(installation) {
      refuseQuarantined(installation.id);
      const installed = registry.get(installation.id);
      if (installed === undefined) add(installation);
      else installed.installation = installation;
    },

    load: (installation) =>
      change(installation.id, async () => {
        if (closed !== null) throw closed;
        refuseQuarantined(installation.id);
        const before = registry.get(installation.id);
        if (before !== undefined && before.installation.digest !== installation.digest)
          return replace(before, installation);
        const installed = before ?? add(installation);
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
      registry.get(installationId)?.refuse(new Problem('plugin_not_loaded'));
      return change(installationId, async () => {
        const installed = registry.get(installationId);
        if (installed !== undefined) await close(installed);
      });
    },

    wake(installationId) {
      const installed = registry.get(installationId);
      if (installed === undefined || pool.isFull()) return;
      const { runner, circuit } = installed.state();
      // One that failed lately is not tried more often than it is called.
      if (runner === 'none' && circuit === 'closed') installed.start().catch(() => {});
    },

    end({ id, digest }, problem) {
      const isMeant = ({ installation }: Installed) => installation.id === id && installation.digest === digest;
      const stop = (installed: Installed) => {
        installed.refuse(problem);
        installed.lock(problem);
      };
      for (const installed of registry.everything()) if (isMeant(installed)) stop(installed);
      return change(id, async () => {
        // What was being loaded at that moment is here by now.
        const installed = registry.get(id);
        if (installed === undefined || !isMeant(installed)) return;
        stop(installed);
        await close(installed);
      });
    },

    async configure(installationId) {
      await registry.get(installationId)?.configure();
    },

    update(installation) {
      const installed = registry.get(installation.id);
      if (installed !== undefined) installed.installation = installation;
    },

    async evict(installationId) {
      await registry.get(installationId)?.evict();
    },

    quarantine(installationId, reason) {
      const installed = registry.get(installationId);
      if (installed === undefined) quarantined.set(installationId, reason);
      else quarantine(installed.installation, reason);
    },

    release(installationId) {
      quarantined.delete(installationId);
      registry.get(installationId)?.release();
    },

    async call(call) {
      const installed = registry.get(call.installationId);
      if (installed === undefined) {
        refuseQuarantined(call.installationId);
        throw closed ?? new Problem('plugin_not_loaded');
      }
      const custom = registry.declared(installed.installation.organisationId, call.hook);
      return callHook({ installed, call, custom, capabilities });
    },

    implementers: (organisationId, hook) => inOrder(registry.installationsOf(organisationId), hook),
    installations: (organisationId) => [...registry.installationsOf(organisationId)],
    usage: (id) => registry.usage(id),
    state(id) {
      const reason = quarantined.get(id);
      const state = registry.get(id)?.state() ?? unknownState;
      return { ...state, ...(reason === undefined ? {} : { reason }), quarantined: reason !== undefined };
    },
    resources: () => pool.use(),
    prepare: () => pool.prepare(),
    ping: () => pool.ping(),

    async [Symbol.asyncDispose]() {
      clearInterval(sweeper);
      closed = new Problem('shutting_down');
      const problem = closed;
      await Promise.all([...registry.everything(), ...candidates].map((installed) => installed.abort(problem)));
      await codeCache?.[Symbol.asyncDispose]();
      await pool[Symbol.asyncDispose]();
    },
  };
}

const unknownState: InstalledState = {
  circuit: 'closed',
  reason: '',
  retryAt: null,
  runner: 'none',
  openCalls: 0,
  waitingCalls: 0,
  exportedHooks: null,
};

/** A version that lost a hook which the one before has would fail its first call: it does not take over. @throws Problem */
function probe(before: Installed, candidate: Installed): void {
  const { exportedHooks: had } = before.state();
  const { exportedHooks: has } = candidate.state();
  const lost = candidate.installation.hooks.find(({ name }) => had?.has(name) === true && has?.has(name) === false);
  if (lost === undefined) return;
  throw new Problem('plugin_load_failed', `It declares the hook "${lost.name}" but does not implement it any more.`);
}
