import { trialRoutes } from '@proofpix/contract/api/trials';
import { bind, type App } from '../../http/bind.ts';
import { receiveInMemory } from '../../http/upload.ts';
import { actorOf } from '../audit/record-act.ts';
import { samplePhoto } from '../runs/sample-photo.ts';
import { readMeasurement, sampleName } from './measure-release.ts';
import type { TrialParts } from './parts.ts';
import { readParts, readReleaseSbom } from './read-parts.ts';
import { trialPhotoBytes, tryRelease, Trying } from './try-release.ts';

type Params = { publisher: string; plugin: string; version: string };

/** Binds the table `trials`. */
export function bindTrialRoutes(app: App, parts: TrialParts): void {
  const trying = new Trying();
  const named = ({ publisher, plugin, version }: Params) => ({ publisher, pluginId: plugin, version });
  bind(app, trialRoutes.measurement, async ({ params }) => ({
    status: 200,
    body: await readMeasurement(parts, named(params)),
  }));
  bind(app, trialRoutes.parts, async ({ params }) => ({ status: 200, body: await readParts(parts, named(params)) }));
  bind(app, trialRoutes.sbom, async ({ params }) => {
    const { text, fileName } = await readReleaseSbom(parts, named(params));
    const headers = {
      'content-type': 'application/vnd.cyclonedx+json; version=1.6',
      // Ids and versions of manifests need no escapes.
      'content-disposition': `attachment; filename="${fileName}"`,
      'cache-control': 'private, no-cache',
    };
    return { status: 200, body: Buffer.from(text), headers };
  });
  bind(app, trialRoutes.run, async ({ params, body, request, caller, signal }) => {
    const uploaded = () =>
      receiveInMemory(request, {
        row: trialRoutes.run,
        fileField: 'photo',
        maxBytes: trialPhotoBytes,
        tooLarge: 'file_too_large',
      });
    const photo = async () =>
      body === undefined ? (await uploaded()).file : { name: sampleName, bytes: await samplePhoto() };
    const { organisationId, userId } = caller;
    const tried = { organisationId, userId, actor: actorOf(caller), named: named(params), photo, signal };
    return { status: 200, body: await tryRelease({ ...parts, trying }, tried) };
  });
}
