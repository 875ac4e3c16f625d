import type { NewPluginRequest, PluginRequest } from '@proofpix/contract/api/requests';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { checkRequested } from '../plugins/decide-grants.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import { findInstallation } from '../plugins/queries.ts';
import { lockPolicy } from '../policies/queries.ts';
import { countWaiting, findRequest, insertRequest, listRequests, type RequestRow } from './queries.ts';

type Db = Pick<OpenPlugins, 'db'>;

/** @throws Problem plugin_not_found, grant_not_requested, too_many_requests_waiting, invalid_request */
export async function makeRequest(
  { db }: Db,
  { organisationId, author, by, asked }: { organisationId: string; author: Actor; by: string; asked: NewPluginRequest },
): Promise<PluginRequest> {
  const { kind, pluginId, publisher, version, permissions = [] } = asked;
  if (kind !== 'permission' && publisher === undefined) throw wrong('/publisher', 'is needed to find the release');
  if (kind === 'permission' && permissions.length === 0) throw wrong('/permissions', 'names none');
  return withOrganisation(db, organisationId, async (tx) => {
    // One after the other: many at once must not pass the limit together.
    await lockPolicy(tx, organisationId, 'alone');
    if ((await countWaiting(tx)) >= limits.requestsWaiting) throw new Problem('too_many_requests_waiting');
    if (kind !== 'install') {
      const row = await findInstallation(tx, pluginId);
      if (!row) throw new Problem('plugin_not_found');
      if (kind === 'permission') checkRequested(row.manifest, permissions);
    }
    const id = await insertRequest(tx, { ...asked, organisationId, by });
    await recordAct(tx, {
      organisationId,
      actor: author,
      act: 'request.make',
      subject: { kind: 'request', id },
      reason: asked.reason,
      after: { kind, plugin: pluginId, version: version ?? null, permissions: [...permissions] },
    });
    return showRequest(await found(findRequest(tx, id)));
  });
}

export async function readRequests(
  { db }: Db,
  { organisationId, by }: { organisationId: string; by: string | null },
  query: { cursor?: string | undefined; limit?: number | undefined; state?: PluginRequest['state'] | undefined },
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) =>
    listRequests(tx, { state: query.state, by }, after, size),
  );
  return pageOf(rows, counted, size, {
    item: showRequest,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

export async function found(asked: Promise<RequestRow | undefined>): Promise<RequestRow> {
  const row = await asked;
  if (!row) throw new Problem('request_not_found');
  return row;
}

export function showRequest(row: RequestRow): PluginRequest {
  return {
    id: row.id,
    kind: row.kind,
    plugin: row.plugin_id,
    publisher: row.publisher,
    version: row.version,
    permissions: row.permissions,
    reason: row.reason,
    state: row.state,
    requestedBy: row.requester,
    decidedBy: row.decider,
    decisionReason: row.decision_reason,
    decidedAt: row.decided_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    at: row.created_at.toISOString(),
  };
}

export function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
