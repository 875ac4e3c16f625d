import type { Exposure, ServerExposure } from '@proofpix/contract/api/exposures';
import type { Json } from '@proofpix/contract/json';
import { exposureStatement, exposureText } from '@proofpix/evidence/exposure';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import type { TrailSigner } from '../audit/seal/trail-signer.ts';
import {
  countExposed,
  countExposure,
  countStarters,
  findInstalled,
  findOldestRun,
  findOrganisationName,
  type FiguresRow,
} from './queries.ts';

export type ExposureParts = { db: Database; signer: TrailSigner };

const notKnown = [
  'What was deleted or is older than runs are kept.',
  'Hooks that were called outside of runs, and reports that it wrote.',
  'Bytes sent to each host: they are counted by plugin and day, not by version.',
  'What other servers did with it.',
];

/** What a package did in an organisation, as far as it is still known. Nothing at all answers like a package that never was. */
export async function readExposure({ db }: ExposureParts, organisationId: string, digest: string): Promise<Exposure> {
  return withOrganisation(db, organisationId, async (tx) => {
    const [row] = await countExposure(tx, digest, organisationId);
    const starters = await countStarters(tx, digest, organisationId);
    const installed = await findInstalled(tx, digest, organisationId);
    const keptSince = await findOldestRun(tx, organisationId);
    return {
      format: 'proofpix-exposure-1',
      organisation: { id: organisationId, name: await findOrganisationName(tx, organisationId) },
      digest,
      at: new Date().toISOString(),
      ...figuresOf(row),
      members: starters.flatMap(({ id, name, runs }) =>
        id === null ? [] : [{ id, name: name ?? '', runs: Number(runs) }],
      ),
      formerMembers: Number(starters.find(({ id }) => id === null)?.runs ?? 0),
      installed:
        installed === undefined
          ? null
          : {
              plugin: installed.plugin_id,
              version: installed.version,
              since: installed.installed_at.toISOString(),
              granted: installed.granted,
              storedKeys: Number(installed.keys),
              storedBytes: Number(installed.bytes),
              secrets: installed.secrets ?? [],
              providers: installed.providers,
            },
      keptSince: keptSince?.toISOString() ?? null,
      notKnown,
    };
  });
}

/** The same about all organisations: numbers, no photos and no people. */
export async function readServerExposure({ db }: ExposureParts, digest: string): Promise<ServerExposure> {
  return asSystem(db, 'exposures', async (tx) => {
    const rows = await countExposure(tx, digest, null);
    return {
      format: 'proofpix-server-exposure-1',
      digest,
      at: new Date().toISOString(),
      organisations: rows.map((row) => ({
        id: row.organisation_id,
        name: row.name,
        installed: row.installed,
        ...figuresOf(row),
      })),
      organisationsTotal: await countExposed(tx, digest),
      notKnown,
    };
  });
}

/** Signed with the key of who it is about: the organisation's evidence key, or the server's. */
export async function exportExposure(
  parts: ExposureParts,
  { organisationId, digest, actor }: { organisationId: string | null; digest: string; actor: Actor },
): Promise<string> {
  const { db, signer } = parts;
  const sign = await signer.open(organisationId);
  const read =
    organisationId === null
      ? await readServerExposure(parts, digest)
      : await readExposure(parts, organisationId, digest);
  const document = read as unknown as Json; // its schema has nothing that JSON has not
  const act = {
    organisationId,
    actor,
    act: 'exposure.export',
    subject: { kind: 'package', id: digest },
    after: { digest },
  } as const;
  if (organisationId === null) await asSystem(db, 'exposures', (tx) => recordAct(tx, act));
  else await withOrganisation(db, organisationId, (tx) => recordAct(tx, act));
  const statement = exposureStatement(document);
  return exposureText({ document, attestation: { statement, ...sign(statement) } });
}

function figuresOf(row: FiguresRow | undefined) {
  return {
    firstRunAt: row?.first_at?.toISOString() ?? null,
    lastRunAt: row?.last_at?.toISOString() ?? null,
    runs: Number(row?.runs ?? 0),
    photos: Number(row?.photos ?? 0),
    findings: Number(row?.findings ?? 0),
    hosts: row?.hosts ?? {},
    bytesRead: Number(row?.bytes_read ?? 0),
    bytesWritten: Number(row?.bytes_written ?? 0),
  };
}
