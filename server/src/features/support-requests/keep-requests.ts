import {
  fewestMeasured,
  mostSupportMessages,
  openSupportRequests,
  reopenDays,
  supportRequestsPerDay,
  type FirstAnswer,
  type NewSupportRequest,
  type SupportRequest,
  type SupportSummary,
} from '@proofpix/contract/community/support-requests';
import { isEnded, type SupportState } from '@proofpix/contract/community/support-states';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation, type Tx } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { findPublisher } from '../publishers/queries.ts';
import { hasReleases } from '../questions/queries.ts';
import { plainLine, plainText } from '../questions/plain-text.ts';
import {
  countAsked,
  countMessages,
  findRequest,
  insertMessage,
  insertReply,
  insertRequest,
  listMessages,
  listRequests,
  lockRequest,
  measureFirstAnswers,
  setFirstAnswer,
  setState,
  type Side,
  type SupportRow,
} from './queries.ts';

const dayMilliseconds = 86_400_000;
type Query = { cursor?: string | undefined; limit?: number | undefined; state?: SupportState | undefined };

/** One side of a request, with the transaction in which it may see it, and what it is told. */
type Party = { side: Side; work: <T>(work: (tx: Tx) => Promise<T>) => Promise<T> };

function customer(db: Database, { organisationId }: Caller): Party {
  return {
    side: { kind: 'customer', organisationId },
    work: (work) => withOrganisation(db, organisationId, work),
  };
}

/** Whether it is theirs is looked at in each transaction: a publisher may be handed over between two requests. */
function helper(db: Database, { organisationId }: Caller, publisher: string): Party {
  return {
    side: { kind: 'publisher', publisher },
    work: (work) =>
      asSystem(db, 'support', async (tx) => {
        // What belongs to others answers as what is not there, with the code of whatever was asked for.
        if ((await findPublisher(tx, publisher))?.organisation_id !== organisationId) throw new NotTheirs();
        return work(tx);
      }),
  };
}

class NotTheirs extends Error {}

/** @throws Problem with this code where the publisher belongs to somebody else, or to nobody */
async function orMissing<T>(code: 'publisher_not_found' | 'support_request_not_found', work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw error instanceof NotTheirs ? new Problem(code) : error;
  });
}

/** @throws Problem invalid_request */
export async function readAsked(db: Database, caller: Caller, query: Query) {
  return readList(customer(db, caller), query);
}

/** @throws Problem publisher_not_found, invalid_request */
export async function readQueue(db: Database, caller: Caller, publisher: string, query: Query) {
  return orMissing('publisher_not_found', readList(helper(db, caller, publisher), query));
}

async function readList({ side, work }: Party, query: Query) {
  const size = query.limit ?? limits.pageDefault;
  const wanted = { state: query.state, after: decodeCursor(query.cursor), limit: size };
  const found = await work((tx) => listRequests(tx, side, wanted));
  return pageOf<SupportRow, SupportSummary>(found.rows, found.counted, size, {
    item: (row) => showSummary(row, side),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** @throws Problem release_not_found, support_not_offered, too_many_support_requests, invalid_request */
export async function askForHelp(db: Database, caller: Caller, asked: NewSupportRequest): Promise<SupportRequest> {
  const { publisher, plugin: pluginId, context } = asked;
  const [subject, text] = [plainLine('subject', asked.subject), plainText('text', asked.text)];
  const { organisationId, userId } = caller;
  await asSystem(db, 'support', async (tx) => {
    if (!(await hasReleases(tx, { publisher, pluginId }))) throw new Problem('release_not_found');
    const owner = (await findPublisher(tx, publisher))?.organisation_id ?? null;
    // Nor may somebody ask themselves: that would measure how quickly they answer.
    if (owner === null || owner === organisationId) throw new Problem('support_not_offered');
  });
  const { side, work } = customer(db, caller);
  const id = await work(async (tx) => {
    const { open, today } = await countAsked(tx, organisationId);
    if (open >= openSupportRequests || today >= supportRequestsPerDay) throw new Problem('too_many_support_requests');
    const requestId = await insertRequest(tx, { organisationId, userId, publisher, pluginId, subject, context });
    await insertMessage(tx, { organisationId, requestId, userId, text });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'support-request.create',
      subject: { kind: 'support-request', id: requestId },
      after: { publisher, plugin: pluginId, sent: Object.keys(context).sort() },
    });
    return requestId;
  });
  return read(db, { side, work }, id);
}

/** @throws Problem support_request_not_found */
export async function readAskedOne(db: Database, caller: Caller, id: string): Promise<SupportRequest> {
  return read(db, customer(db, caller), id);
}

/** @throws Problem support_request_not_found */
export async function readQueued(db: Database, caller: Caller, publisher: string, id: string): Promise<SupportRequest> {
  return orMissing('support_request_not_found', read(db, helper(db, caller, publisher), id));
}

/** @throws Problem support_request_not_found, support_request_state, too_many_support_messages, invalid_request */
export async function writeAsCustomer(db: Database, caller: Caller, id: string, text: string): Promise<SupportRequest> {
  const said = plainText('text', text);
  const { side, work } = customer(db, caller);
  await work(async (tx) => {
    const row = await locked(tx, side, id);
    const until = reopenUntil(row);
    if (isEnded(row.state) && until === null) throw new Problem('support_request_state');
    await roomFor(tx, row);
    await insertMessage(tx, messageOf(row, caller, said));
    // One who writes twice has waited since the first time.
    if (row.state !== 'open') await setState(tx, row.id, 'open');
  });
  return read(db, { side, work }, id);
}

/** @throws Problem support_request_not_found, support_request_state, too_many_support_messages, invalid_request */
export async function writeAsPublisher(
  db: Database,
  caller: Caller,
  { publisher, id, text, asks }: { publisher: string; id: string; text: string; asks: boolean },
): Promise<SupportRequest> {
  const said = plainText('text', text);
  const { side, work } = helper(db, caller, publisher);
  const written = work(async (tx) => {
    const row = await locked(tx, side, id);
    // An end is the customer's to take back: a publisher that writes on after it would be in their way for good.
    if (isEnded(row.state)) throw new Problem('support_request_state');
    await roomFor(tx, row);
    await insertReply(tx, messageOf(row, caller, said));
    await setFirstAnswer(tx, row.id);
    await setState(tx, row.id, asks ? 'waiting' : 'answered');
  });
  await orMissing('support_request_not_found', written);
  return orMissing('support_request_not_found', read(db, { side, work }, id));
}

/** @throws Problem support_request_not_found, support_request_state */
export async function endAsCustomer(
  db: Database,
  caller: Caller,
  id: string,
  state: 'solved' | 'closed',
): Promise<SupportRequest> {
  const party = customer(db, caller);
  await party.work(async (tx) => endRequest(tx, await locked(tx, party.side, id), state));
  return read(db, party, id);
}

/** @throws Problem support_request_not_found, support_request_state */
export async function endAsPublisher(
  db: Database,
  caller: Caller,
  { publisher, id, state }: { publisher: string; id: string; state: 'solved' | 'closed' },
): Promise<SupportRequest> {
  const party = helper(db, caller, publisher);
  const ended = party.work(async (tx) => {
    const row = await locked(tx, party.side, id);
    // Else a request that nobody answered could be put away before it counts.
    if (row.first_answer_at === null) throw new Problem('support_request_state', 'Answer it first.');
    await endRequest(tx, row, state);
  });
  await orMissing('support_request_not_found', ended);
  return orMissing('support_request_not_found', read(db, party, id));
}

/** @throws Problem publisher_not_found */
export async function readFirstAnswer(db: Database, publisher: string): Promise<FirstAnswer> {
  return asSystem(db, 'support', async (tx) => {
    if ((await findPublisher(tx, publisher)) === undefined) throw new Problem('publisher_not_found');
    const { requests, medianSeconds } = await measureFirstAnswers(tx, publisher);
    return { publisher, medianSeconds: requests < fewestMeasured ? null : medianSeconds };
  });
}

async function locked(tx: Tx, side: Side, id: string): Promise<SupportRow> {
  const row = await lockRequest(tx, side, id);
  if (row === undefined) throw new Problem('support_request_not_found');
  return row;
}

async function endRequest(tx: Tx, row: SupportRow, state: 'solved' | 'closed'): Promise<void> {
  if (isEnded(row.state)) throw new Problem('support_request_state', `It is ${row.state}.`);
  await setState(tx, row.id, state);
}

async function roomFor(tx: Tx, row: SupportRow): Promise<void> {
  if ((await countMessages(tx, row)) >= mostSupportMessages) throw new Problem('too_many_support_messages');
}

function messageOf(row: SupportRow, { userId }: Caller, text: string) {
  return { organisationId: row.organisation_id, requestId: row.id, userId, text };
}

/** Null: it is not ended, or for too long. */
function reopenUntil({ ended_at }: SupportRow): Date | null {
  const until = ended_at === null ? 0 : ended_at.getTime() + reopenDays * dayMilliseconds;
  return until > Date.now() ? new Date(until) : null;
}

/** Found by the side's own rights first; only then are the names of both sides' writers looked up. */
async function read(db: Database, { side, work }: Party, id: string): Promise<SupportRequest> {
  const row = await work((tx) => findRequest(tx, side, id));
  if (row === undefined) throw new Problem('support_request_not_found');
  const messages = await asSystem(db, 'support', (tx) => listMessages(tx, row, mostSupportMessages));
  return {
    ...showSummary(row, side),
    context: { pluginVersion: row.plugin_version, platformVersion: row.platform_version, errorCode: row.error_code },
    messages: messages.map((message) => ({
      id: message.id,
      side: message.side,
      author: message.author_name,
      text: message.text,
      createdAt: message.created_at.toISOString(),
    })),
    reopenUntil: reopenUntil(row)?.toISOString() ?? null,
  };
}

function showSummary(row: SupportRow, side: Side): SupportSummary {
  return {
    id: row.id,
    publisher: row.publisher,
    plugin: row.plugin_id,
    subject: row.subject,
    state: row.state,
    stateSince: row.state_since.toISOString(),
    createdAt: row.created_at.toISOString(),
    firstAnswerAt: row.first_answer_at?.toISOString() ?? null,
    organisation: side.kind === 'publisher' ? row.customer : null,
  };
}
