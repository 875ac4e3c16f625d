import { eventRoutes, runRoutes } from '@proofpix/contract/api/runs';
import { bind, bindSocket, type App, type Caller } from '../../http/bind.ts';
import { createRuns, createSampleRun } from './create-run.ts';
import { findDerived, findPhoto } from './download-run.ts';
import { exportRun } from './exports/export-run.ts';
import { listRunExports } from './exports/list-exports.ts';
import { followRun, type Follower } from './follow-run.ts';
import { followRuns } from './follow-runs.ts';
import { getRun } from './get-run.ts';
import { listRuns } from './list-runs.ts';
import { openDownload } from './open-download.ts';
import type { Runs } from './open-runs.ts';
import { removeRun } from './remove-run.ts';
import { actorOf } from '../audit/record-act.ts';

/** Binds the tables `runs` and `events`. */
export function bindRunRoutes(app: App, runs: Runs): void {
  const { db, objects } = runs;

  bind(app, runRoutes.create, async ({ caller, request }) => ({
    status: 202,
    body: await createRuns(runs, caller, request),
  }));
  bind(app, runRoutes.sample, async ({ caller }) => ({ status: 202, body: await createSampleRun(runs, caller) }));
  bind(app, runRoutes.list, async ({ caller, query }) => ({
    status: 200,
    body: await listRuns(db, caller.organisationId, query),
  }));
  bind(app, runRoutes.get, async ({ caller, params }) => ({
    status: 200,
    body: await getRun(db, caller.organisationId, params.id),
  }));
  bind(app, runRoutes.remove, async ({ caller, params }) => {
    await removeRun(runs, whose(caller), params.id);
    return { status: 204 };
  });
  bind(app, runRoutes.photo, async ({ caller: { organisationId }, params, request }) => {
    const file = await findPhoto(db, organisationId, params.id);
    return openDownload(objects, { organisationId, file, asked: request.headers });
  });
  bind(app, runRoutes.file, async ({ caller: { organisationId }, params, query, request }) => {
    const file = await findDerived(db, organisationId, { runId: params.id, name: params.name, ...query });
    return openDownload(objects, { organisationId, file, asked: request.headers });
  });
  bind(app, runRoutes.export, async ({ caller, params, body, signal }) => ({
    status: 201,
    body: await exportRun(runs, { ...body, ...whose(caller), runId: params.id }, signal),
  }));
  bind(app, runRoutes.exports, async ({ caller, params }) => ({
    status: 200,
    body: await listRunExports(db, caller.organisationId, params.id),
  }));
  bind(app, runRoutes.events, async ({ caller, params, signal }) => ({
    status: 200,
    body: await followRun(runs, follower(app, caller, signal), params.id),
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' },
  }));
  bindSocket(app, eventRoutes.follow, ({ caller, signal, socket }) => {
    followRuns(runs, follower(app, caller, signal), socket);
  });
}

/** Asks again who they are: a member who signed out, was removed, or whose role no longer allows it, stops watching. */
function follower(app: App, caller: Caller, signal: AbortSignal): Follower {
  const { organisationId } = caller;
  let { access } = caller;
  return {
    organisationId,
    signal,
    has: (name) => access.has(name),
    mayWatch: async () => {
      const now = await app.signInAgain(caller);
      if (now === null) return false;
      access = now.access;
      return access.has('runs:read');
    },
  };
}

function whose(caller: Caller) {
  return { organisationId: caller.organisationId, userId: caller.userId, actor: actorOf(caller) };
}
