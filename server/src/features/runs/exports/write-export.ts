import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { HookResult } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo, ReportFiles } from '@proofpix/host/capabilities';
import { exporters, runExport } from '@proofpix/host/run-hook';
import { detectPhotoType } from '@proofpix/scanner/photo-type';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { OpenParts } from '../parts.ts';
import { lockObjects } from '../queries.ts';
import { insertExport, type Subject, type WrittenFile } from './queries.ts';
import { recordAct, type Actor } from '../../audit/record-act.ts';

export type ExportJob = {
  organisationId: string;
  userId: string;
  actor: Actor;
  subject: Subject;
  format: string;
  plugins?: readonly string[] | undefined;
  options?: { readonly [key: string]: Json } | undefined;
  /** Put together only when there is a plugin that wants it. */
  report: () => Promise<{ readonly [key: string]: unknown }>;
  /** The original, where the report is about one photo. */
  photo?: Photo;
  reportFiles: ReportFiles;
  /** Milliseconds, where it may take longer than usual. */
  deadline?: number;
  /** Keeps what the report is about from being deleted until the transaction ends. @throws Problem where it was */
  lockSubject: (tx: Tx) => Promise<void>;
  signal: AbortSignal;
};

/**
 * Lets the plugins write a report and stores what those wrote that succeeded. A plugin that fails leaves no half of an
 * export.
 * @throws Problem export_failed, storage_full, and what `lockSubject` throws
 */
export async function writeExport(
  parts: OpenParts,
  job: ExportJob,
): Promise<{ id: string; format: string; files: WrittenFile[] }> {
  const { db, host, keeper, allowances } = parts;
  const { organisationId, userId, actor, subject, format, plugins, options, photo, deadline } = job;
  if (!exporters(host, organisationId, format).some((id) => plugins?.includes(id) ?? true)) {
    throw new Problem(
      'export_failed',
      `None of the loaded plugins writes "${format}". Install one that names it in its exportFormats.`,
    );
  }
  const report = await job.report();
  return keeper.arrive(organisationId, async (put) => {
    using allowance = await allowances.open(organisationId);
    const written: WrittenFile[] = [];
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
    const results = await runExport(host, {
      organisationId,
      report: report as { readonly [key: string]: Json }, // what the API answers about runs and cases is JSON
      format,
      derivedFiles,
      reportFiles: job.reportFiles,
      signal: job.signal,
      ...(photo ? { photo } : {}),
      ...(plugins ? { plugins } : {}),
      ...(options ? { options } : {}),
      ...(deadline === undefined ? {} : { deadline }),
    });
    const files = made(results);
    if (files.length === 0) throw new Problem('export_failed', whyNothing(format, results));
    const id = await withOrganisation(db, organisationId, async (tx) => {
      await lockObjects(tx, organisationId);
      // Deleted meanwhile: an export of nothing must not stay.
      await job.lockSubject(tx);
      const exportId = await insertExport(tx, { organisationId, subject, format, createdBy: userId, files });
      await allowances.check(tx, organisationId);
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'runId' in subject ? 'run.export' : 'case.export',
        subject: 'runId' in subject ? { kind: 'run', id: subject.runId } : { kind: 'case', id: subject.caseId },
        after: { export: exportId, format, files: files.map(({ plugin, sha256, size }) => ({ plugin, sha256, size })) },
      });
      return exportId;
    });
    // What failed plugins wrote got no row.
    if (files.length < written.length)
      await keeper.release(
        organisationId,
        written.map(({ sha256 }) => sha256),
      );
    return { id, format, files };
  });
}

/** The files of the plugins that succeeded, as the host vouches for them. */
function made(results: readonly HookResult[]): WrittenFile[] {
  return results.flatMap(({ ok, plugin, files }) => (ok ? files.map((file) => ({ ...file, plugin })) : []));
}

function whyNothing(format: string, results: readonly HookResult[]): string {
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return `None of the plugins wrote a file for "${format}".`;
  return failed.map(({ plugin, error }) => `${plugin}: ${error?.message ?? 'failed'}`).join(' ');
}
