import { Busboy } from '@fastify/busboy';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { Problem, type ErrorCode } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { App } from './bind.ts';
import { isForm } from './validate.ts';

/** One file of a form as it arrives. Over the limit the stream fails with the problem, so nothing truncated is ever kept. */
export type IncomingFile = {
  /** As the client named it, without folders and control characters: shown to people, never used as a path. */
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
  /** Takes one file; must read the stream to its end. Files come one after the other. */
  receive(file: IncomingFile): Promise<Kept>;
  /** Undoes `receive` for every file taken so far when the request fails: nothing is left over. */
  discard(kept: Kept): Promise<void>;
};

const maxFields = 20;
/** A client that sends nothing for so long is gone, or holds the connection on purpose. */
const idleMilliseconds = 60_000;

/** Leaves the body of a form unread; the handler reads it once sign-in, access and plan were checked. */
export function addUploads(app: App): void {
  app.addContentTypeParser('multipart/form-data', (_request, _payload, done) => done(null, undefined));
}

/**
 * Reads a multipart form file by file, never more of it in memory than the stream's buffer.
 * @throws Problem not_multipart, file_missing, too_many_files, invalid_request, request_timeout, or `tooLarge`
 */
export async function receiveUpload<Kept>(
  request: FastifyRequest,
  options: UploadOptions<Kept>,
): Promise<{ files: Kept[]; fields: FormFields }> {
  if (!isForm(request)) throw new Problem('not_multipart');
  const whole = options.maxFiles * options.maxBytes + maxFields * limits.jsonBodyBytes;
  // Said before 51 MB have travelled, where the client says how much it has.
  if (Number(request.headers['content-length'] ?? 0) > whole) throw new Problem(options.tooLarge);
  const files: Kept[] = [];
  try {
    const fields = await readForm(request.raw, options, async (file) => {
      files.push(await options.receive(file));
    });
    if (files.length === 0) {
      throw new Problem('file_missing', undefined, [{ field: options.fileField, message: 'is required' }]);
    }
    return { files, fields };
  } catch (error) {
    const discarded = await Promise.allSettled(files.map((kept) => options.discard(kept)));
    for (const result of discarded) {
      if (result.status === 'rejected')
        request.log.error({ err: result.reason }, 'a refused upload could not be removed');
    }
    throw error;
  }
}

/** Reads a form with one file into memory. @throws Problem as above */
export async function receiveInMemory(
  request: FastifyRequest,
  options: Pick<UploadOptions<never>, 'row' | 'fileField' | 'maxBytes' | 'tooLarge'>,
): Promise<{ file: { name: string; bytes: Uint8Array }; fields: FormFields }> {
  const { files, fields } = await receiveUpload(request, {
    ...options,
    maxFiles: 1,
    receive: async ({ name, stream }) => {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer); // the stream has no encoding set
      return { name, bytes: Buffer.concat(chunks) };
    },
    discard: async () => {},
  });
  const [file] = files;
  if (file === undefined) throw new Problem('file_missing');
  return { file, fields };
}

type FormOptions = Pick<UploadOptions<never>, 'row' | 'fileField' | 'maxFiles' | 'maxBytes' | 'tooLarge'>;

/** Ends when the form has ended and all files were received, or fails when nothing of it is under way any more. */
async function readForm(
  request: IncomingMessage,
  options: FormOptions,
  receive: (file: IncomingFile) => Promise<void>,
) {
  const fields: Record<string, string> = Object.create(null); // names come from strangers: no prototype to hit
  const open = new Set<Readable>();
  const ended = Promise.withResolvers<void>();
  let receiving = Promise.resolve();
  let failure: { error: unknown } | undefined;
  const form = openForm(request, options);

  function fail(error: unknown): void {
    if (failure) return;
    failure = { error };
    request.unpipe(form);
    // What the client still sends is read and dropped: otherwise its next request on this connection would wait for ever.
    request.resume();
    // Whoever reads a file of this form right now must not take the half for the whole.
    for (const stream of open) stream.destroy(error instanceof Error ? error : new Error(String(error)));
    ended.resolve();
  }
  const refuse = (field: string, message: string) =>
    fail(new Problem('invalid_request', undefined, [{ field, message }]));

  form.on('file', (field: string | undefined, stream: Readable, name: string | undefined) => {
    stream.on('error', () => {}); // the reader is told as well; without a listener it would end the process
    if (failure) return void stream.resume();
    if (field !== options.fileField) {
      stream.resume();
      return refuse(field ?? '/', 'does not take a file');
    }
    if (!name) return void stream.resume(); // an empty file input of a browser's form
    open.add(stream);
    stream.on('limit', () => fail(new Problem(options.tooLarge)));
    stream.on('close', () => open.delete(stream));
    receiving = receiving
      .then(async () => {
        if (failure) return;
        await receive({ name: shownName(name), stream });
        stream.resume(); // the form goes on only when the file was read to its end
      })
      .catch(fail);
  });
  form.on('field', (field: string | undefined, value: string, _nameCut: boolean, valueCut: boolean) => {
    if (field === undefined) return refuse('/', 'has a part without a name');
    if (field === options.fileField) return refuse(field, 'must be a file');
    if (!Object.hasOwn(options.row.multipart, field)) return refuse(field, 'is not a known field');
    if (Object.hasOwn(fields, field)) return refuse(field, 'was sent twice');
    if (valueCut) return refuse(field, `must be at most ${limits.jsonBodyBytes} bytes`);
    if (value.includes('\0')) return refuse(field, 'must not contain the NUL character');
    fields[field] = value;
  });
  form.on('filesLimit', () => fail(new Problem('too_many_files', `At most ${options.maxFiles}.`)));
  form.on('fieldsLimit', () => fail(new Problem('invalid_request', `The form has more than ${maxFields} fields.`)));
  form.on('error', () => fail(new Problem('invalid_request', 'The form is broken or was cut off.')));
  form.on('finish', () => ended.resolve());

  const idle = setTimeout(() => fail(new Problem('request_timeout')), idleMilliseconds);
  const alive = () => void idle.refresh();
  const cutOff = () => {
    if (!request.complete) fail(new Problem('invalid_request', 'The upload was cut off.'));
  };
  request.on('data', alive).on('close', cutOff);
  request.pipe(form);
  await ended.promise;
  clearTimeout(idle);
  request.off('data', alive).off('close', cutOff);
  await receiving;
  if (failure) throw failure.error;
  return fields;
}

function openForm(request: IncomingMessage, options: FormOptions): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
      limits: {
        fileSize: options.maxBytes,
        files: options.maxFiles,
        fields: maxFields,
        fieldSize: limits.jsonBodyBytes,
        headerPairs: 20,
        headerSize: 8 * 1024,
      },
    });
  } catch {
    throw new Problem('invalid_request', 'The Content-Type names no boundary.');
  }
}

function shownName(name: string): string {
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  const plain = name.replace(/[\u0000-\u001f\u007f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '').toWellFormed();
  return plain.slice(-255) || 'unnamed';
}
