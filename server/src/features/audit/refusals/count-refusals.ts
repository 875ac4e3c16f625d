import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import type { Log } from '../../../log.ts';
import { actorOf, recordAct } from '../record-act.ts';

const minuteMilliseconds = 60_000;
/** Of one caller in a minute; beyond, whatever the routes, they are counted in one row. */
const rowsPerMinute = 20;
const elsewhere = 'other routes';

/** What was refused, and by what: a route of the contract, not the address that was sent. */
export type Refused = { method: string; route: string; reason: string; tooMany: boolean };

export type Refusals = AsyncDisposable & {
  /** The first of a minute is recorded before it is answered; those that follow are counted, and recorded at its end. */
  refuse(caller: Caller, refused: Refused): Promise<void>;
};

type Counted = { caller: Caller; refused: Refused; since: Date; more: number };

/**
 * Tries that were refused for lack of access, or since there were too many. Whoever repeats one, or tries every route, writes at most two rows a minute
 * and route, for at most so many routes: a member must not be able to fill the trail. A crash loses the counts of the
 * minute, never that it happened.
 */
export function countRefusals({ db, log }: { db: Database; log: Log }): Refusals {
  /** By caller, then by route. Only members have entries, and only for a minute. */
  let minute = new Map<string, Map<string, Counted>>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  async function write({ caller, refused, since }: Omit<Counted, 'more'>, count: number): Promise<void> {
    const { method, route, reason, tooMany } = refused;
    await withOrganisation(db, caller.organisationId, (tx) =>
      recordAct(tx, {
        organisationId: caller.organisationId,
        actor: actorOf(caller),
        act: tooMany ? 'rate-limit.refuse' : 'access.refuse',
        result: 'refused',
        subject: { kind: 'route', id: `${method} ${route}`.trim() },
        reason,
        after: { times: count, since: since.toISOString() },
      }),
    ).catch((error: unknown) => log.error({ err: error }, 'a refusal could not be recorded'));
  }

  function endMinute(): void {
    clearTimeout(timer);
    timer = undefined;
    const ended = minute;
    minute = new Map();
    writing = writing.then(async () => {
      for (const routes of ended.values())
        for (const counted of routes.values()) if (counted.more > 0) await write(counted, counted.more);
    });
  }

  return {
    async refuse(caller, refused) {
      timer ??= setTimeout(endMinute, minuteMilliseconds).unref();
      const key = `${caller.organisationId} ${caller.userId}`;
      const routes = minute.get(key) ?? new Map<string, Counted>();
      minute.set(key, routes);
      const full = routes.size >= rowsPerMinute;
      const route = `${refused.method} ${refused.route}${refused.tooMany ? ' too many' : ''}`;
      const name = full && !routes.has(route) ? `${elsewhere}${refused.tooMany ? ' too many' : ''}` : route;
      const known = routes.get(name);
      if (known !== undefined) {
        known.more += 1;
        return;
      }
      const told = name !== route ? { ...refused, method: '', route: elsewhere } : refused;
      const counted: Counted = { caller, refused: told, since: new Date(), more: 0 };
      routes.set(name, counted);
      await write(counted, 1);
    },
    async [Symbol.asyncDispose]() {
      endMinute();
      await writing;
    },
  };
}
