import type { Range } from './byte-source.ts';

/** The Content Credentials of a file, still unread, whatever container they were found in. */
export type FoundStore = {
  /** JUMBF: the superbox with the label `c2pa`. */
  bytes: Uint8Array;
  /** Where they lie, with the container's own framing: what a data hash must leave out, and nothing else. */
  places: Range[];
  /** Where the picture itself lies, as far as the container tells. */
  picture: Range | null;
  /** Whether further stores lie in the file: only the first one counts. */
  more: boolean;
};

/** Larger ones are not read: they are a hundred times what a camera or an editor writes, and memory is limited. */
export const mostStoreBytes = 16 * 1024 * 1024;

/** The file's structure does not let the credentials be taken out. */
export class ContainerError extends Error {}

export function tooLarge(bytes: number): ContainerError {
  return new ContainerError(`They have ${(bytes / 1024 / 1024).toFixed(1)} MB; at most 16 MB are read.`);
}
