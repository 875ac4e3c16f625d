import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { fileNameKey, refuseFileName } from '../file-name.ts';
import type { OpenCall } from '../open-call.ts';
import type { HostCall } from './host-call.ts';

export const readFile: HostCall<'files.read'> = async ({ offset, length, sha256 }, { call }) => {
  const file = opened(call, sha256);
  const available = Math.max(0, Math.min(length, file.size - offset));
  const bytes = available === 0 ? new Uint8Array(0) : await file.read(offset, available);
  call.used.bytesRead += bytes.length;
  return { value: null, bytes };
};

/** A digest opens what the report names and nothing else: it is never looked up in the organisation's objects. */
function opened({ photo, reportFiles }: OpenCall, sha256: string | undefined) {
  if (sha256 === undefined || sha256 === photo?.file.sha256) {
    if (photo === undefined) throw new Problem('no_file');
    return { size: photo.file.size, read: photo.read };
  }
  const file = reportFiles?.(sha256);
  if (file === undefined) throw new Problem('no_file', 'No file of this report has this SHA-256.');
  return file;
}

export const writeFile: HostCall<'files.write'> = async ({ name }, { call, bytes }) => {
  if (call.derivedFiles === undefined) throw new Problem('no_file', 'This hook takes no derived files.');
  const refused = refuseFileName(name);
  if (refused !== null) throw new Problem('host_call_invalid', `The name of a derived file ${refused}.`);
  if (bytes.length > limits.derivedFileBytes) throw new Problem('host_call_invalid', 'The derived file is too large.');
  const key = fileNameKey(name);
  if (call.files.has(key)) {
    throw new Problem(
      'host_call_invalid',
      'There is a derived file of this name, or of one that differs only in case or accents.',
    );
  }
  if (call.files.size >= limits.derivedFiles) {
    throw new Problem('host_call_limit', `A call may add at most ${limits.derivedFiles} files.`);
  }
  // Taken before the first wait: two writes of one name at the same time must not both pass.
  call.files.set(key, null);
  const attempt = call.attempts;
  const writing = call.derivedFiles.write(name, bytes);
  call.writing.add(writing);
  try {
    const file = await writing;
    // The call may have begun anew in another runner meanwhile, with files of its own.
    if (call.attempts !== attempt) throw new Problem('call_ended');
    call.files.set(key, file);
  } catch (error) {
    if (call.attempts === attempt) call.files.delete(key);
    throw error;
  } finally {
    call.writing.delete(writing);
  }
  call.used.bytesWritten += bytes.length;
  return { value: null };
};
