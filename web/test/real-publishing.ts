import type { Submission } from '@proofpix/contract/api/submissions';
import { createClient, type Call } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { writeArchive } from '../../pack/src/write-archive.ts';
import { owner } from './real-server.ts';

/** Somebody of another organisation, as it has to be; the owner of the first one sees the desk too. */
export async function makeReviewer(url: string, call: Call): Promise<Call> {
  const other = { email: 'reviewer@marketplace.example', password: 'a long password' };
  const person = { ...other, name: 'Grace Okafor' };
  await call(routes.organisations.create, { body: { name: 'Reviewers', plan: 'enterprise', owner: person } });
  for (const { email } of [other, owner]) await call(routes.reviews.setReviewer, { body: { email, reviews: true } });
  const signedIn = await createClient({ baseUrl: url })(routes.auth.login, { body: other });
  if ('challenge' in signedIn) throw new Error('The reviewer has no second factor.');
  return createClient({ baseUrl: url, token: signedIn.accessToken });
}

/** Sends a package; gives the submission once its scan has ended, however that did. */
export async function submit(
  { url, call, token }: { url: string; call: Call; token: string },
  publisher: string,
  files: Record<string, string>,
): Promise<Submission> {
  const archive = await writeArchive(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)])));
  const form = new FormData();
  form.set('publisher', publisher);
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  const headers = { authorization: `Bearer ${token}` };
  const reply = await fetch(`${url}/api/submissions`, { method: 'POST', body: form, headers });
  if (!reply.ok) throw new Error(`The submission answered ${reply.status}: ${await reply.text()}`);
  let submission = (await reply.json()) as Submission; // by its status
  while (submission.state === 'received') {
    await new Promise((resolve) => setTimeout(resolve, 100));
    submission = await call(routes.submissions.get, { params: { id: submission.id } });
  }
  return submission;
}
