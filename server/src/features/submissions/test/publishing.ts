import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { routes } from '@proofpix/contract/routes';
import type { Submission } from '@proofpix/contract/api/submissions';
import type { SubmissionState } from '@proofpix/contract/publishing';
import type { TestMember, TestServer } from '../../../../test/start-server.ts';
import { packTestPlugin, type TestPlugin } from '../../plugins/test/test-plugins.ts';

/** Sends a package; with `id`, in the place of the one that was sent. */
export async function submit(
  member: TestMember,
  plugin: TestPlugin,
  fields: Record<string, string> = {},
  id?: string,
): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('plugin', new Blob([Buffer.from(await packTestPlugin(plugin))]), 'plugin.zip');
  return id === undefined
    ? member.fetch('/api/submissions', { method: 'POST', body: form })
    : member.fetch(`/api/submissions/${id}/package`, { method: 'PUT', body: form });
}

/** The submission once its scan has ended, however that did. */
export async function scanned(member: TestMember, sent: Response): Promise<Submission> {
  if (sent.status !== 202) throw new Error(`${sent.status}: ${await sent.text()}`);
  let submission = (await sent.json()) as Submission; // by its status
  const waits: readonly SubmissionState[] = ['received'];
  while (waits.includes(submission.state)) {
    await wait(20);
    submission = await member.call(routes.submissions.get, { params: { id: submission.id } });
  }
  return submission;
}

/** A member of an organisation of their own who reviews. */
export async function makeReviewer(server: TestServer): Promise<TestMember> {
  const { owner } = await server.createOrganisation();
  await server.call(routes.reviews.setReviewer, { body: { email: owner.email, reviews: true } });
  return owner;
}

export async function makePublisher(member: TestMember, name: string): Promise<string> {
  await member.call(routes.publishers.create, { body: { name, displayName: `The makers of ${name}` } });
  return name;
}

const checklist = ['description', 'hosts', 'personal-data', 'findings'] as const;

export async function claimAndApprove(reviewer: TestMember, id: string): Promise<Submission> {
  await reviewer.call(routes.reviews.claim, { params: { id } });
  return reviewer.call(routes.reviews.decide, {
    params: { id },
    body: { decision: 'approve', checklist: [...checklist] },
  });
}

/** From a package to a release that one reviewer approved. */
export async function publish(
  server: { owner: TestMember; reviewer: TestMember },
  publisher: string,
  plugin: TestPlugin,
): Promise<Submission> {
  const { owner, reviewer } = server;
  const { id } = await scanned(owner, await submit(owner, plugin, { publisher }));
  await owner.call(routes.submissions.send, { params: { id }, body: {} });
  return claimAndApprove(reviewer, id);
}

/** As if its domain had shown the challenge: publishers.test.ts has the real way. */
export async function verify({ db }: TestServer, name: string): Promise<void> {
  await db.owner.transaction().execute(async (tx) => {
    await sql`select set_config('role', 'proofpix_owner', true), set_config('app.system', 'publishers', true)`.execute(
      tx,
    );
    const values = { verified_domain: 'example.org', verified_by: 'dns', verified_at: new Date() } as const;
    await tx.updateTable('publishers').set(values).where('name', '=', name).execute();
  });
}
