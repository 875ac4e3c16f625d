import { Problem } from '@proofpix/contract/errors';
import { cleanText } from '@proofpix/host/clean-text';

/** What draws nothing, or turns the direction of what stands around it: it could only pretend to be something else. */
// oxlint-disable-next-line no-control-regex -- they are what is refused
const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/**
 * What strangers write for everybody to read: lines of plain text. @param least how many characters are needed
 * @throws Problem invalid_request
 */
export function plainText(field: string, text: string, least = 0): string {
  const plain = cleanText(text.replaceAll('\r\n', '\n')).trim();
  if (hidden.test(plain))
    throw wrong(field, 'must not have control characters, nor such that turn the direction of text');
  if (plain.length < least) throw wrong(field, 'must not be empty');
  return plain;
}

function wrong(field: string, message: string): Problem {
  return new Problem('invalid_request', undefined, [{ field, message }]);
}
