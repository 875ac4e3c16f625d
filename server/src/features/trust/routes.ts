import { trustRoutes } from '@proofpix/contract/api/trust';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import type { Log } from '../../log.ts';
import { countersignPackage } from './countersign-package.ts';
import { addKill, liftEntry, listKills } from './keep-kill-list.ts';
import { addSigningKey, revokeSigningKey } from './keep-keys.ts';
import type { Trust } from './open-trust.ts';
import { actorOf } from '../audit/record-act.ts';

/** Binds the table `trust`. */
export function bindTrustRoutes(app: App, parts: { db: Database; trust: Trust; log: Log }): void {
  const { trust } = parts;
  bind(app, trustRoutes.state, async () => ({ status: 200, body: trust.state() }));
  bind(app, trustRoutes.file, async ({ params: { file } }) => {
    const bytes = await trust.file(file);
    if (bytes === null) throw new Problem('trust_file_not_found');
    // All but the timestamp carry a version or a hash in their name: they never change.
    const caching = file === 'timestamp.json' ? 'no-cache' : 'public, max-age=31536000, immutable';
    return { status: 200, body: bytes, headers: { 'content-type': 'application/json', 'cache-control': caching } };
  });
  bind(app, trustRoutes.keys, async () => ({ status: 200, body: { items: [...trust.keys()] } }));
  bind(app, trustRoutes.addKey, async ({ body, caller }) => ({
    status: 201,
    body: await addSigningKey(parts, body, actorOf(caller)),
  }));
  bind(app, trustRoutes.revokeKey, async ({ params: { keyId }, body, caller }) => ({
    status: 200,
    body: await revokeSigningKey(parts, { keyId, ...body, actor: actorOf(caller) }),
  }));
  bind(app, trustRoutes.killList, async () => ({ status: 200, body: { items: await listKills(parts) } }));
  bind(app, trustRoutes.kill, async ({ body, caller }) => ({
    status: 201,
    body: await addKill(parts, body, actorOf(caller)),
  }));
  bind(app, trustRoutes.lift, async ({ params: { id }, body, caller }) => ({
    status: 200,
    body: await liftEntry(parts, { id, reason: body.reason, actor: actorOf(caller) }),
  }));
  bind(app, trustRoutes.countersign, async ({ request, caller }) => ({
    status: 200,
    body: (await countersignPackage(parts, request, actorOf(caller))) as { readonly [key: string]: never }, // a file of signatures
  }));
}
