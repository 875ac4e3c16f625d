import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Run } from '@proofpix/contract/runs';
import { callerDirectory, fromCaller } from '../config.ts';
import { describeRun } from '../describe-run.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { localOrganisation } from '../installation.ts';
import { collectDerivedFiles, openLocalPhoto } from '../local-photo.ts';
import { printable, printableJson } from '../printable.ts';
import { paintFor } from '../terminal.ts';
import { choosePlugins } from './choose-plugins.ts';
import { exportReport, refuseUnknown } from './export-report.ts';
import { openLocalHost } from './local-host.ts';
import { openResultsFolder } from './results-folder.ts';
import { runFolder } from './run-folder.ts';
import type { RunOptions } from './run-options.ts';
import { runOne } from './run-one.ts';

/** One photo by its name, or many. Ctrl C ends what is under way and keeps what is finished. */
export async function run(paths: string[], options: RunOptions): Promise<void> {
  const named = paths.map(fromCaller);
  const controller = new AbortController();
  const stop = () => controller.abort(new CommandFailure('Interrupted.', { exit: 'interrupted' }));
  // Once: whoever asks a second time does not want to wait for the plugins' clean-up.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  const say = (line: string) => void (options.verbose && console.error(printable(line)));
  const isOne = named.length === 1 && options.resume === undefined && !(await isFolder(named[0] ?? ''));
  if (isOne) await runOnePhoto(named[0] ?? '', options, { signal: controller.signal, say });
  else if (options.report !== undefined)
    throw new CommandFailure('--report is about one photo.', { hints: ['Name one photo, and not a folder.'] });
  else await runFolder(named, options, { signal: controller.signal, say });
}

type Running = { signal: AbortSignal; say: (line: string) => void };

async function runOnePhoto(path: string, options: RunOptions, { signal, say }: Running): Promise<void> {
  await using photo = await openLocalPhoto(path, randomUUID());
  const { plugins } = await choosePlugins(options);
  await using local = openLocalHost(plugins, { lanes: 1, say });
  if (options.report !== undefined) refuseUnknown(local.host, options.report);
  const out = options.out === undefined ? undefined : fromCaller(options.out);
  await using results = out === undefined ? undefined : await openResultsFolder(out);
  const place = await results?.begin();
  // Kept only where a report may ask for them.
  const derived = new Map<string, Uint8Array>();
  const derivedFiles = (pluginId: string) => {
    const files = collectDerivedFiles(async (name, bytes) => place?.keep(pluginId, name, bytes));
    return {
      write: async (name: string, bytes: Uint8Array) => {
        const file = await files.write(name, bytes);
        if (options.report !== undefined) derived.set(file.sha256, new Uint8Array(bytes));
        return file;
      },
    };
  };
  let run: Run;
  try {
    run = await runOne({ host: local.host, organisationId: localOrganisation, photo, derivedFiles, say, signal });
    await place?.finish(photo.file.name, run);
  } catch (error) {
    await place?.discard();
    throw error;
  }
  if (run.failedSteps > 0) endWith('found');
  print(run, options);
  if (options.report === undefined) return;
  const folder = out === undefined ? callerDirectory() : join(out, photo.file.name, 'report');
  const written = await exportReport(local.host, { run, photo, format: options.report, folder, derived, signal });
  for (const { path: file, size, plugin } of written)
    console.error(`${printable(file)} ${size.toLocaleString('en')} bytes, by ${plugin}`);
}

function print(run: Run, options: RunOptions): void {
  if (options.json) console.log(printableJson(run, 2));
  else for (const line of describeRun(run, paintFor(process.stdout))) console.log(line);
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
