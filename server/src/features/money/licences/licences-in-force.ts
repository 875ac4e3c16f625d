import type { KeyObject } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { SignatureFault } from '@proofpix/signatures/fault';
import { readPublicKey } from '@proofpix/signatures/keys';
import { openLicence, type LicenceStatement } from '@proofpix/signatures/licence';
import type { Trust } from '../../trust/open-trust.ts';
import type { LicenceKey } from './queries.ts';

/** From when on a plugin answers no longer, and what is said then. */
type Gate = { until: number; problem: Problem };

/**
 * Which plugins need a licence, and until when each has one: in memory, because the host asks before every call. A plugin
 * that costs nothing is not in it.
 */
export type Licences = {
  /** Why it does not answer at this moment, or null. */
  refusalOf(key: LicenceKey): Problem | null;
  /** What a row of a licence is worth now; a row without a statement was withdrawn. */
  judge(key: LicenceKey, statement: unknown): Judged;
  set(key: LicenceKey, judged: Judged): void;
  drop(key: LicenceKey): void;
  /** In the place of everything that was known. */
  replaceAll(judged: readonly { key: LicenceKey; judged: Judged }[]): void;
  /** Now, or the latest moment that was ever seen where the clock was turned back. */
  now(): number;
  seen(at: Date): void;
};

export type Judged = Gate & { statement: LicenceStatement | null; state: 'valid' | 'ended' | 'withdrawn' | 'invalid' };

export const noLicence: Judged = {
  until: 0,
  problem: new Problem('licence_missing'),
  statement: null,
  state: 'withdrawn',
};

export function createLicences(trust: Pick<Trust, 'keys' | 'signingKey'>): Licences {
  let gates = new Map<string, Gate>();
  let latest = 0;

  function now(): number {
    latest = Math.max(latest, Date.now());
    return latest;
  }

  /** A key that is known to be stolen signs nothing that counts: whoever has it could sign for any day. */
  function keyOf(keyId: string): KeyObject | undefined {
    const known = trust.keys().find((key) => key.keyId === keyId && key.role === 'marketplace' && key.revoked === null);
    return known === undefined ? undefined : readPublicKey(known.publicKey).key;
  }

  return {
    refusalOf(key) {
      const gate = gates.get(nameOf(key));
      return gate === undefined || now() < gate.until ? null : gate.problem;
    },
    judge(key, envelope) {
      if (envelope === null || envelope === undefined) return noLicence;
      try {
        const statement = openLicence(envelope, keyOf);
        // Signed, and another's: a copy of a row is no licence.
        if (nameOf(keyIn(statement)) !== nameOf(key)) throw new SignatureFault('predicate_wrong');
        const [until, renewBy] = [
          statement.until === null ? Infinity : Date.parse(statement.until),
          Date.parse(statement.renewBy),
        ];
        const problem = new Problem(until <= renewBy ? 'licence_ended' : 'licence_stale');
        const last = Math.min(until, renewBy);
        return { statement, until: last, problem, state: now() < last ? 'valid' : 'ended' };
      } catch (error) {
        if (!(error instanceof SignatureFault)) throw error;
        return { until: 0, problem: new Problem('licence_invalid'), statement: null, state: 'invalid' };
      }
    },
    set: (key, { until, problem }) => void gates.set(nameOf(key), { until, problem }),
    drop: (key) => void gates.delete(nameOf(key)),
    replaceAll(all) {
      gates = new Map(all.map(({ key, judged: { until, problem } }) => [nameOf(key), { until, problem }]));
    },
    now,
    seen: (at) => void (latest = Math.max(latest, at.getTime())),
  };
}

export function keyIn({ organisation, source, publisher, plugin }: LicenceStatement): LicenceKey {
  return { organisationId: organisation, source, publisher, pluginId: plugin };
}

/** None of its parts has a space in it. */
function nameOf({ organisationId, source, publisher, pluginId }: LicenceKey): string {
  return `${organisationId} ${source} ${publisher} ${pluginId}`;
}
