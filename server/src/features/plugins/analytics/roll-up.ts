import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { Host } from '@proofpix/host/host';
import { runHook } from '@proofpix/host/run-hook';
import type { Database } from '../../../db/database.ts';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import type { Log } from '../../../log.ts';
import type { JobIds, Queue } from '../../../queue.ts';
import { dayOf } from './measure.ts';
import {
  beginDay,
  findDay,
  findDue,
  findForgottenDays,
  findPluginDays,
  findSeries,
  finishDay,
  markTold,
  type PluginDay,
} from './queries.ts';
import { showSeries } from './read-analytics.ts';

export type RollUp = { db: Database; queue: Queue; host: Host; log: Log };

const hook = 'analytics:generated';
const dayMilliseconds = 86_400_000;
/** After midnight (UTC), until what was counted before it is written by every server. */
const graceMilliseconds = 5 * 60_000;
/** How far back a server looks that was down. */
const caughtUpDays = 7;
const lookMilliseconds = 10 * 60_000;
const begunAtOnce = 200;
const shownPlugins = 200;

/**
 * Begins the roll-up of each day that is over, once for an organisation: the row that says so and the job are written
 * together. Gives how many were begun.
 */
export async function beginRollUps({ db, queue }: Pick<RollUp, 'db' | 'queue'>, now: Date): Promise<number> {
  const today = now.getTime() - graceMilliseconds;
  const span = {
    from: dayOf(new Date(today - caughtUpDays * dayMilliseconds)),
    to: dayOf(new Date(today - dayMilliseconds)),
    limit: begunAtOnce,
  };
  let begun = 0;
  const { due, forgotten } = await asSystem(db, 'roll-up', async (tx) => ({
    due: await findDue(tx, span),
    forgotten: await findForgottenDays(tx),
  }));
  for (const { organisationId, day } of due) {
    await withOrganisation(db, organisationId, async (tx) => {
      const id = await beginDay(tx, organisationId, day);
      if (id === undefined) return; // another server was quicker
      await queue.send(tx, 'analytics-day', { organisationId, id });
      begun += 1;
    });
  }
  for (const ids of forgotten) {
    await withOrganisation(db, ids.organisationId, (tx) => queue.send(tx, 'analytics-day', ids));
  }
  return begun;
}

/**
 * Raises `analytics:generated` in each plugin that listens. Each is remembered once it answered, so a crash in between
 * tells at most the one again that it met.
 */
export async function rollUpDay(
  { db, host, log }: Pick<RollUp, 'db' | 'host' | 'log'>,
  { organisationId, id }: JobIds,
  signal: AbortSignal,
): Promise<void> {
  const found = await withOrganisation(db, organisationId, async (tx) => {
    const begun = await findDay(tx, id);
    return begun && { ...begun, plugins: await findPluginDays(tx, begun.day, shownPlugins) };
  });
  if (found === undefined || found.finished_at !== null) return;
  const { day, told, plugins } = found;
  for (const installation of host.implementers(organisationId, hook)) {
    if (told.includes(installation.id) || !installation.grants().has('analytics')) continue;
    if (dayOf(new Date(installation.installedAt)) > day) continue;
    const rows = await withOrganisation(db, organisationId, (tx) =>
      findSeries(tx, { installationId: installation.id, from: day, to: day }),
    );
    const data = eventOf(day, plugins, rows.map(showSeries));
    const run = { organisationId, hook, data, plugins: [installation.pluginId], signal };
    for (const { plugin, error } of await runHook(host, run)) {
      if (error !== undefined) log.warn({ plugin, code: error.code }, 'a plugin failed in analytics:generated');
    }
    signal.throwIfAborted();
    await withOrganisation(db, organisationId, (tx) => markTold(tx, id, installation.id));
  }
  await withOrganisation(db, organisationId, (tx) => finishDay(tx, id));
}

/** The organisation's plugins with their calls, and what the plugin itself counted: nobody sees another's counters. */
function eventOf(day: string, plugins: readonly PluginDay[], counters: readonly ReturnType<typeof showSeries>[]): Json {
  const own = counters.map(({ day: _day, ...counter }) => counter);
  let [shownPluginDays, shownCounters] = [plugins, own];
  for (;;) {
    const truncated = shownPluginDays.length < plugins.length || shownCounters.length < own.length;
    const event = { day, plugins: [...shownPluginDays], counters: [...shownCounters], truncated };
    if (Buffer.byteLength(JSON.stringify(event)) <= limits.emitBytes) return event;
    if (shownCounters.length >= shownPluginDays.length)
      shownCounters = shownCounters.slice(0, shownCounters.length / 2);
    else shownPluginDays = shownPluginDays.slice(0, shownPluginDays.length / 2);
  }
}

/** Looks at the start, for days on which no server ran, and every ten minutes. Dispose it before the queue. */
export async function keepRollingUp(parts: RollUp): Promise<AsyncDisposable> {
  const { queue, log } = parts;
  await queue.work('analytics-day', (ids, signal) => rollUpDay(parts, ids, signal), {
    concurrency: 2,
    perOrganisation: 1,
  });
  let looking: Promise<unknown> = Promise.resolve();
  const look = () => {
    looking = looking
      .then(() => beginRollUps(parts, new Date()))
      .catch((error: unknown) => log.error({ err: error }, 'the roll-up of the day could not be begun'));
  };
  look();
  const timer = setInterval(look, lookMilliseconds);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
    },
  };
}
