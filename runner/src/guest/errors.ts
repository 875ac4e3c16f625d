import type { ErrorCode } from '@proofpix/contract/errors';
import { createMarks, define, ErrorOf, slice, StringOf } from './intrinsics.ts';

export const messageChars = 2_000;
const stackChars = 16_000;
const nameChars = 100;

/** All that V8 says of `import()` where nobody answers it, as isolated-vm leaves it: the text does not even name it. */
const bareImport = 'Not supported';
const importHint = 'If this was import(): a plugin loads files of its package by static import and require only.';

const codes = createMarks<ErrorCode>();

/** An error that the plugin may catch, with a `code` of the contract's registry. */
export function codedError(code: ErrorCode, message: string): Error {
  const error = new ErrorOf(message);
  define(error, 'code', code, true);
  codes.put(error, code);
  return error;
}

export type Described = { code: ErrorCode; message: string; stack: string };

/**
 * Puts any thrown value into strings of bounded size. Getters, proxies and symbols are met with try and type checks;
 * what loops for ever is the watchdog's. Attack: test/escape/hostile-errors.test.ts.
 */
export function describe(thrown: unknown, fallback: ErrorCode): Described {
  if (thrown === null || (typeof thrown !== 'object' && typeof thrown !== 'function')) {
    return { code: fallback, message: `The plugin threw ${capped(StringOf(thrown), messageChars)}.`, stack: '' };
  }
  const message = read(thrown, 'message');
  const name = read(thrown, 'name');
  const said = message === undefined || message === '' ? 'An error without a message was thrown.' : message;
  const plain = said === bareImport ? `${said}. ${importHint}` : said;
  // A stack repeats the message: the stack of a giant message would be built only to be cut off.
  const stack = plain.length > messageChars ? '' : capped(read(thrown, 'stack') ?? '', stackChars);
  const own = codes.get(thrown);
  if (own !== undefined) return { code: own, message: capped(plain, messageChars), stack };
  const title = name === undefined || name === '' || name === 'Error' ? '' : `${capped(name, nameChars)}: `;
  return { code: fallback, message: title + capped(plain, messageChars), stack };
}

export function capped(text: string, characters: number): string {
  return text.length <= characters ? text : `${slice(text, 0, characters - 1)}…`;
}

function read(thrown: object, key: 'message' | 'name' | 'stack'): string | undefined {
  try {
    const value: unknown = (thrown as { [key: string]: unknown })[key]; // any object may be asked for any key
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
