import { mkdir, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Json } from '@proofpix/contract/json';
import type { Run } from '@proofpix/contract/runs';
import type { Photo } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { exporters, runExport } from '@proofpix/host/run-hook';
import { CommandFailure } from '../failure.ts';
import { localOrganisation } from '../installation.ts';
import { collectDerivedFiles } from '../local-photo.ts';
import { didYouMean } from '../suggest.ts';

export type WrittenReport = { plugin: string; path: string; size: number; sha256: string };

/**
 * Lets the plugins write a report of one run, and puts it where it was wanted. Nothing is overwritten.
 * @throws CommandFailure when no plugin writes the format, or those that do failed
 */
export async function exportReport(
  host: Host,
  options: {
    run: Run;
    photo: Photo;
    format: string;
    folder: string;
    derived: ReadonlyMap<string, Uint8Array>;
    signal: AbortSignal;
  },
): Promise<WrittenReport[]> {
  const { run, photo, format, folder, derived, signal } = options;
  refuseUnknown(host, format);
  const bytesOf = new Map<string, Uint8Array>();
  const document: { readonly [key: string]: unknown } = run;
  const results = await runExport(host, {
    organisationId: localOrganisation,
    report: document as { readonly [key: string]: Json }, // a run is JSON: it is what the API answers
    format,
    photo,
    derivedFiles: (pluginId) =>
      collectDerivedFiles(async (name, bytes) => void bytesOf.set(`${pluginId}/${name}`, new Uint8Array(bytes))),
    reportFiles: (sha256) => {
      const bytes = derived.get(sha256);
      if (bytes === undefined) return undefined;
      return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
    },
    signal,
  });
  const failed = results.filter(({ ok }) => !ok).map(({ plugin, error }) => `${plugin}: ${error?.message ?? 'failed'}`);
  const written: WrittenReport[] = [];
  for (const { ok, plugin, files } of results) {
    if (!ok) continue; // a plugin that failed leaves no half of a report
    for (const { name, size } of files) {
      const bytes = bytesOf.get(`${plugin}/${name}`);
      if (bytes === undefined) continue;
      const path = join(folder, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, bytes, { flag: 'wx' });
      written.push({ plugin, path, size, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
  }
  if (written.length === 0)
    throw new CommandFailure(`No report was written in the format "${format}".`, { exit: 'found', hints: failed });
  return written;
}

/** A plugin that names no formats is asked for every one: where there is such a plugin, any format may be right. */
export function refuseUnknown(host: Host, format: string): void {
  if (exporters(host, localOrganisation, format).length > 0) return;
  const formats = host
    .implementers(localOrganisation, 'export:generate')
    .flatMap(({ manifest }) => (manifest.exportFormats ?? []).map((each) => each.format));
  throw new CommandFailure(`None of the plugins writes a report in the format "${format}".`, {
    hints: formats.length > 0 ? [didYouMean(format, [...new Set(formats)])] : ['Name one that does by --plugin.'],
  });
}
