import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../src/db/tenancy.ts';
import type { conversationVariables } from '../src/features/server/docs/conversation-examples.ts';
import type { Maker, Making, Values } from './access-makers.ts';
import { insertPublishing } from './publishing-fixtures.ts';
import type { TestMember, TestServer } from './start-server.ts';

type Server = Pick<TestServer, 'db' | 'dataDir' | 'createOrganisation'>;

/** What somebody asked about a plugin of their organisation, and answered themselves. */
async function makeQuestion(
  server: Pick<TestServer, 'db' | 'dataDir'>,
  member: Pick<TestMember, 'userId' | 'organisationId'>,
): Promise<{ QUESTION: string; ANSWER: string }> {
  const { PUBLISHER, RELEASED } = await insertPublishing(server, member.organisationId);
  const by = { organisation_id: member.organisationId, author: member.userId };
  return asSystem(server.db, 'questions', async (tx) => {
    const { id } = await tx
      .insertInto('questions')
      .values({ ...by, publisher: PUBLISHER, plugin_id: RELEASED, title: 'Does it?', body: 'Of the fixtures' })
      .returning('id')
      .executeTakeFirstOrThrow();
    const answer = await tx
      .insertInto('answers')
      .values({ ...by, question_id: id, by_publisher: true, body: 'It does' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return { QUESTION: id, ANSWER: answer.id };
  });
}

/** A plugin of somebody else. */
async function makeHelp(server: Server): Promise<{ HELPING_PUBLISHER: string; HELPED: string }> {
  const { PUBLISHER, RELEASED } = await insertPublishing(server, (await server.createOrganisation()).id);
  return { HELPING_PUBLISHER: PUBLISHER, HELPED: RELEASED };
}

async function makeSupport(server: Server, owner: Pick<TestMember, 'call'>): Promise<{ SUPPORT_REQUEST: string }> {
  const { HELPING_PUBLISHER: publisher, HELPED: plugin } = await makeHelp(server);
  const body = { publisher, plugin, subject: 'Help', text: 'Of the fixtures', context: {} };
  return { SUPPORT_REQUEST: (await owner.call(routes.supportRequests.create, { body })).id };
}

/** What another organisation asks this publisher, with a first answer. */
async function makeQueued(
  server: Server,
  owner: Pick<TestMember, 'call'>,
  { publisher, plugin }: { publisher: string; plugin: string },
): Promise<{ QUEUED_REQUEST: string }> {
  const customer = (await server.createOrganisation()).owner;
  const body = { publisher, plugin, subject: 'Help', text: 'Of the fixtures', context: {} };
  const { id } = await customer.call(routes.supportRequests.create, { body });
  await owner.call(routes.supportRequests.reply, { params: { publisher, id }, body: { text: 'We look at it' } });
  return { QUEUED_REQUEST: id };
}

export async function questionOf({ server, member }: Making): Promise<Values> {
  return makeQuestion(server, member);
}

export async function helpOf({ server }: Making): Promise<Values> {
  return makeHelp(server);
}

export async function supportOf({ server, owner }: Making): Promise<Values> {
  return makeSupport(server, owner);
}

export async function queuedOf({ server, owner, fixtures }: Parameters<Maker>[0]): Promise<Values> {
  const { PUBLISHER: publisher = '', RELEASED: plugin = '' } = await fixtures('PUBLISHER');
  return makeQueued(server, owner, { publisher, plugin });
}

/** All that the examples about conversations name, of one organisation that asks and is asked. */
export function conversationMakers(
  serverOf: () => Server & { owner: TestMember },
  published: () => Promise<{ PUBLISHER: string; RELEASED: string }>,
): Record<keyof typeof conversationVariables, () => Promise<Values>> {
  const help = () => makeHelp(serverOf());
  const question = () => makeQuestion(serverOf(), serverOf().owner);
  return {
    QUESTION: question,
    ANSWER: question,
    HELPING_PUBLISHER: help,
    HELPED: help,
    SUPPORT_REQUEST: () => makeSupport(serverOf(), serverOf().owner),
    QUEUED_REQUEST: async () => {
      const own = await published();
      return {
        ...own,
        ...(await makeQueued(serverOf(), serverOf().owner, { publisher: own.PUBLISHER, plugin: own.RELEASED })),
      };
    },
  };
}
