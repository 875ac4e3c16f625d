import type { frameTypes } from '@proofpix/contract/wire';

// The contract's numbers, checked by their types: the module itself needs a TextEncoder, which an isolate lacks.
type Types = typeof frameTypes;
export const callFrame: Types['call'] = 2;
export const replyFrame: Types['reply'] = 3;
export const loadedFrame: Types['loaded'] = 18;
export const resultFrame: Types['result'] = 19;
export const hostCallFrame: Types['hostCall'] = 20;
