import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { routes } from '@proofpix/contract/routes';
import { changeSentence } from '@proofpix/evidence/change';
import { createNodeChecksum } from '@proofpix/evidence/node-checksum';
import { verifyBundle } from '@proofpix/evidence/verify-bundle';
import { fromCaller, serverSettings } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { asking, isExposed, openServer } from '../install/server.ts';
import { tokenOf } from '../install/token.ts';
import { printable, printableJson } from '../printable.ts';
import { fileSource } from '../verify/file-source.ts';
import { readPeriod } from './period.ts';
import { readIndex, unpack, type Index } from './read-archive.ts';

export type EvidenceOptions = {
  from: string;
  to: string;
  out?: string;
  server?: string;
  token?: string;
  json: boolean;
};

/** Comes into a folder beside its place, is checked there, and only then has its name: half of it never looks whole. */
export async function fetchEvidence({ json, ...options }: EvidenceOptions): Promise<void> {
  const period = readPeriod(options);
  const shown = options.out ?? `evidence-${options.from.slice(0, 10)}-${options.to.slice(0, 10)}.proofpix.zip`;
  const target = fromCaller(shown);
  const isFile = target.toLowerCase().endsWith('.zip');
  await refuseTaken(target, { shown, isFile });
  const settings = serverSettings();
  const server = openServer(options.server ?? settings.url, await tokenOf(options.token ?? settings.token));
  if (isExposed(server.url)) console.error('Warning: the token goes over the network unencrypted. Use https.');
  const reply = await asking(server, () => server.call(routes.controls.evidence, { query: period }));
  if (reply.body === null) throw new CommandFailure('The server answered with nothing.', { exit: 'server' });

  await mkdir(dirname(target), { recursive: true });
  const own = await mkdtemp(join(dirname(target), '.proofpix-'));
  try {
    const archive = join(own, 'evidence.zip');
    await pipeline(reply.body, createWriteStream(archive, { mode: 0o600 })).catch((error: unknown) => {
      throw new CommandFailure('What the server sent broke off.', {
        exit: 'server',
        hints: error instanceof Error ? [error.message] : [],
      });
    });
    const index = await checkArchive(archive, isFile ? null : join(own, 'folder'));
    if (!isFile) await rm(target, { recursive: true, force: true });
    await rename(isFile ? archive : join(own, 'folder'), target);
    endWith(index.trail.intact ? 'ok' : 'found');
    if (json) return console.log(printableJson({ path: target, index }, 2));
    for (const line of describe(index, shown)) console.log(printable(line));
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

/** Before anything is asked of the server. A folder may be there when it is empty. */
async function refuseTaken(target: string, { shown, isFile }: { shown: string; isFile: boolean }): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (found === null) return;
  if (!isFile && found.isDirectory() && (await readdir(target)).length === 0) return;
  throw new CommandFailure(`"${shown}" is there already.`, { hints: ['Name another place by --out.'] });
}

/** @throws CommandFailure where it is not what the server signed */
async function checkArchive(path: string, folder: string | null): Promise<Index> {
  await using file = await open(path);
  const verdict = await verifyBundle(await fileSource(file), { checksum: createNodeChecksum });
  if (verdict.state !== 'unchanged')
    throw new CommandFailure('What the server sent is not whole.', {
      exit: 'server',
      hints: [verdict.state === 'changed' ? changeSentence(verdict.change) : verdict.reason],
    });
  const index = await readIndex(file);
  if (folder !== null) await unpack(file, folder);
  return index;
}

function describe({ organisation, period, trail, files }: Index, shown: string): string[] {
  const width = Math.max(...files.map(({ title }) => title.length));
  return [
    `Evidence of ${organisation.name}, from ${period.from} until before ${period.to}`,
    ...(period.isOver ? [] : ['The period is not over yet: take it again when it is.']),
    ...files.map(({ title, entries }) => `  ${title.padEnd(width)}  ${entries === 0 ? 'nothing' : entries}`),
    trail.intact
      ? `The audit trail is intact: ${trail.checked} acts.`
      : `CHANGED. The server found its audit trail changed, at act ${trail.fault?.position ?? 0}: ${trail.fault?.says ?? ''}`,
    `It is in ${shown}. Check it with: proofpix verify`,
  ];
}
