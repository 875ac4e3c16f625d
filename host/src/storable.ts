import type { FieldError } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';

/**
 * What in a stranger's JSON neither database would keep (NUL, lone surrogates, also in names) or what is nested so deep
 * that walking it could overflow the stack. Null when it can be stored.
 */
export function storageObstacle(value: unknown, at = '', depth = 0): FieldError | null {
  if (typeof value === 'string') {
    return isStorable(value) ? null : { field: at || '/', message: 'must not contain NUL or broken characters' };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth >= limits.jsonDepth) return { field: at || '/', message: `is nested deeper than ${limits.jsonDepth}` };
  for (const [name, child] of Object.entries(value)) {
    if (!isStorable(name)) return { field: at || '/', message: 'must not have a name with NUL or broken characters' };
    const obstacle = storageObstacle(child, `${at}/${name}`, depth + 1);
    if (obstacle) return obstacle;
  }
  return null;
}

/** Whether something is nested deeper than the platform takes: the test that whatever walks it relies on. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= limits.jsonDepth || Object.values(value).some((child) => isTooDeep(child, depth + 1));
}

export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
