import { createHash } from 'node:crypto';
import type { Manifest } from '@proofpix/contract/manifest';
import { manifestHooks } from '@proofpix/contract/manifest';
import { permissionNames } from '@proofpix/contract/permissions';
import type { Installation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';

/** Comes in over the neighbour's socket: if the watch of the bytes does not see it, it would not see a canary either. */
export const beacon = 'beacon-of-the-neighbour';

/** Looks at its own world at each call: what another plugin did to it would show. */
const code = `
const secret = 'only-mine';
const world = () => [Object, Array, Function, Promise, String].map((of) => Reflect.ownKeys(of.prototype).length).join();
const before = world();
module.exports.hooks = {
  'the-neighbour:ping': async (input, ctx) => {
    if (input.begin) await ctx.storage.set('kept', secret);
    const kept = await ctx.storage.get('kept');
    return { n: input.n, fine: world() === before && [1, 2].map((x) => x * 2).join() === '2,4' && kept === secret, beacon: '${beacon}' };
  },
};`;

export const neighbourId = 'the-neighbour';

function neighbourInstallation(): Installation {
  const manifest: Manifest = {
    id: neighbourId,
    name: 'The neighbour',
    version: '1.0.0',
    description: 'Answers while others misbehave',
    author: 'Corpus',
    type: 'utility',
    category: 'other',
    permissions: ['storage'],
    hooks: ['the-neighbour:ping'],
    customHooks: { 'the-neighbour:ping': {} },
  };
  const files = new Map([['index.js', new TextEncoder().encode(code)]]);
  const granted = new Set(permissionNames);
  return {
    id: neighbourId,
    organisationId: 'organisation-1',
    pluginId: manifest.id,
    version: manifest.version,
    digest: createHash('sha256').update(code).digest('hex'),
    manifest,
    hooks: manifestHooks(manifest),
    installedAt: 0,
    readFiles: async () => files,
    grants: () => granted,
    config: async () => ({}),
  };
}

export type Watched = {
  /** Milliseconds of every answer. */
  times: number[];
  /** What was not as it should be, in words. */
  crashed: string | null;
  tampered: string | null;
};

let serial = 0;

/** One question to the neighbour. */
async function ping(host: Host, watched: Watched, begin: boolean): Promise<void> {
  serial += 1;
  const n = serial;
  const began = performance.now();
  const entry = await host
    .call({ installationId: neighbourId, hook: 'the-neighbour:ping', input: { n, begin } })
    .catch((error: unknown) => ({
      ok: false as const,
      result: null,
      error: { code: 'thrown', message: String(error) },
    }));
  watched.times.push(performance.now() - began);
  if (!entry.ok) watched.crashed ??= `The neighbour answered ${entry.error?.code}: ${entry.error?.message}`;
  else if (JSON.stringify(entry.result) !== JSON.stringify({ n, fine: true, beacon }))
    watched.tampered ??= `The neighbour answered ${JSON.stringify(entry.result)?.slice(0, 200)}`;
}

export async function beginNeighbour(host: Host): Promise<void> {
  await host.load(neighbourInstallation());
  const watched: Watched = { times: [], crashed: null, tampered: null };
  await ping(host, watched, true);
  const wrong = watched.crashed ?? watched.tampered;
  if (wrong !== null) throw new Error(wrong);
}

const pause = 5;

/** Asks the neighbour again and again until it is stopped. */
export function watchNeighbour(host: Host): { stop(): Promise<Watched> } {
  const watched: Watched = { times: [], crashed: null, tampered: null };
  const stopping = new AbortController();
  const done = (async () => {
    while (!stopping.signal.aborted) {
      await ping(host, watched, false);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    // One more, when all is over.
    await ping(host, watched, false);
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
      return watched;
    },
  };
}
