import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Command } from 'commander';
import { runDocument } from '@proofpix/contract/run-document';
import type { Report, Run, RunSummary } from '@proofpix/contract/runs';
import { createHost } from '@proofpix/host/host';
import { planRun, runPhoto } from '@proofpix/host/run-photo';
import { summarise } from '@proofpix/host/summarise';
import { bundledPlugins, callerDirectory, wantsColour } from '../config.ts';
import { installLocally, localOrganisation } from '../installation.ts';
import { createLocalCapabilities } from '../local-capabilities.ts';
import { collectDerivedFiles, openLocalPhoto } from '../local-photo.ts';
import { describeRun } from '../describe-run.ts';

type Options = { json: boolean; plugin: string[]; bundled: boolean; out?: string; verbose: boolean };

export function runCommand(): Command {
  return new Command('run')
    .description('Run the plugins over a photo, without a server')
    .argument('<photo>', 'JPEG, PNG, WebP, HEIC, AVIF, TIFF, CR2, DNG or NEF, at most 200 MB')
    .option('--json', 'print the run as GET /api/runs/:id answers it', false)
    .option('-p, --plugin <path>', 'a plugin: its folder or its package; can be given many times', collect, [])
    .option('--no-bundled', 'leave out the plugins that come with ProofPix')
    .option('-o, --out <folder>', 'where files that plugins add are written')
    .option('-v, --verbose', "show the plugins' log", false)
    .addHelpText('after', '\nExit codes: 0 every plugin answered · 1 wrong input · 2 a plugin failed')
    .action(run);
}

async function run(photoPath: string, options: Options): Promise<void> {
  const createdAt = new Date().toISOString();
  const say = (line: string) => void (options.verbose && console.error(line));
  await using photo = await openLocalPhoto(resolve(callerDirectory(), photoPath), randomUUID());
  await using host = createHost({ capabilities: createLocalCapabilities(say), spareRunners: 0 });
  const paths = options.plugin.map((path) => resolve(callerDirectory(), path));
  if (options.bundled) paths.unshift(join(bundledPlugins, 'exif-reader'));
  for (const [position, path] of paths.entries()) host.register(await installLocally(path, position));

  const id = randomUUID();
  const plan = planRun(host, { organisationId: localOrganisation });
  const startedAt = new Date().toISOString();
  const report = await runPhoto(host, {
    runId: id,
    organisationId: localOrganisation,
    photo,
    derivedFiles: (pluginId) => collectDerivedFiles((name, bytes) => keep(options, pluginId, name, bytes)),
    onStepStarted: ({ hook, plugin }) => say(`${plugin} ${hook}`),
  });
  const summary: RunSummary = {
    id,
    batchId: randomUUID(),
    state: 'done',
    file: photo.file,
    plugins: [...new Set(plan.map(({ plugin }) => plugin))],
    ...summarise(report, plan.length),
    createdAt,
    startedAt,
    finishedAt: new Date().toISOString(),
  };
  print(runDocument(summary, report), options);
  if (failed(report)) process.exitCode = 2;
}

function print(run: Run, options: Options): void {
  if (options.json) console.log(JSON.stringify(run, null, 2));
  else for (const line of describeRun(run, wantsColour(process.stdout))) console.log(line);
}

const failed = (report: Report) => report.steps.some((step) => !step.ok);

async function keep(options: Options, pluginId: string, name: string, bytes: Uint8Array): Promise<void> {
  if (options.out === undefined) return;
  // The host checked the name by the archive's path rules; one folder a plugin, so that two cannot collide.
  const path = join(resolve(callerDirectory(), options.out), pluginId, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes, { flag: 'wx' });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
