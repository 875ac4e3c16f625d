import { limits } from '@proofpix/contract/limits';
import { routes } from '@proofpix/contract/routes';
import { withOrganisation } from '../../db/tenancy.ts';
import { bind, type App } from '../../http/bind.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { actorOf } from '../audit/record-act.ts';
import { eraseMember, eraseSelf } from './erasure/erase-person.ts';
import { listErasures } from './erasure/queries.ts';
import { exportOrganisation } from './export/export-organisation.ts';
import { exportMember, exportSelf } from './export/export-person.ts';
import { listNotices } from './notices/queries.ts';
import type { PrivacyParts } from './parts.ts';
import { previewRetention, runRetention } from './retention/run-retention.ts';
import { listRetentionRuns } from './retention/queries.ts';
import { askForErasure, keepOrganisation, readOrganisationErasure } from './organisation/erase-organisation.ts';
import { composeRegister, registerAsMarkdown } from './register/compose-register.ts';
import { changeSettings } from './settings/change-settings.ts';
import { findSettings } from './settings/queries.ts';
import { showErasure, showNotice, showRetentionRun } from './show.ts';

/** Binds the table `privacy`, and what people and organisations do with their own data. */
export function bindPrivacyRoutes(
  app: App,
  parts: PrivacyParts & { endedCookie: () => { 'set-cookie': string } },
): void {
  const { db } = parts;
  bind(app, routes.account.erase, async ({ caller, body }) => {
    await eraseSelf(parts, caller, body);
    return {
      status: 200,
      body: { person: caller.userId },
      headers: parts.endedCookie(),
    };
  });
  bind(app, routes.members.erase, async ({ caller, params, body }) => ({
    status: 202,
    body: showErasure(await eraseMember(parts, caller, params.id, body)),
  }));
  bind(app, routes.account.exportData, ({ caller }) => exportSelf(db, caller));
  bind(app, routes.members.exportData, ({ caller, params }) => exportMember(db, caller, params.id));
  bind(app, routes.organisations.exportData, ({ caller }) => exportOrganisation(parts, caller));
  bind(app, routes.organisations.getErasure, async ({ caller }) => ({
    status: 200,
    body: await readOrganisationErasure(db, caller.organisationId),
  }));
  bind(app, routes.organisations.erase, async ({ caller, body }) => ({
    status: 202,
    body: await askForErasure(parts, caller, body),
  }));
  bind(app, routes.organisations.keep, async ({ caller }) => ({
    status: 200,
    body: await keepOrganisation(db, caller),
  }));
  bind(app, routes.privacy.register, async ({ caller }) => ({
    status: 200,
    body: await composeRegister(db, caller.organisationId),
  }));
  bind(app, routes.privacy.registerFile, async ({ caller }) => ({
    status: 200,
    body: Buffer.from(registerAsMarkdown(await composeRegister(db, caller.organisationId))),
    headers: {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': 'attachment; filename="register-of-processing.md"',
    },
  }));
  bind(app, routes.privacy.settings, async ({ caller: { organisationId } }) => ({
    status: 200,
    body: await withOrganisation(db, organisationId, (tx) => findSettings(tx, organisationId)),
  }));
  bind(app, routes.privacy.change, async ({ caller, body }) => ({
    status: 200,
    body: await changeSettings(db, caller, body),
  }));
  bind(app, routes.privacy.preview, async ({ caller: { organisationId }, body: { retention } }) => ({
    status: 200,
    body: { items: await previewRetention(db, { organisationId, retention }) },
  }));
  bind(app, routes.privacy.runRetention, async ({ caller }) => {
    const { organisationId } = caller;
    const row = await runRetention(parts, { organisationId, actor: actorOf(caller) });
    return { status: 201, body: showRetentionRun(row) };
  });
  bind(app, routes.privacy.retentionRuns, async ({ caller, query: { cursor, limit = limits.pageDefault } }) => {
    const after = decodeCursor(cursor);
    const { rows, counted } = await withOrganisation(db, caller.organisationId, (tx) =>
      listRetentionRuns(tx, after, limit),
    );
    const at = (row: (typeof rows)[number]) => encodeCursor({ at: row.created_at, id: row.id });
    return { status: 200, body: pageOf(rows, counted, limit, { item: showRetentionRun, cursor: at }) };
  });
  bind(app, routes.privacy.erasures, async ({ caller, query: { cursor, limit = limits.pageDefault } }) => {
    const after = decodeCursor(cursor);
    const { rows, counted } = await withOrganisation(db, caller.organisationId, (tx) => listErasures(tx, after, limit));
    const at = (row: (typeof rows)[number]) => encodeCursor({ at: row.created_at, id: row.id });
    return { status: 200, body: pageOf(rows, counted, limit, { item: showErasure, cursor: at }) };
  });
  bind(app, routes.privacy.notices, async ({ caller, query: { cursor, limit = limits.pageDefault } }) => {
    const after = decodeCursor(cursor);
    const { rows, counted } = await withOrganisation(db, caller.organisationId, (tx) => listNotices(tx, after, limit));
    const at = (row: (typeof rows)[number]) => encodeCursor({ at: row.created_at, id: row.id });
    return { status: 200, body: pageOf(rows, counted, limit, { item: showNotice, cursor: at }) };
  });
}
