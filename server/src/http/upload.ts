import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '@proofpix/contract/errors';

/** One file of a form as it arrives. Over the limit the stream fails with the problem, so nothing truncated is ever kept. */
export type IncomingFile = {
  /** As the client named it: shown to people, never used as a path. */
  name: string;
  stream: Readable;
};

/** Text fields of a form by name; a name that comes twice is an error. */
export type FormFields = Readonly<Record<string, string>>;

export type UploadOptions<Kept> = {
  /** The row of the contract: a field that its `multipart` does not name is an error. */
  row: { multipart: Record<string, string> };
  /** Which field carries files. */
  fileField: string;
  maxFiles: number;
  maxBytes: number;
  tooLarge: ErrorCode;
  /** Takes one file; must read the stream to its end. */
  receive(file: IncomingFile): Promise<Kept>;
  /** Undoes `receive` for every file taken so far when the request fails: nothing is left over. */
  discard(kept: Kept): Promise<void>;
};

/**
 * Reads a multipart form file by file, never more of it in memory than the library's buffer.
 * @throws Problem not_multipart, file_missing, too_many_files, invalid_request, or `tooLarge`
 */
export declare function receiveUpload<Kept>(
  request: FastifyRequest,
  options: UploadOptions<Kept>,
): Promise<{ files: Kept[]; fields: FormFields }>;

/** Reads a form with one file into memory. @throws Problem as above */
export declare function receiveInMemory(
  request: FastifyRequest,
  options: Pick<UploadOptions<never>, 'row' | 'fileField' | 'maxBytes' | 'tooLarge'>,
): Promise<{ file: { name: string; bytes: Uint8Array }; fields: FormFields }>;
