import { exposureRoutes } from '@proofpix/contract/api/exposures';
import { bind, type App } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import { exportExposure, readExposure, readServerExposure, type ExposureParts } from './read-exposure.ts';

/** Binds the table `exposures`. */
export function bindExposureRoutes(app: App, parts: ExposureParts): void {
  const file = (text: string, digest: string) => ({
    status: 200 as const,
    body: Buffer.from(text),
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': `attachment; filename="exposure-${digest.slice(0, 16)}.json"`,
      'cache-control': 'private, no-store',
    },
  });
  bind(app, exposureRoutes.get, async ({ params: { digest }, caller }) => ({
    status: 200,
    body: await readExposure(parts, caller.organisationId, digest),
  }));
  bind(app, exposureRoutes.export, async ({ params: { digest }, caller }) => {
    const { organisationId } = caller;
    return file(await exportExposure(parts, { organisationId, digest, actor: actorOf(caller) }), digest);
  });
  bind(app, exposureRoutes.all, async ({ params: { digest } }) => ({
    status: 200,
    body: await readServerExposure(parts, digest),
  }));
  bind(app, exposureRoutes.exportAll, async ({ params: { digest }, caller }) =>
    file(await exportExposure(parts, { organisationId: null, digest, actor: actorOf(caller) }), digest),
  );
}
