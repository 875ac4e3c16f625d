import { Problem } from '@proofpix/contract/errors';
import { endWith, type ExitName } from './exit-codes.ts';
import { printable } from './printable.ts';

/** Why a command ends early: what is wrong, and what to do about it. */
export class CommandFailure extends Error {
  readonly exit: ExitName;
  readonly hints: readonly string[];

  constructor(message: string, options: { exit?: ExitName; hints?: readonly string[] } = {}) {
    super(message);
    this.exit = options.exit ?? 'wrongInput';
    this.hints = options.hints ?? [];
  }
}

/** Says on stderr what went wrong and sets the exit code. What is nobody's input but our own mistake keeps its stack. */
export function reportFailure(error: unknown): void {
  if (error instanceof CommandFailure) {
    say(error.message);
    for (const hint of error.hints) say(`  ${hint}`);
    return endWith(error.exit);
  }
  if (error instanceof Problem) {
    say(error.message);
    for (const { field, message } of error.fields) say(`  ${field} ${message}`);
    return endWith('wrongInput');
  }
  if (isSystemError(error)) {
    say(systemSentence(error));
    return endWith('wrongInput');
  }
  throw error;
}

/** A stranger's text may hold line feeds of ours (several sentences), but nothing that steers a terminal. */
function say(text: string): void {
  console.error(text.split('\n').map(printable).join('\n'));
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be opened: the permissions of the file or its folder do not allow it',
  EPERM: 'may not be changed: the system does not allow it',
  EEXIST: 'exists already',
  EISDIR: 'is a folder, and a file is needed',
  ENOTDIR: 'is a file, and a folder is needed',
  ENOSPC: 'could not be written: the disk is full',
  EROFS: 'could not be written: the disk is read-only',
};

function systemSentence({ code = '', path, message }: NodeJS.ErrnoException): string {
  const known = sentences[code];
  return known === undefined || path === undefined ? message : `${path} ${known}.`;
}
