import { caseRoutes } from '@proofpix/contract/api/cases';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { openDownload } from '../runs/open-download.ts';
import type { Runs } from '../runs/open-runs.ts';
import { changeCase, createCase, removeCase } from './change-case.ts';
import { addRuns, captionExhibit, takeOutExhibit } from './change-exhibits.ts';
import { exportCase, findCaseFile, listCaseExports } from './export-case.ts';
import { getCase, listCases } from './list-cases.ts';
import { actorOf } from '../audit/record-act.ts';

/** Binds the table `cases`; its notes are bound with the other notes. */
export function bindCaseRoutes(app: App, runs: Runs): void {
  const { db, objects } = runs;

  bind(app, caseRoutes.create, async ({ caller, body }) => ({
    status: 201,
    body: await createCase(db, whose(caller), body),
  }));
  bind(app, caseRoutes.list, async ({ caller, query }) => ({
    status: 200,
    body: await listCases(db, caller.organisationId, query),
  }));
  bind(app, caseRoutes.get, async ({ caller: { organisationId }, params }) => ({
    status: 200,
    body: await getCase(db, organisationId, params.id),
  }));
  bind(app, caseRoutes.update, async ({ caller, params, body }) => ({
    status: 200,
    body: await changeCase(db, { ...whose(caller), caseId: params.id }, body),
  }));
  bind(app, caseRoutes.remove, async ({ caller, params }) => {
    await removeCase(runs, { ...whose(caller), caseId: params.id });
    return { status: 204 };
  });
  bind(app, caseRoutes.addExhibits, async ({ caller, params, body }) => ({
    status: 200,
    body: await addRuns(db, { ...whose(caller), caseId: params.id }, body.runIds),
  }));
  bind(app, caseRoutes.updateExhibit, async ({ caller, params, body }) => ({
    status: 200,
    body: await captionExhibit(db, { ...whose(caller), caseId: params.id, number: params.number }, body.caption),
  }));
  bind(app, caseRoutes.removeExhibit, async ({ caller, params }) => {
    await takeOutExhibit(db, { ...whose(caller), caseId: params.id, number: params.number });
    return { status: 204 };
  });
  bind(app, caseRoutes.export, async ({ caller, params, body, signal }) => ({
    status: 201,
    body: await exportCase(runs, { ...body, ...whose(caller), caseId: params.id }, signal),
  }));
  bind(app, caseRoutes.exports, async ({ caller, params }) => ({
    status: 200,
    body: await listCaseExports(db, caller.organisationId, params.id),
  }));
  bind(app, caseRoutes.file, async ({ caller: { organisationId }, params, query, request }) => {
    const file = await findCaseFile(db, organisationId, { caseId: params.id, name: params.name, ...query });
    return openDownload(objects, { organisationId, file, asked: request.headers });
  });
}

function whose(caller: Caller) {
  return { organisationId: caller.organisationId, userId: caller.userId, actor: actorOf(caller) };
}
