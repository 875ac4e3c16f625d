import type { Licence } from '@proofpix/contract/api/purchases';
import type { Licences } from './licences-in-force.ts';
import type { LicenceRow } from './queries.ts';

export function showLicence(licences: Licences, row: LicenceRow): Licence {
  const key = {
    organisationId: row.organisation_id,
    source: row.source,
    publisher: row.publisher,
    pluginId: row.plugin_id,
  };
  const { statement, state } = licences.judge(key, row.statement);
  return {
    publisher: row.publisher,
    plugin: row.plugin_id,
    source: row.source,
    kind: statement?.kind ?? row.kind,
    state,
    endsAt: statement?.until ?? null,
    statement: row.statement === null ? null : JSON.stringify(row.statement),
  };
}
