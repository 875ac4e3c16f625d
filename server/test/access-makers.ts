import type { variables } from '../src/features/server/docs/examples.ts';
import { makeOrders, makeSale, makeSold, sellTo } from './money-fixtures.ts';
import { insertPublishing, insertReview } from './publishing-fixtures.ts';
import type { TestMember, TestServer } from './start-server.ts';

/** A variable of the examples, and how what it names is made for an organisation. */
export type Name = keyof typeof variables;
export type Values = Partial<Record<Name, string>>;
export type Making = { server: TestServer; owner: TestMember; member: TestMember; fresh: boolean };
export type Maker = (making: Making & { fixtures: (name: Name) => Promise<Values> }) => Promise<Values>;

export async function makePublishing({ server, owner }: Making): Promise<Values> {
  return insertPublishing(server, owner.organisationId);
}

export async function makeListed({ server, owner }: Making): Promise<Values> {
  const { PUBLISHER, RELEASED, LISTED_ARCHIVE } = await insertPublishing(server, owner.organisationId);
  return { LISTED_PUBLISHER: PUBLISHER, LISTED: RELEASED, LISTED_ARCHIVE };
}

export async function ordersOf({ server, owner }: Making): Promise<Values> {
  const { ORDER, PAID_ORDER } = await makeOrders(server, owner);
  return { ORDER, PAID_ORDER, ANY_ORDER: ORDER, ANY_SALE: PAID_ORDER };
}

export async function saleOf({ server, owner, fixtures }: Parameters<Maker>[0]): Promise<Values> {
  const { PUBLISHER: publisher = '', RELEASED: plugin = '' } = await fixtures('PUBLISHER');
  return makeSale(server, owner, { publisher, plugin });
}

export async function soldOf({ server, owner }: Making): Promise<Values> {
  await sellTo(server);
  return makeSold(server, owner);
}

/** Of an organisation that the reviewer has nothing to do with. */
export async function makeReview({ server, member }: Making): Promise<Values> {
  return insertReview(server, (await server.createOrganisation()).id, member.userId);
}
