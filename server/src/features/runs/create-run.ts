import type { FastifyRequest } from 'fastify';
import { runRoutes } from '@proofpix/contract/api/runs';
import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { RunSummary } from '@proofpix/contract/runs';
import { parseJson } from '@proofpix/host/json-text';
import { planRun } from '@proofpix/host/run-photo';
import { withOrganisation } from '../../db/tenancy.ts';
import { receiveUpload, type FormFields } from '../../http/upload.ts';
import type { OpenParts } from './parts.ts';
import { insertBatch, lockObjects, summariesOfBatch } from './queries.ts';
import { samplePhoto } from './sample-photo.ts';
import { receivePhoto, type ReceivedPhoto } from './receive-photo.ts';

type Who = { organisationId: string; userId: string };
type Wanted = {
  plugins?: readonly string[];
  options: { readonly [key: string]: Json };
  /** Photo and derived files go when the run is over; as the organisation says, when left out. */
  deletePhoto?: boolean;
  /** The case that the photos become exhibits of. */
  caseId?: string;
};
export type StartedBatch = { batchId: string; runs: RunSummary[] };

/**
 * Takes the photos of a form and starts a run for each. All or nothing: whatever fails, neither a row nor an object of
 * the request stays. Answers when photos and rows are on disk.
 */
export async function createRuns(parts: OpenParts, who: Who, request: FastifyRequest): Promise<StartedBatch> {
  const { keeper, allowances } = parts;
  const { organisationId } = who;
  return keeper.arrive(organisationId, async (put) => {
    using allowance = await allowances.open(organisationId);
    const { files, fields } = await receiveUpload<ReceivedPhoto>(request, {
      row: runRoutes.create,
      fileField: 'file',
      maxFiles: limits.photosPerRequest,
      maxBytes: limits.photoBytes,
      tooLarge: 'file_too_large',
      receive: ({ name, stream }) => receivePhoto({ put, allowance }, { name, content: stream }),
      // The keeper takes back whatever arrived, also when it is the transaction that fails.
      discard: async () => {},
    });
    return startBatch(parts, who, files, readFields(fields));
  });
}

/** The same way with a photo that our own code draws. */
export async function createSampleRun(parts: OpenParts, who: Who): Promise<StartedBatch> {
  const { keeper, allowances } = parts;
  const { organisationId } = who;
  return keeper.arrive(organisationId, async (put) => {
    using allowance = await allowances.open(organisationId);
    const content = (async function* () {
      yield await samplePhoto();
    })();
    const photo = await receivePhoto({ put, allowance }, { name: 'sample.jpg', content });
    return startBatch(parts, who, [photo], { options: {} });
  });
}

async function startBatch(
  { db, host, queue, allowances, addExhibits }: OpenParts,
  { organisationId, userId }: Who,
  photos: readonly ReceivedPhoto[],
  wanted: Wanted,
): Promise<StartedBatch> {
  checkPlugins(
    host.installations(organisationId).map(({ pluginId }) => pluginId),
    wanted.plugins,
  );
  // Fixed now: a plugin that is installed later must not appear in a run that was started before.
  const plan = planRun(host, { organisationId, ...(wanted.plugins ? { plugins: wanted.plugins } : {}) });
  return withOrganisation(db, organisationId, async (tx) => {
    await lockObjects(tx, organisationId);
    const { batchId, runIds } = await insertBatch(tx, {
      organisationId,
      createdBy: userId,
      photos,
      plugins: [...new Set(plan.map(({ plugin }) => plugin))],
      options: wanted.options,
      deletePhoto: wanted.deletePhoto,
      stepsTotal: plan.length,
    });
    if (wanted.caseId !== undefined) await addExhibits(tx, { organisationId, caseId: wanted.caseId, runIds });
    await allowances.check(tx, organisationId);
    await queue.send(tx, 'run', { organisationId, id: batchId });
    return { batchId, runs: await summariesOfBatch(tx, batchId) };
  });
}

function checkPlugins(loaded: readonly string[], asked: readonly string[] = []): void {
  const missing = asked.filter((id) => !loaded.includes(id));
  if (missing.length > 0) throw new Problem('plugin_not_found', `Not installed or not loaded: ${missing.join(', ')}.`);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @throws Problem invalid_request */
function readFields(fields: FormFields): Wanted {
  const { plugins, options, caseId, deletePhoto } = fields;
  const ids = plugins
    ?.split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  // What is not the form of an id cannot be one of the installed ones, and is not repeated in an answer.
  if (ids?.some((id) => !/^[a-z0-9-]{3,50}$/.test(id)))
    throw wrongField('plugins', 'must be ids of plugins, separated by commas');
  if (caseId !== undefined && !uuid.test(caseId)) throw wrongField('caseId', 'must be the id of a case');
  if (deletePhoto !== undefined && deletePhoto !== 'true' && deletePhoto !== 'false')
    throw wrongField('deletePhoto', 'must be true or false');
  return {
    ...(ids && ids.length > 0 ? { plugins: [...new Set(ids)] } : {}),
    ...(caseId === undefined ? {} : { caseId }),
    ...(deletePhoto === undefined ? {} : { deletePhoto: deletePhoto === 'true' }),
    options: readOptions(options),
  };
}

function readOptions(text: string | undefined): Wanted['options'] {
  if (text === undefined || text.trim() === '') return {};
  let value: unknown;
  try {
    value = parseJson(text, { depth: limits.jsonDepth, code: 'invalid_request' });
  } catch (error) {
    if (error instanceof Problem) throw wrongField('options', error.detail ?? 'is too large');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongField('options', 'must be a JSON object');
  if (Object.hasOwn(value, '__proto__')) throw wrongField('options', 'must not have a key named __proto__');
  return value as Wanted['options']; // JSON.parse gives nothing but JSON
}

function wrongField(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
