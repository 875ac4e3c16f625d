import { codedError } from '../errors.ts';
import { jsonOf } from '../host-calls.ts';

/** What plugin code gave, as JSON text: nothing else of it travels. */
export function text(value: unknown, what: string): string {
  if (typeof value !== 'string') throw codedError('host_call_invalid', `${what} must be a string.`);
  return jsonOf(value, 'host_call_invalid', what);
}

export function number(value: unknown, what: string): number {
  if (typeof value !== 'number' || value !== value || value === Infinity || value === -Infinity) {
    throw codedError('host_call_invalid', `${what} must be a number.`);
  }
  return value;
}

export function json(value: unknown, what: string): string {
  return jsonOf(value, 'host_call_invalid', what);
}

/** `,"name":value` where there is a value. */
export function optional(
  name: string,
  value: unknown,
  write: (value: unknown, what: string) => string | number,
): string {
  return value === undefined ? '' : `,"${name}":${write(value, name)}`;
}
