import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleHasAccess, roleNames, type Role } from '@proofpix/contract/access';
import { allRoutes, routes } from '@proofpix/contract/routes';
import { examples } from '../src/features/server/docs/examples.ts';
import { makeFixtures, missing, type Fixtures } from './access-fixtures.ts';
import { send, type Answer } from './send-example.ts';
import { startServer, type TestMember, type TestServer } from './start-server.ts';

/** Who calls: every role, whoever runs the server, a viewer who reviews for it, and nobody. */
const callers = [...roleNames, 'operator', 'reviewer', 'nobody'] as const;
type CallerName = (typeof callers)[number];
/** What the call is about: what is there, what is there in another organisation, and what is not there. */
const things = ['own', 'foreign', 'missing'] as const;

const rows = allRoutes();
const product = rows.length * callers.length * things.length;

let server: TestServer;
/** Of both organisations; `null` is nobody. */
const own = new Map<CallerName, TestMember | null>();
const others = new Map<CallerName, TestMember | null>();
let ownThings: Fixtures;
let foreignThings: Fixtures;
/** Somebody who was a member a moment ago. */
let gone: TestMember;

beforeAll(async () => {
  server = await startServer({ outgoing: { texts: async () => [] } });
  const organisation = await server.createOrganisation();
  const other = await server.createOrganisation();
  for (const role of roleNames) {
    own.set(role, role === 'owner' ? organisation.owner : await organisation.signIn(role));
    others.set(role, role === 'owner' ? other.owner : await other.signIn(role));
  }
  for (const [people, { signIn }] of [
    [own, organisation],
    [others, other],
  ] as const) {
    const reviewer = await signIn('viewer');
    await server.call(routes.reviews.setReviewer, { body: { email: reviewer.email, reviews: true } });
    people.set('reviewer', reviewer).set('operator', server.owner).set('nobody', null);
  }
  [ownThings, foreignThings] = [
    makeFixtures(server, organisation.owner),
    makeFixtures(server, other.owner, { foreign: true }),
  ];
  await Promise.all([ownThings.prepare(), foreignThings.prepare()]);
  gone = await organisation.signIn('owner');
  await ownThings.remove(gone.userId);
}, 600_000);
afterAll(() => server.stop());

type Case = { route: string; caller: CallerName; thing: (typeof things)[number]; answer: Answer };

/** All answers of one route, in an order in which none takes away what the next one needs. */
async function tryRoute({ name, route }: (typeof rows)[number]): Promise<Case[]> {
  const example = examples[name];
  if (example === undefined) throw new Error(`The route ${name} has no example: add one to docs/examples.ts.`);
  const cases: Case[] = [];
  const named = Object.values(example.params ?? {}).some((value) => value.startsWith('$'));
  const to = { url: server.url, name, route, example };
  for (const caller of callers) {
    const member = own.get(caller) ?? null;
    const tell = (thing: Case['thing'], answer: Answer) => cases.push({ route: name, caller, thing, answer });
    if (named) {
      const foreign = await foreignThings.of(example, foreignThings.owner);
      tell('missing', await send({ ...to, member, values: missing(example) }));
      tell('foreign', await send({ ...to, member, values: foreign }));
    } else {
      // Nothing is named: the thing is the organisation of whoever calls.
      const values = missing(example);
      tell('missing', await send({ ...to, member: member === null ? null : gone, values }));
      tell('foreign', await send({ ...to, member: await signedOn(name, others.get(caller) ?? null), values }));
    }
    // Whatever ends its thing gets one that nobody else needs.
    const things = await ownThings.of(example, member ?? ownThings.owner, {
      fresh: route.method === 'DELETE' || ending.has(name),
    });
    tell('own', await send({ ...to, member: await signedOn(name, member), values: things }));
  }
  return cases;
}

/** Signing out uses its token up: an API token is no session, and stays. */
async function signedOn(name: string, member: TestMember | null): Promise<TestMember | null> {
  return name === 'auth.logout' && member !== null ? ownThings.withApiToken(member) : member;
}

function mayCall(caller: CallerName, access: (typeof rows)[number]['route']['access']): boolean {
  if (access === 'public') return true;
  if (caller === 'nobody') return false;
  if (caller === 'operator') return access === 'server:operate' || roleHasAccess('owner', access);
  if (caller === 'reviewer') return access === 'submissions:review' || roleHasAccess('viewer', access);
  return roleHasAccess(caller satisfies Role, access);
}

/** They leave a draft with nothing to look at. */
const ending = new Set(['submissions.replace', 'submissions.send', 'submissions.withdraw']);
/** An organisation gets a provider only from one that answers: single-sign-on.test.ts has it. */
const unset = new Set(['singleSignOn.connect']);
const refusals = new Set(['sign_in_required', 'access_denied', 'subscription_required', 'internal']);

describe('every route, as everybody, with what is theirs, what is foreign and what is missing', () => {
  let cases: Case[];
  beforeAll(async () => {
    // Whoever ends all other sessions would end those that the others are tried with.
    const last = rows.filter(({ name }) => name === 'sessions.removeOthers');
    const waiting = rows.filter((row) => !last.includes(row));
    const results: Case[][] = [];
    const work = async () => {
      for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) results.push(await tryRoute(row));
    };
    await Promise.all(Array.from({ length: 8 }, work));
    for (const row of last) results.push(await tryRoute(row));
    cases = results.flat();
  }, 900_000);

  const rowOf = (name: string) => {
    const row = rows.find((each) => each.name === name);
    if (row === undefined) throw new Error(`There is no route ${name}.`);
    return row.route;
  };
  const tellCase = ({ route, caller, thing, answer }: Case) =>
    `${route} as ${caller} with ${thing}: ${answer.status} ${answer.code ?? ''}`;

  test(`is ${rows.length} routes × ${callers.length} callers × ${things.length} = ${product} answers`, () => {
    expect(cases).toHaveLength(product);
    expect(new Set(cases.map(({ route, caller, thing }) => `${route} ${caller} ${thing}`)).size).toBe(product);
  });

  test('is open to those who have its access, and to nobody else', () => {
    const wrong = cases.filter(({ route, caller, thing, answer }) => {
      const { access } = rowOf(route);
      if (access === 'public') return refusals.has(answer.code ?? '');
      if (caller === 'nobody') return answer.code !== 'sign_in_required';
      if (isGone(route, thing)) return answer.code !== 'sign_in_required';
      if (!mayCall(caller, access)) return answer.code !== 'access_denied';
      return refusals.has(answer.code ?? '');
    });
    expect(wrong.map(tellCase)).toEqual([]);
  });

  test('finds what is there', () => {
    const lost = cases.filter(
      ({ route, caller, thing, answer }) =>
        thing === 'own' &&
        mayCall(caller, rowOf(route).access) &&
        rowOf(route).access !== 'public' &&
        caller !== 'operator' && // belongs to another organisation
        answer.status === 404 &&
        !unset.has(route) &&
        examples[route]?.status !== 404,
    );
    expect(lost.map(tellCase)).toEqual([]);
  });

  test('answers the foreign and the missing alike, but for the request id', () => {
    const by = new Map(cases.map((each) => [`${each.route} ${each.caller} ${each.thing}`, each]));
    const told = cases.filter(({ route, caller, thing, answer }) => {
      // Where nobody signs in, nothing is foreign.
      if (thing !== 'foreign' || !isNamed(route) || rowOf(route).access === 'public') return false;
      const other = by.get(`${route} ${caller} missing`)?.answer;
      return other === undefined || other.status !== answer.status || other.text !== answer.text;
    });
    expect(told.map(tellCase)).toEqual([]);
    // And found it nowhere: an answer that is the same because both were done would be worse.
    const done = cases.filter(
      ({ route, thing, answer }) =>
        thing !== 'own' && isNamed(route) && answer.status < 300 && rowOf(route).access !== 'public',
    );
    expect(done.map(tellCase)).toEqual([]);
  });

  test('tells one organisation nothing of the other', () => {
    const seen = cases.filter(
      ({ caller, thing, answer }) => thing === 'foreign' && caller !== 'operator' && ownThings.isNamedIn(answer.text),
    );
    expect(seen.map(tellCase)).toEqual([]);
  });

  function isNamed(route: string): boolean {
    return Object.values(examples[route]?.params ?? {}).some((value) => value.startsWith('$'));
  }

  function isGone(route: string, thing: Case['thing']): boolean {
    return thing === 'missing' && !isNamed(route);
  }
});

test('a route of a higher plan is 402 for an organisation that has a lower one', async () => {
  const { owner } = await server.createOrganisation({ plan: 'free' });
  const priced = rows.filter(({ route }) => route.plan !== 'free');
  expect(priced.length).toBeGreaterThan(5);
  for (const { name, route } of priced) {
    const example = examples[name];
    if (example === undefined) throw new Error(`The route ${name} has no example.`);
    const answer = await send({ url: server.url, name, route, example, member: owner, values: missing(example) });
    expect(answer.code, name).toBe('subscription_required');
  }
});
