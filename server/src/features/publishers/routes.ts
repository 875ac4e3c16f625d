import { publisherRoutes } from '@proofpix/contract/api/publishers';
import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Database } from '../../db/database.ts';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import {
  acceptPublisher,
  changeProfile,
  offerPublisher,
  readProfile,
  readPublishers,
  takeName,
} from './keep-publishers.ts';
import { proveDomain, type LookUpTexts } from './prove-domain.ts';

/** Binds the table `publishers`. */
export function bindPublisherRoutes(
  app: App,
  parts: { db: Database; client: GuardedClient; texts: LookUpTexts },
): void {
  const { db } = parts;
  const owned = (caller: Caller, { publisher: name }: { publisher: string }) => ({
    organisationId: caller.organisationId,
    actor: actorOf(caller),
    name,
  });
  bind(app, publisherRoutes.list, async ({ caller }) => ({
    status: 200,
    body: await readPublishers(db, caller.organisationId),
  }));
  bind(app, publisherRoutes.create, async ({ body, caller }) => ({
    status: 201,
    body: await takeName(db, { organisationId: caller.organisationId, actor: actorOf(caller), wanted: body }),
  }));
  bind(app, publisherRoutes.update, async ({ params, body, caller }) => ({
    status: 200,
    body: await changeProfile(db, owned(caller, params), body),
  }));
  bind(app, publisherRoutes.verify, async ({ params, body, caller }) => ({
    status: 200,
    body: await proveDomain(parts, owned(caller, params), body),
  }));
  bind(app, publisherRoutes.offer, async ({ params, body, caller }) => ({
    status: 200,
    body: await offerPublisher(db, owned(caller, params), body.organisation),
  }));
  bind(app, publisherRoutes.accept, async ({ params, caller }) => ({
    status: 200,
    body: await acceptPublisher(db, owned(caller, params)),
  }));
  bind(app, publisherRoutes.profile, async ({ params }) => ({
    status: 200,
    body: await readProfile(db, params.publisher),
  }));
}
