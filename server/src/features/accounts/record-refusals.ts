import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';
import { findMembership } from './queries.ts';

type Refusal = { userId: string; address: string; reason: string };

export type Refusals = AsyncDisposable & { add(refusal: Refusal): void };

const writeMilliseconds = 1_000;

/**
 * Sign-ins that were refused to somebody we know, for the trail of their organisation. Written a moment later and not by
 * whoever answers: a row for known people only would show in the time of the answer. The costly check of the password
 * before each one bounds how many there can be. What waits is lost in a crash, and nothing was done.
 */
export function createRefusals({ db, log }: { db: Database; log: Log }): Refusals {
  let waiting = new Map<string, Refusal & { attempts: number }>();
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();

  function write(): void {
    timer = undefined;
    const refused = [...waiting.values()];
    waiting = new Map();
    writing = writing
      .then(() =>
        asSystem(db, 'sign-in', async (tx) => {
          for (const { userId, address, reason, attempts } of refused) {
            const membership = await findMembership(tx, userId);
            if (membership === undefined) continue;
            await recordAct(tx, {
              organisationId: membership.organisation_id,
              actor: systemActor('sign-in'),
              act: 'sign-in',
              result: 'refused',
              subject: { kind: 'member', id: userId },
              reason,
              after: { attempts },
              personal: { address },
            });
          }
        }),
      )
      .catch((error: unknown) => log.error({ err: error }, 'refused sign-ins could not be recorded'));
  }

  return {
    add(refusal) {
      const key = `${refusal.userId} ${refusal.address} ${refusal.reason}`;
      const known = waiting.get(key);
      if (known === undefined) waiting.set(key, { ...refusal, attempts: 1 });
      else known.attempts += 1;
      timer ??= setTimeout(write, writeMilliseconds);
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      if (waiting.size > 0) write();
      await writing;
    },
  };
}
