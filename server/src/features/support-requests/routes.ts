import { supportRequestRoutes } from '@proofpix/contract/community/support-requests';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import {
  askForHelp,
  endAsCustomer,
  endAsPublisher,
  readAsked,
  readAskedOne,
  readFirstAnswer,
  readQueue,
  readQueued,
  writeAsCustomer,
  writeAsPublisher,
} from './keep-requests.ts';

/** Binds the table `supportRequests`. */
export function bindSupportRequestRoutes(app: App, { db }: { db: Database }): void {
  bind(app, supportRequestRoutes.list, async ({ query, caller }) => ({
    status: 200,
    body: await readAsked(db, caller, query),
  }));
  bind(app, supportRequestRoutes.create, async ({ body, caller }) => ({
    status: 201,
    body: await askForHelp(db, caller, body),
  }));
  bind(app, supportRequestRoutes.get, async ({ params, caller }) => ({
    status: 200,
    body: await readAskedOne(db, caller, params.id),
  }));
  bind(app, supportRequestRoutes.write, async ({ params, body, caller }) => ({
    status: 201,
    body: await writeAsCustomer(db, caller, params.id, body.text),
  }));
  bind(app, supportRequestRoutes.end, async ({ params, body, caller }) => ({
    status: 200,
    body: await endAsCustomer(db, caller, params.id, body.state),
  }));
  bind(app, supportRequestRoutes.queue, async ({ params, query, caller }) => ({
    status: 200,
    body: await readQueue(db, caller, params.publisher, query),
  }));
  bind(app, supportRequestRoutes.open, async ({ params, caller }) => ({
    status: 200,
    body: await readQueued(db, caller, params.publisher, params.id),
  }));
  bind(app, supportRequestRoutes.reply, async ({ params, body, caller }) => ({
    status: 201,
    body: await writeAsPublisher(db, caller, { ...params, text: body.text, asks: body.asks ?? false }),
  }));
  bind(app, supportRequestRoutes.settle, async ({ params, body, caller }) => ({
    status: 200,
    body: await endAsPublisher(db, caller, { ...params, state: body.state }),
  }));
  bind(app, supportRequestRoutes.firstAnswer, async ({ params }) => ({
    status: 200,
    body: await readFirstAnswer(db, params.publisher),
  }));
}
