import type { Trial } from '@proofpix/contract/api/trials';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { findRelease, readReleased, refuseTrial, type Named } from './find-release.ts';
import type { TrialParts } from './parts.ts';
import { openTrialPhoto, tryPackage, type TrialPhoto } from './try-package.ts';

/** The largest photo of a trial, which is in memory while it lasts. */
export const trialPhotoBytes = 20 * 1024 * 1024;
/** At a time on this server: each has a photo in memory and a process of its own. */
const atOnce = 3;

/** Who is trying something at this moment. */
export class Trying {
  readonly #people = new Set<string>();

  /** @throws Problem trial_under_way, sandbox_busy */
  async during<T>(userId: string, work: () => Promise<T>): Promise<T> {
    if (this.#people.has(userId)) throw new Problem('trial_under_way');
    if (this.#people.size >= atOnce) throw new Problem('sandbox_busy');
    this.#people.add(userId);
    try {
      return await work();
    } finally {
      this.#people.delete(userId);
    }
  }
}

type Request = {
  organisationId: string;
  userId: string;
  actor: Actor;
  named: Named;
  /** Read once it is clear that it may be tried: what is refused costs no memory. */
  photo: () => Promise<TrialPhoto>;
  signal: AbortSignal;
};

/**
 * Everything is in memory and in a process that ends with the answer, so a crash leaves nothing to delete. What is kept is
 * that somebody tried it, in the trail of their organisation, without a word about the photo.
 * @throws Problem release_not_found, package_killed, policy_denied, plugins_stopped, trial_under_way, sandbox_busy, photo_type_unknown
 */
export function tryRelease(parts: TrialParts & { trying: Trying }, request: Request): Promise<Trial> {
  return parts.trying.during(request.userId, () => tryAlone(parts, request));
}

async function tryAlone(parts: TrialParts, { organisationId, actor, named, photo, signal }: Request): Promise<Trial> {
  const row = await findRelease(parts, named);
  await refuseTrial(parts, organisationId, row);
  const opened = await openTrialPhoto(await photo());
  const pkg = await readReleased(parts, row);
  const { publisher, plugin_id: plugin, version, digest } = row;
  await withOrganisation(parts.db, organisationId, (tx) =>
    recordAct(tx, {
      organisationId,
      actor,
      act: 'release.try',
      subject: { kind: 'release', id: `${publisher}/${plugin}@${version}` },
      after: { digest },
    }),
  );
  const { reports, measurement } = await tryPackage(pkg, [opened], signal);
  const [report] = reports;
  if (report === undefined) throw new Error('A trial without a photo.');
  const { id: _id, ...file } = opened.file;
  return {
    publisher,
    plugin,
    version,
    digest,
    file,
    metadata: report.metadata,
    findings: report.findings,
    files: report.files.map(({ name, type, size }) => ({ name, type, size })),
    steps: report.steps.map(({ hook, ok, error, milliseconds }) => ({ hook, ok, error: error ?? null, milliseconds })),
    measurement,
  };
}
