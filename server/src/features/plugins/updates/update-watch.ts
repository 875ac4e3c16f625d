import { limits } from '@proofpix/contract/limits';
import type { Installation } from '@proofpix/host/capabilities';

/** Calls that are looked at, how many of them must fail, and how much more often than in the version before. */
const lastCalls = 20;
const mostFailures = 5;
const clearlyMore = 0.2;
/** Contents of one installation whose calls are remembered: what is installed, and what it goes back to. */
const contents = 2;

/** An update that may be undone: `digest` serves, and `pointId` is what it is gone back to. */
export type Watched = {
  organisationId: string;
  installationId: string;
  pluginId: string;
  digest: string;
  digestBefore: string;
  pointId: string;
  until: number;
};

/** Says of no code of ours that a plugin failed. */
const notItsFault = new Set([
  'sandbox_busy',
  'call_ended',
  'shutting_down',
  'plugin_not_loaded',
  'plugin_quarantined',
  'hook_input_invalid',
  'hook_unknown',
  'policy_denied',
  'plugins_stopped',
  'package_killed',
]);

export type UpdateWatch = {
  begin(watched: Omit<Watched, 'until'> & { until?: number }): void;
  /** Somebody changed the plugin on purpose: from now on it is theirs. */
  end(installationId: string): void;
  /**
   * What became of a call, or that the process died. Gives the update that is failing by now, once.
   * @param code null: it was answered
   */
  note(installation: Pick<Installation, 'id' | 'digest'>, code: string | null): (Watched & { reason: string }) | null;
  forget(installationId: string): void;
};

/** Knows no database. `now` is for tests. */
export function createUpdateWatch(now: () => number = Date.now): UpdateWatch {
  const watches = new Map<string, Watched>();
  const calls = new Map<string, Map<string, boolean[]>>();

  function remember({ id, digest }: Pick<Installation, 'id' | 'digest'>, failed: boolean): void {
    const own = calls.get(id) ?? new Map<string, boolean[]>();
    calls.set(id, own);
    const last = own.get(digest) ?? [];
    last.push(failed);
    if (last.length > lastCalls) last.shift();
    // The newest content last: the oldest is what nobody compares with any more.
    if (!own.has(digest)) own.set(digest, last);
    for (const old of own.keys()) {
      if (own.size <= contents) break;
      own.delete(old);
    }
  }

  function failuresOf(id: string, digest: string): { failed: number; of: number } {
    const last = calls.get(id)?.get(digest) ?? [];
    return { failed: last.filter(Boolean).length, of: last.length };
  }

  return {
    begin(watched) {
      const until = watched.until ?? now() + limits.updateWatchMilliseconds;
      watches.set(watched.installationId, { ...watched, until });
    },
    end: (installationId) => void watches.delete(installationId),
    note(installation, code) {
      if (code !== null && notItsFault.has(code)) return null;
      remember(installation, code !== null);
      const watched = watches.get(installation.id);
      if (watched === undefined || watched.digest !== installation.digest) return null;
      if (now() > watched.until) {
        watches.delete(installation.id);
        return null;
      }
      const { failed, of } = failuresOf(installation.id, watched.digest);
      const before = failuresOf(installation.id, watched.digestBefore);
      const share = before.of === 0 ? 0 : before.failed / before.of;
      if (failed < mostFailures || failed / of < share + clearlyMore) return null;
      watches.delete(installation.id);
      const once = before.of === 0 ? 'nothing is known' : `${before.failed} of ${before.of} failed`;
      return {
        ...watched,
        reason: `${failed} of the last ${of} calls failed (${code}); of the version before ${once}.`,
      };
    },
    forget(installationId) {
      watches.delete(installationId);
      calls.delete(installationId);
    },
  };
}
