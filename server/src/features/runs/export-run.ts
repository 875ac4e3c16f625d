import type { Static } from 'typebox';
import { runRoutes, type ExportReply } from '@proofpix/contract/api/runs';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { RouteBody } from '@proofpix/contract/route';
import { routeUrl } from '@proofpix/contract/client';
import { runDocument } from '@proofpix/contract/run-document';
import type { DerivedFile, HookResult } from '@proofpix/contract/runs';
import type { DerivedFiles } from '@proofpix/host/capabilities';
import { runExport } from '@proofpix/host/run-hook';
import { detectPhotoType } from '@proofpix/scanner/photo-type';
import { withOrganisation } from '../../db/tenancy.ts';
import { findReport } from './get-run.ts';
import { openPhoto } from './open-photo.ts';
import type { OpenParts } from './parts.ts';
import { insertExport, lockObjects, lockRun } from './queries.ts';

export type ExportRequest = RouteBody<typeof runRoutes.export> & {
  organisationId: string;
  userId: string;
  runId: string;
};
type Written = DerivedFile & { plugin: string };

/**
 * Lets the plugins write a report of a finished run and stores what those wrote that succeeded. A plugin that fails
 * leaves no half of an export.
 * @throws Problem run_not_found, run_not_finished, export_failed, storage_full
 */
export async function exportRun(
  parts: OpenParts,
  request: ExportRequest,
  signal: AbortSignal,
): Promise<Static<typeof ExportReply>> {
  const { db, objects, host, keeper, allowances } = parts;
  const { organisationId, userId, runId, format, plugins, options } = request;
  const { summary, report } = await findReport(db, organisationId, runId);
  if (summary.state !== 'done') throw new Problem('run_not_finished');
  if (
    !host.implementers(organisationId, 'export:generate').some(({ pluginId }) => plugins?.includes(pluginId) ?? true)
  ) {
    throw new Problem(
      'export_failed',
      'None of the loaded plugins makes exports. Install one that has the hook "export:generate".',
    );
  }
  return keeper.arrive(organisationId, async (put) => {
    using allowance = await allowances.open(organisationId);
    const written: Written[] = [];
    const derivedFiles = (plugin: string): DerivedFiles => ({
      write: async (name, bytes) => {
        if (written.some((file) => file.plugin === plugin && file.name === name)) {
          throw new Problem('host_call_invalid', `The name "${name}" was used before in this export.`);
        }
        allowance.take(bytes.length);
        const type = (await detectPhotoType(bytes)) ?? 'application/octet-stream';
        const file = { name, ...(await put(bytes, limits.derivedFileBytes)), type };
        written.push({ plugin, ...file });
        return file;
      },
    });
    const document: { readonly [key: string]: unknown } = runDocument(summary, report);
    const results = await runExport(host, {
      organisationId,
      report: document as { readonly [key: string]: Json }, // a run is JSON: it is what the API answers
      format,
      derivedFiles,
      photo: openPhoto(objects, organisationId, summary.file),
      signal,
      ...(plugins ? { plugins } : {}),
      ...(options ? { options } : {}),
    });
    const files = made(results);
    if (files.length === 0) throw new Problem('export_failed', whyNothing(format, results));
    const id = await withOrganisation(db, organisationId, async (tx) => {
      await lockObjects(tx, organisationId);
      // Deleted meanwhile: an export of nothing must not stay.
      if (!(await lockRun(tx, runId))) throw new Problem('run_not_found');
      const exportId = await insertExport(tx, { organisationId, runId, format, createdBy: userId, files });
      await allowances.check(tx, organisationId);
      return exportId;
    });
    // What failed plugins wrote got no row.
    if (files.length < written.length)
      await keeper.release(
        organisationId,
        written.map(({ sha256 }) => sha256),
      );
    const urlOf = ({ name, plugin }: Written) =>
      routeUrl(runRoutes.file, { id: runId, name }, { plugin, exportId: id });
    return { id, runId, format, files: files.map((file) => ({ ...file, url: urlOf(file) })) };
  });
}

/** The files of the plugins that succeeded, as the host vouches for them. */
function made(results: readonly HookResult[]): Written[] {
  return results.flatMap(({ ok, plugin, files }) => (ok ? files.map((file) => ({ ...file, plugin })) : []));
}

function whyNothing(format: string, results: readonly HookResult[]): string {
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return `None of the plugins wrote a file for "${format}".`;
  return failed.map(({ plugin, error }) => `${plugin}: ${error?.message ?? 'failed'}`).join(' ');
}
