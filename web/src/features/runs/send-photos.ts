import { errors, type ErrorCode } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import type { RouteReply } from '@proofpix/contract/route';
import type { RunSummary } from '@proofpix/contract/runs';
import { problemSentence, texts } from '../../i18n.ts';

/** Why a request failed, in words for people and in what the queue must know. */
export class SendError extends Error {
  /** One photo of the request is at fault; the others may be sent without it. */
  readonly aboutOnePhoto: boolean;
  readonly signedOut: boolean;
  /** The same would be refused again. */
  readonly final: boolean;
  /** Milliseconds after which to try again, or null. */
  readonly retryAfter: number | null;

  constructor(
    message: string,
    about: { aboutOnePhoto?: boolean; signedOut?: boolean; final?: boolean; retryAfter?: number } = {},
  ) {
    super(message);
    this.aboutOnePhoto = about.aboutOnePhoto ?? false;
    this.signedOut = about.signedOut ?? false;
    this.final = about.final ?? false;
    this.retryAfter = about.retryAfter ?? null;
  }
}

/** What becomes of photos on the server. */
export type SendOptions = {
  /** Null: all that are loaded. */
  plugins: readonly string[] | null;
  caseId: string | null;
  /** False: as the organisation says. */
  deletePhoto: boolean;
};

export type Sending = { runs: Promise<RunSummary[]>; abort: () => void };

const codesAboutOnePhoto = new Set<ErrorCode>([
  'file_too_large',
  'photo_type_unknown',
  'invalid_request',
  'too_many_files',
  'body_too_large',
]);
/** Nothing that a second try would change. */
const final = new Set<ErrorCode>(['case_not_found', 'case_closed', 'case_full', 'plugin_not_found']);

/** One request with XMLHttpRequest: fetch tells nothing about what was sent so far. */
export function sendPhotos(
  files: readonly File[],
  options: SendOptions,
  onProgress: (shares: number[]) => void,
): Sending {
  const request = new XMLHttpRequest();
  const form = new FormData();
  // Fields stand before the files: a server that reads as it receives knows by then what to do with them.
  if (options.plugins !== null) form.append('plugins', options.plugins.join(','));
  if (options.caseId !== null) form.append('caseId', options.caseId);
  if (options.deletePhoto) form.append('deletePhoto', 'true');
  for (const file of files) form.append('file', file, file.name);
  const runs = new Promise<RunSummary[]>((resolve, reject) => {
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(shareOut(files, total === 0 ? 0 : loaded / total)),
    );
    request.addEventListener('load', () => {
      const reply: unknown = request.response;
      // The row of the contract says what a 202 carries.
      if (request.status === 202) resolve((reply as RouteReply<typeof routes.runs.create>).runs);
      else reject(refusedWith(request, reply));
    });
    request.addEventListener('error', () => reject(new SendError(texts.t('runs:send.noAnswer'))));
    request.addEventListener('abort', () => reject(new SendError(texts.t('runs:send.cancelled'))));
  });
  request.open(routes.runs.create.method, routes.runs.create.path);
  request.responseType = 'json';
  request.send(form);
  return { runs, abort: () => request.abort() };
}

/** The parts of a form travel one behind the other: how much of the whole was sent says how much of each. */
export function shareOut(files: readonly { size: number }[], share: number): number[] {
  let left = share * files.reduce((sum, file) => sum + file.size, 0);
  return files.map(({ size }) => {
    const sent = Math.min(size, Math.max(0, left));
    left -= size;
    return size === 0 ? share : sent / size;
  });
}

function refusedWith(request: XMLHttpRequest, reply: unknown): SendError {
  const code = codeOf(reply);
  if (code === null) return new SendError(texts.t('runs:send.answered', { status: request.status }));
  if (code === 'rate_limited') {
    const seconds = Number(request.getResponseHeader('retry-after'));
    return new SendError(problemSentence(code) ?? errors[code][1], {
      retryAfter: (Number.isFinite(seconds) && seconds > 0 ? seconds : 10) * 1000,
    });
  }
  return new SendError(problemSentence(code) ?? errors[code][1], {
    aboutOnePhoto: codesAboutOnePhoto.has(code),
    signedOut: code === 'sign_in_required',
    final: final.has(code),
  });
}

function codeOf(reply: unknown): ErrorCode | null {
  if (typeof reply !== 'object' || reply === null || !('code' in reply)) return null;
  const { code } = reply;
  return typeof code === 'string' && Object.hasOwn(errors, code) ? (code as ErrorCode) : null; // a key of the registry
}
