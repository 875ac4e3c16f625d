import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { frameTypes, type Frame, type ScanBody } from '@proofpix/contract/wire';
import { writeArchive } from '@proofpix/pack/write-archive';
import { refusalBounds, refusals, type RefusedMessage, type ScannedMessage } from '../messages.ts';
import { openChannel } from './channel.ts';
import { scanArchive } from './scan.ts';

/** How often progress is told at most. */
const tellMilliseconds = 100;

let isUsed = false;
const channel = openChannel((frame) => void answer(frame));

/** One package, and no other: what one left behind here must not meet another. An error that is no refusal ends the process. */
async function answer({ type, id, json, bytes }: Frame): Promise<void> {
  if (type !== frameTypes.scan || isUsed) throw new Error('This process scans one package.');
  isUsed = true;
  const { fileName } = JSON.parse(json) as ScanBody; // written by the host
  let told = 0;
  try {
    const { read, scan, components, archive } = await scanArchive(bytes, {
      ...(fileName === undefined ? {} : { fileName }),
      onProgress: (progress) => {
        if (performance.now() - told < tellMilliseconds) return;
        told = performance.now();
        channel.send(frameTypes.progress, id, JSON.stringify(progress));
      },
    });
    const files = [...read.files].map(([path, content]) => ({ path, size: content.length }));
    const message: ScannedMessage = { format: read.format, files, archiveSize: archive.length, scan, components };
    channel.send(frameTypes.scanned, id, JSON.stringify(message));
    for (const content of [...read.files.values(), archive]) sendParts(id, content);
  } catch (error) {
    const refused = error instanceof Problem ? refusal(error) : null;
    // A mistake of a rule's is not a verdict: the process dies of it, and the package counts as not scanned.
    if (refused === null) throw error;
    channel.send(frameTypes.refused, id, JSON.stringify(refused));
  }
}

function sendParts(id: number, bytes: Uint8Array): void {
  for (let start = 0; start < bytes.length; start += limits.scanPartBytes)
    channel.send(frameTypes.part, id, '', bytes.subarray(start, start + limits.scanPartBytes));
}

function refusal({ code, detail, rule, fields }: Problem): RefusedMessage | null {
  const known = refusals.find((each) => each === code);
  if (known === undefined) return null;
  return {
    code: known,
    ...(detail === undefined ? {} : { detail: detail.slice(0, refusalBounds.detailChars) }),
    ...(rule === undefined ? {} : { rule }),
    fields: fields.slice(0, refusalBounds.fields).map(({ field, message }) => ({
      field: field.slice(0, refusalBounds.fieldChars),
      message: message.slice(0, refusalBounds.messageChars),
    })),
  };
}

/** What is needed for every package is read and compiled now, while nobody waits. */
async function warmUp(): Promise<void> {
  const manifest = {
    id: 'warm-up',
    name: 'Warm-up',
    version: '1.0.0',
    description: 'Goes the way of every package',
    author: 'ProofPix',
    type: 'utility',
    category: 'other',
    permissions: ['files'],
    hooks: ['file:process'],
  };
  const code = `module.exports.hooks = { 'file:process': async (input, ctx) => { let found = []; for (const each of [1, 2]) found.push(\`\${each}\`); return { metadata: { found, size: ctx.files.size } }; } };`;
  const files = Object.entries({ 'manifest.json': JSON.stringify(manifest), 'index.js': code });
  const archive = await writeArchive(new Map(files.map(([path, text]) => [path, Buffer.from(text)])));
  await scanArchive(archive, { onProgress: () => {} });
}

await warmUp();
channel.send(frameTypes.ready, 0, JSON.stringify({ pid: process.pid, node: process.versions.node }));
