import { freeze } from '../intrinsics.ts';

export function createHttp(): object {
  return freeze({});
}
