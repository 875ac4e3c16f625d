import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { answersPerDay, questionsPerDay } from '@proofpix/contract/community/questions';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../db/tenancy.ts';
import { insertPublishing } from '../../../test/publishing-fixtures.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';

let server: TestServer;
let maker: TestMember;
let asking: TestOrganisation;
let asker: TestMember;
let stranger: TestMember;
let reviewer: TestMember;
let listed: { publisher: string; plugin: string };

beforeAll(async () => {
  server = await startServer();
  maker = (await server.createOrganisation()).owner;
  asking = await server.createOrganisation();
  asker = await asking.signIn('analyst');
  stranger = (await server.createOrganisation()).owner;
  reviewer = (await server.createOrganisation()).owner;
  await server.call(routes.reviews.setReviewer, { body: { email: reviewer.email, reviews: true } });
  const { PUBLISHER, RELEASED } = await insertPublishing(server, maker.organisationId);
  listed = { publisher: PUBLISHER, plugin: RELEASED };
});
afterAll(() => server?.stop());

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );
const text = 'We get photos from telephones mostly.';
const ask = (member = asker, title = 'Does it read HEIC?') =>
  member.call(routes.questions.ask, { params: listed, body: { title, text } });
const answer = (member: TestMember, id: string, said = 'It does.') =>
  member.call(routes.questions.answer, { params: { id }, body: { text: said } });
const read = (member: TestMember, id: string) => member.call(routes.questions.get, { params: { id } });
const list = (member: TestMember, query: Record<string, unknown> = {}) =>
  member.call(routes.questions.list, { params: listed, query });
/** A day later, for whoever wrote. */
const nextDay = (member: TestMember) =>
  asSystem(server.db, 'questions', async (tx) => {
    const created_at = new Date(Date.now() - 25 * 3_600_000);
    // Times of rows are never changed by the server; here the clock is.
    for (const table of ['questions', 'answers'] as const)
      await tx
        .updateTable(table)
        .set({ created_at } as never)
        .where('author', '=', member.userId)
        .execute();
  });

describe('a question', () => {
  test('is read by everybody, answered by anybody, and what the publisher says is marked', async () => {
    const { id, author } = await ask();
    expect(author).toBe("A test's analyst");
    await answer(stranger, id, 'I think so.');
    const { answerList } = await answer(maker, id, 'From version 2 on.');
    expect(answerList.map(({ text: said, byPublisher }) => [said, byPublisher])).toEqual([
      ['I think so.', false],
      ['From version 2 on.', true],
    ]);
    const seen = await read(await asking.signIn('viewer'), id);
    expect(seen).toMatchObject({ answers: 2, answered: false, yours: false, mayAccept: false });
    expect(JSON.stringify(seen)).not.toMatch(/@example\.org/);
    expect(JSON.stringify(seen)).not.toContain(asker.userId);
    expect(JSON.stringify(seen)).not.toContain(asker.organisationId);
  });

  test('has one accepted answer, by whoever asked or the publisher', async () => {
    const { id } = await ask();
    const first = (await answer(stranger, id)).answerList[0]?.id ?? '';
    const second = (await answer(maker, id, 'It does, since May.')).answerList[1]?.id ?? '';
    const accept = (member: TestMember, which: string | null) =>
      member.call(routes.questions.accept, { params: { id }, body: { answer: which } });
    expect(await refusal(accept(stranger, first))).toBe('question_not_found');
    await accept(asker, first);
    const { answerList, answered } = await accept(maker, second);
    expect(answered).toBe(true);
    expect(answerList.map(({ id: each, accepted }) => [each, accepted])).toEqual([
      [second, true],
      [first, false],
    ]);
    expect((await accept(asker, null)).answered).toBe(false);
    const elsewhere = (await answer(stranger, (await ask()).id)).answerList[0]?.id ?? '';
    expect(await refusal(accept(asker, elsewhere))).toBe('question_not_found');
  });

  test('is changed for a while, and deleted, by whoever wrote it alone', async () => {
    await nextDay(asker);
    const { id } = await ask();
    const { answerList } = await answer(stranger, id);
    const ofAnswer = { id, answer: answerList[0]?.id ?? '' };
    const body = { title: 'Does it read HEIF?', text: 'Of telephones.' };
    for (const other of [stranger, maker, asking.owner]) {
      expect(await refusal(other.call(routes.questions.change, { params: { id }, body }))).toBe('question_not_found');
      expect(await refusal(other.call(routes.questions.remove, { params: { id } }))).toBe('question_not_found');
    }
    expect(await refusal(asker.call(routes.questions.removeAnswer, { params: ofAnswer }))).toBe('question_not_found');
    const changed = await asker.call(routes.questions.change, { params: { id }, body });
    expect(changed).toMatchObject({ ...body, editedAt: expect.any(String) as string });
    await stranger.call(routes.questions.changeAnswer, { params: ofAnswer, body: { text: 'It does not.' } });
    expect((await read(asker, id)).answerList[0]?.text).toBe('It does not.');
    await nextDay(asker);
    expect(await refusal(asker.call(routes.questions.change, { params: { id }, body }))).toBe('edit_time_over');
    await stranger.call(routes.questions.removeAnswer, { params: ofAnswer });
    expect((await read(asker, id)).answers).toBe(0);
    await asker.call(routes.questions.remove, { params: { id } });
    expect(await refusal(read(asker, id))).toBe('question_not_found');
  });

  test('is listed in pages, the newest first, or only where nobody answered', async () => {
    await nextDay(asker);
    const ids = [];
    for (const title of ['One', 'Two', 'Three']) ids.push((await ask(asker, title)).id);
    await answer(maker, ids[2] ?? '');
    const first = await list(stranger, { limit: 2 });
    expect(first.items.map(({ title }) => title)).toEqual(['Three', 'Two']);
    const next = await list(stranger, { limit: 1, cursor: first.nextCursor ?? '' });
    expect(next.items.map(({ title }) => title)).toEqual(['One']);
    const unanswered = await list(stranger, { sort: 'unanswered', limit: 2 });
    expect(unanswered.items.map(({ title }) => title)).toEqual(['Two', 'One']);
    const nowhere = { publisher: listed.publisher, plugin: 'nobodys-plugin' };
    expect(await refusal(stranger.call(routes.questions.list, { params: nowhere }))).toBe('release_not_found');
    const body = { title: 'Is it there?', text };
    expect(await refusal(stranger.call(routes.questions.ask, { params: nowhere, body }))).toBe('release_not_found');
  });

  test('is plain text: what nobody sees is taken out, what is nothing is refused', async () => {
    await nextDay(asker);
    const hostile = '<img src=x onerror=alert(1)>\u202eeverything\u0007 \u200bturned';
    const { title, text: said } = await asker.call(routes.questions.ask, {
      params: listed,
      body: { title: `${hostile}\n\nline`, text: `${hostile}\r\nline\u2028last` },
    });
    expect(title).toBe('<img src=x onerror=alert(1)>everything turned line');
    expect(said).toBe('<img src=x onerror=alert(1)>everything turned\nline\nlast');
    const empty = { title: '\u200b\u202e', text };
    expect(await refusal(asker.call(routes.questions.ask, { params: listed, body: empty }))).toBe('invalid_request');
    const long = { title: 'x'.repeat(121), text };
    expect(await refusal(asker.call(routes.questions.ask, { params: listed, body: long }))).toBe('invalid_request');
    const huge = { title: 'x', text: 'x'.repeat(4_001) };
    expect(await refusal(asker.call(routes.questions.ask, { params: listed, body: huge }))).toBe('invalid_request');
  });
});

describe('somebody who writes too much', () => {
  test('is held up for a day, also who asks many at once', async () => {
    const member = await asking.signIn('analyst');
    const asked = await Promise.all(Array.from({ length: questionsPerDay + 4 }, () => refusal(ask(member))));
    expect(asked.filter((code) => code === 'no problem')).toHaveLength(questionsPerDay);
    expect(asked.filter((code) => code === 'too_many_posts')).toHaveLength(4);
    await nextDay(member);
    expect(await refusal(ask(member))).toBe('no problem');
  });

  test('nor does another organisation make them another person', async () => {
    const member = await asking.signIn('analyst');
    for (let count = 0; count < questionsPerDay; count += 1) await ask(member);
    // As an invitation that they accepted makes them a member elsewhere.
    const { organisationId } = stranger;
    await asSystem(server.db, 'manage-members', (tx) =>
      tx
        .insertInto('memberships')
        .values({ organisation_id: organisationId, user_id: member.userId, role: 'analyst' })
        .execute(),
    );
    const { email, password } = member;
    const baseUrl = server.url;
    const reply = await createClient({ baseUrl })(routes.auth.login, { body: { email, password, organisationId } });
    if ('challenge' in reply) throw new Error('Nobody here has a second factor.');
    const call = createClient({ baseUrl, token: reply.accessToken });
    expect((await call(routes.auth.account)).organisation.id).toBe(organisationId);
    expect(await refusal(ask({ ...member, call }))).toBe('too_many_posts');
  });

  test('counts answers by themselves', async () => {
    const { id } = await ask(maker);
    const member = await asking.signIn('viewer');
    await asSystem(server.db, 'questions', (tx) =>
      tx
        .insertInto('answers')
        .values(
          Array.from({ length: answersPerDay - 1 }, () => ({
            organisation_id: member.organisationId,
            author: member.userId,
            question_id: id,
            by_publisher: false,
            body: 'Said',
          })),
        )
        .execute(),
    );
    expect(await refusal(answer(member, id))).toBe('no problem');
    expect(await refusal(answer(member, id))).toBe('too_many_posts');
  });
});

describe('what somebody flags', () => {
  const flag = (member: TestMember, id: string, which: string | null = null) =>
    member.call(routes.questions.flag, { params: { id }, body: { answer: which } });
  const hide = (member: TestMember, id: string, which: string | null, reason: string | null) =>
    member.call(routes.questions.hide, { params: { id }, body: { answer: which, reason } });

  test('stays, counts a person once, and goes to the reviewers, who hide it with a reason or show it again', async () => {
    await nextDay(asker);
    const { id } = await ask(asker, 'Buy my photos');
    for (let count = 0; count < 3; count += 1) await flag(stranger, id);
    await flag(maker, id);
    expect((await read(stranger, id)).flagged).toBe(true);
    expect((await list(stranger)).items.map((each) => each.id)).toContain(id);
    const flagged = () => reviewer.call(routes.questions.flagged);
    expect((await flagged()).items.find(({ question }) => question === id)).toMatchObject({ flags: 2, hidden: null });
    expect(await refusal(hide(maker, id, null, 'Ours'))).toBe('access_denied');
    await hide(reviewer, id, null, 'It sells something else');
    for (const other of [stranger, maker]) {
      expect(await refusal(read(other, id))).toBe('question_not_found');
      expect(await refusal(answer(other, id))).toBe('question_not_found');
      expect((await list(other)).items.map((each) => each.id)).not.toContain(id);
    }
    expect((await read(asker, id)).hidden?.reason).toBe('It sells something else');
    expect((await read(reviewer, id)).hidden).not.toBeNull();
    await hide(reviewer, id, null, null);
    expect((await read(stranger, id)).hidden).toBeNull();
    const { items } = await server.call(routes.audit.serverList, { query: { act: 'question.hide' } });
    expect(items.filter(({ subject }) => subject.id === id)).toHaveLength(2);
  });

  test('is an answer too, which no longer counts as one', async () => {
    const { id } = await ask(asker);
    const which = (await answer(stranger, id, 'Nonsense')).answerList[0]?.id ?? '';
    await flag(maker, id, which);
    expect(await refusal(flag(maker, id, randomUUID()))).toBe('question_not_found');
    await hide(reviewer, id, which, 'It answers nothing');
    expect(await read(asker, id)).toMatchObject({ answers: 0, answerList: [] });
    expect((await read(stranger, id)).answerList[0]?.hidden?.reason).toBe('It answers nothing');
    expect((await list(asker, { sort: 'unanswered' })).items.map((each) => each.id)).toContain(id);
  });
});

describe('whoever is gone', () => {
  test('has no name here any more, and neither has who was of an erased organisation', async () => {
    const leaving = await server.createOrganisation();
    const member = await leaving.signIn('analyst');
    const { id } = await ask(member);
    await answer(leaving.owner, id);
    await member.call(routes.account.erase, { body: { password: member.password, email: member.email } });
    expect(await read(stranger, id)).toMatchObject({ author: null, text });
    const { name } = (await leaving.owner.call(routes.auth.account)).organisation;
    await leaving.owner.call(routes.organisations.erase, { body: { password: leaving.owner.password, name } });
    await server.erase(new Date(Date.now() + 400 * 86_400_000));
    expect((await read(stranger, id)).answerList).toMatchObject([{ author: null, text: 'It does.' }]);
  });
});
