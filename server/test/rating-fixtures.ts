import { randomBytes, randomUUID } from 'node:crypto';
import type { RatingState } from '@proofpix/contract/community/ratings';
import { asSystem } from '../src/db/tenancy.ts';
import type { Database } from '../src/db/database.ts';
import type { Making, Values } from './access-makers.ts';
import { insertPublishing } from './publishing-fixtures.ts';
import type { TestServer } from './start-server.ts';

const day = 86_400_000;

/**
 * Runs of a released plugin as they lie in the database, some time ago: what makes them takes days, and is tried elsewhere
 * (create-run.test.ts).
 */
export async function insertUse(
  { db }: { db: Database },
  organisation_id: string,
  named: { publisher: string; plugin: string; version?: string },
  { photos = 5, daysAgo = [1, 2] }: { photos?: number; daysAgo?: readonly number[] } = {},
): Promise<void> {
  const { publisher, plugin, version = '1.0.0' } = named;
  await asSystem(db, 'ratings', async (tx) => {
    const { digest } = await tx
      .selectFrom('releases')
      .select('digest')
      .where('publisher', '=', publisher)
      .where('plugin_id', '=', plugin)
      .where('version', '=', version)
      .executeTakeFirstOrThrow();
    const { id: batch_id } = await tx
      .insertInto('batches')
      .values({ organisation_id })
      .returning('id')
      .executeTakeFirstOrThrow();
    for (let index = 0; index < photos; index += 1) {
      const sha256 = randomBytes(32).toString('hex');
      // A little more than whole days ago: the first of them is to be 24 hours ago at any time of the day.
      const at = new Date(Date.now() - (daysAgo[index % daysAgo.length] ?? 1) * day - 60_000);
      const { id: file_id } = await tx
        .insertInto('files')
        .values({ organisation_id, sha256, name: 'a.jpg', type: 'image/jpeg', size: 1, created_at: at })
        .returning('id')
        .executeTakeFirstOrThrow();
      const { id: run_id } = await tx
        .insertInto('runs')
        .values({ organisation_id, batch_id, file_id, state: 'done', created_at: at, finished_at: at })
        .returning('id')
        .executeTakeFirstOrThrow();
      await tx
        .insertInto('run_steps')
        .values({
          organisation_id,
          run_id,
          position: 0,
          hook: 'file:process',
          plugin_id: plugin,
          version,
          digest,
          ok: true,
          input_digest: sha256,
          output_digest: sha256,
          milliseconds: 1,
          created_at: at,
        })
        .execute();
    }
  });
}

/** A rating as a row, of an organisation that need not have used anything. */
export async function insertRating(
  { db }: { db: Database },
  organisation_id: string,
  { publisher, plugin, state = 'visible' }: { publisher: string; plugin: string; state?: RatingState },
): Promise<string> {
  return asSystem(db, 'ratings', async (tx) => {
    const decided = state === 'rejected' ? { decided_at: new Date(), decision_reason: 'Of the fixtures' } : {};
    const { id } = await tx
      .insertInto('ratings')
      .values({
        organisation_id,
        publisher,
        plugin_id: plugin,
        stars: 4,
        text: 'Of the fixtures',
        version: '1.0.0',
        state,
        held: state === 'held' ? 'burst' : null,
        rated_at: new Date(),
        ...decided,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
}

type Server = Pick<TestServer, 'db' | 'dataDir' | 'createOrganisation'>;

/** A plugin that another organisation released. */
async function foreignPlugin(server: Server): Promise<{ publisher: string; plugin: string }> {
  const { id } = await server.createOrganisation();
  const { PUBLISHER: publisher, RELEASED: plugin } = await insertPublishing(server, id);
  return { publisher, plugin };
}

/** One that this organisation used enough to rate it. */
async function makeRatable(server: Server, organisationId: string): Promise<Values> {
  const named = await foreignPlugin(server);
  await insertUse(server, organisationId, named);
  return { RATABLE_PUBLISHER: named.publisher, RATABLE: named.plugin };
}

async function makeRating(server: Server, state: RatingState = 'visible'): Promise<string> {
  const { id } = await server.createOrganisation();
  return insertRating(server, id, { ...(await foreignPlugin(server)), state });
}

async function makeReceived(server: Server, organisationId: string): Promise<Values> {
  const { PUBLISHER: publisher, RELEASED: plugin } = await insertPublishing(server, organisationId);
  const { id } = await server.createOrganisation();
  return { RECEIVED_RATING: await insertRating(server, id, { publisher, plugin }) };
}

async function makeRejected(server: Server, organisationId: string): Promise<Values> {
  const named = await foreignPlugin(server);
  return { REJECTED_RATING: await insertRating(server, organisationId, { ...named, state: 'rejected' }) };
}

/** Of an organisation that no moderator has to do with. */
async function makeReport(server: Server): Promise<Values> {
  const { publisher, plugin: plugin_id } = await foreignPlugin(server);
  const { id: organisation_id, owner } = await server.createOrganisation();
  const report = { kind: 'listing', category: 'other', text: 'Of the fixtures' } as const;
  return asSystem(server.db, 'abuse-reports', async (tx) => {
    const row = await tx
      .insertInto('abuse_reports')
      .values({ ...report, organisation_id, reporter: owner.userId, publisher, plugin_id, subject: randomUUID() })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { ABUSE_REPORT: row.id };
  });
}

const ratables = new WeakMap<Making['owner'], Promise<Values>>();

/** For the test of access; whoever votes or decides gets one of their own where the first would have ended it. */
export const ratingMakers = {
  /** One for each, whoever asks: publisher and plugin belong together, and taking a rating back leaves what was used. */
  RATABLE_PUBLISHER: async function ratable({ server, owner }: Making) {
    const made = ratables.get(owner) ?? makeRatable(server, owner.organisationId);
    ratables.set(owner, made);
    return made;
  },
  RATING: async function rating({ server }: Making) {
    return { RATING: await makeRating(server) };
  },
  RECEIVED_RATING: async function received({ server, owner }: Making) {
    return makeReceived(server, owner.organisationId);
  },
  REJECTED_RATING: async function rejected({ server, owner }: Making) {
    return makeRejected(server, owner.organisationId);
  },
  HELD_RATING: async function held({ server }: Making) {
    return { HELD_RATING: await makeRating(server, 'held') };
  },
  ABUSE_REPORT: async function report({ server }: Making) {
    return makeReport(server);
  },
};

/** Everything that the examples name, for the organisation that they are run as. */
export async function ratingThings(server: TestServer): Promise<Values> {
  const { organisationId } = server;
  return {
    ...(await makeRatable(server, organisationId)),
    RATING: await makeRating(server),
    ...(await makeReceived(server, organisationId)),
    ...(await makeRejected(server, organisationId)),
    HELD_RATING: await makeRating(server, 'held'),
    ...(await makeReport(server)),
  };
}

/** Whatever of these an example names, one maker makes. */
export function everyRatingThing<Made>(maker: Made) {
  return {
    RATABLE_PUBLISHER: maker,
    RATABLE: maker,
    RATING: maker,
    RECEIVED_RATING: maker,
    REJECTED_RATING: maker,
    HELD_RATING: maker,
    ABUSE_REPORT: maker,
  };
}
