import { limits, manifestLimits } from '@proofpix/contract/limits';
import type { Installation, LimitCeiling } from './capabilities.ts';

/** What holds for one installation at this moment. MB, milliseconds, milliseconds of processor time, requests. */
export type EffectiveLimits = Required<LimitCeiling>;

/** What the operator allows any plugin at most, whatever its manifest asks for and its organisation allows. */
export type ServerCeiling = LimitCeiling & { hostCallsPerMinute?: number; callsInFlight?: number };

/**
 * The lowest of what the manifest asks for, the organisation allows and the server allows. Asked for each call, because a
 * ceiling may be lowered at any time. An export may take longer than a photo, that of a case longest (who calls it sets
 * the deadline): there the manifest does not count.
 */
export function limitsOf(installation: Installation, server: ServerCeiling, hook?: string | null): EffectiveLimits {
  const asked = installation.manifest.limits;
  const organisation = installation.ceiling?.();
  const isExport = hook === 'export:generate';
  return {
    memory: lowest('memory', asked?.memory, organisation?.memory, server.memory),
    timeout: lowest(
      'timeout',
      isExport ? limits.caseExportMilliseconds : asked?.timeout,
      organisation?.timeout,
      server.timeout,
    ),
    cpu: lowest('cpu', isExport ? limits.caseExportMilliseconds : asked?.cpu, organisation?.cpu, server.cpu),
    requestsPerMinute: lowest(
      'requestsPerMinute',
      asked?.requestsPerMinute,
      organisation?.requestsPerMinute,
      server.requestsPerMinute,
    ),
  };
}

/**
 * Processor time for evaluating the code, and again for `initialize`. What a manifest says is about hooks, so a small one
 * leaves room for what a large bundle needs on a slow machine; more than a hook may use, no start needs.
 */
export function loadCpuMilliseconds({ cpu }: EffectiveLimits): number {
  return Math.max(cpu, 2_000);
}

/** A ceiling below what a manifest may ask for is raised to that: no plugin at all runs in less. */
function lowest(
  name: keyof EffectiveLimits,
  asked: number | undefined,
  organisation = Infinity,
  server = Infinity,
): number {
  const { minimum, default: usual } = manifestLimits[name];
  return Math.max(minimum, Math.min(asked ?? usual, organisation, server));
}

/** Counts events of the running minute. One object for all runners of an installation: a new one does not begin anew. */
export class PerMinute {
  readonly most: number;
  #since = -Infinity;
  #count = 0;

  constructor(most: number) {
    this.most = most;
  }

  /** `first`: the one that went over; later ones of the same minute are more of the same. */
  add(now: number, weight = 1): 'within' | 'first' | 'over' {
    if (now - this.#since >= 60_000) {
      this.#since = now;
      this.#count = 0;
    }
    const before = this.#count;
    this.#count += weight;
    if (this.#count <= this.most) return 'within';
    return before <= this.most ? 'first' : 'over';
  }
}
