import { limits } from '@proofpix/contract/limits';
import { tokenAccess } from '@proofpix/contract/api/tokens';
import { routes } from '@proofpix/contract/routes';
import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import { bind, type App } from '../../../http/bind.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../../http/paging.ts';
import { deleteOwnToken, revokeToken } from './end-token.ts';
import { makeToken } from './make-token.ts';
import { listMemberTokens, listTokens, type TokenRow } from './queries.ts';

/** Binds the table `tokens`. */
export function bindTokenRoutes(app: App, db: Database): void {
  bind(app, routes.tokens.list, async ({ caller }) => {
    const rows = await withOrganisation(db, caller.organisationId, (tx) => listTokens(tx, caller));
    return { status: 200, body: { items: rows.map(apiToken) } };
  });
  bind(app, routes.tokens.create, async ({ caller, body }) => {
    const { row, secret } = await makeToken(db, caller, body);
    return { status: 201, body: { ...apiToken(row), token: secret } };
  });
  bind(app, routes.tokens.remove, async ({ caller, params }) => {
    await deleteOwnToken(db, caller, params.id);
    return { status: 204 };
  });
  bind(app, routes.tokens.listAll, async ({ caller, query }) => {
    const { cursor, limit = limits.pageDefault } = query;
    const after = decodeCursor(cursor);
    const { rows, counted } = await withOrganisation(db, caller.organisationId, (tx) =>
      listMemberTokens(tx, caller.organisationId, { after, limit }),
    );
    const body = pageOf(rows, counted, limit, {
      item: (row) => ({
        ...apiToken(row),
        member: { id: row.user_id, name: row.member_name, email: row.member_email },
      }),
      cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
    });
    return { status: 200, body };
  });
  bind(app, routes.tokens.revoke, async ({ caller, params }) => {
    await revokeToken(db, caller, params.id);
    return { status: 204 };
  });
}

function apiToken(row: TokenRow) {
  return {
    id: row.id,
    name: row.name,
    // A name that a newer contract no longer has gives nothing.
    access: tokenAccess.filter((name) => row.access.includes(name)),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedFrom: row.last_used_from,
  };
}
