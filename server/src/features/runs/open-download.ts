import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Problem } from '@proofpix/contract/errors';
import type { Objects } from '../../objects.ts';
import { readRange } from './byte-range.ts';
import { contentDisposition, isShown } from './content-disposition.ts';
import type { StoredFile } from './queries.ts';

export type Download = { status: 200 | 206; body: Readable; headers: Record<string, string> };

/**
 * A stored file as an answer: byte for byte, or the range that was asked for. Only plain pictures are shown by a
 * browser; everything else is saved, under a name that cannot break out of the header. (`bind` adds nosniff and the
 * policy that lets nothing run.)
 * @throws Problem range_not_satisfiable, file_not_found
 */
export async function openDownload(
  objects: Objects,
  { organisationId, file, asked }: { organisationId: string; file: StoredFile; asked: IncomingHttpHeaders },
): Promise<Download> {
  const { name, sha256, size, type } = file;
  const etag = `"${sha256}"`;
  // A range of another version would be glued to what the client has; the whole file is then the answer.
  const sameVersion = asked['if-range'] === undefined || asked['if-range'] === etag;
  const range = sameVersion ? readRange(asked.range, size) : undefined;
  if (range === null) throw new Problem('range_not_satisfiable', `The file has ${size} bytes.`);
  const headers = {
    'content-type': isShown(type) ? type : 'application/octet-stream',
    'content-disposition': contentDisposition(isShown(type) ? 'inline' : 'attachment', name),
    'content-length': String(range?.length ?? size),
    'accept-ranges': 'bytes',
    etag,
  };
  if (range === undefined) return { status: 200, body: await objects.stream(organisationId, sha256), headers };
  const body = await objects.stream(organisationId, sha256, range);
  const last = range.offset + range.length - 1;
  return { status: 206, body, headers: { ...headers, 'content-range': `bytes ${range.offset}-${last}/${size}` } };
}
