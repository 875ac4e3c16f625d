import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { App } from './bind.ts';

/** The only body beside forms. An empty one counts as none, since clients send the header with every POST. */
export function addJsonParser(app: App): void {
  app.removeAllContentTypeParsers();
  // Refuses `__proto__` and `constructor` keys, which would otherwise be merged into objects somewhere later.
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) return done(null, undefined);
    const text = decode(body);
    if (text === undefined || depthOf(body) > limits.jsonDepth) {
      return done(
        new Problem(
          'invalid_request',
          text === undefined ? 'The body is not UTF-8.' : `The body is nested deeper than ${limits.jsonDepth}.`,
        ),
      );
    }
    parse(request, text, (error, value) => {
      done(error === null ? null : new Problem('invalid_request', 'The body is not valid JSON.'), value);
    });
  });
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Counted before parsing: whoever walks or prints a value of 500,000 levels runs out of stack. */
function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inText = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inText) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x7b || byte === 0x5b) deepest = Math.max(deepest, (depth += 1));
    else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}
