import { Problem } from '@proofpix/contract/errors';
import { cleanText } from '@proofpix/host/clean-text';

/**
 * What strangers write to each other. Characters that nobody sees go: they could turn the order of a line around, or forge
 * one of ours. @throws Problem invalid_request where nothing is left
 */
export function plainText(field: string, text: string): string {
  const lines = cleanText(text).replaceAll(/\r\n?|[\u0085\u2028\u2029]/g, '\n');
  return visible(
    field,
    lines.replaceAll(/(?![\n\t])[\p{Cc}\p{Cf}]/gu, (character) => joiners[character] ?? ''),
  );
}

/** The same in one line. @throws Problem invalid_request */
export function plainLine(field: string, text: string): string {
  return visible(field, plainText(field, text).replaceAll(/\s+/g, ' '));
}

/** Parts of words in some scripts, and of emoji. */
const joiners: Readonly<Record<string, string>> = { '\u200c': '\u200c', '\u200d': '\u200d' };

function visible(field: string, text: string): string {
  const trimmed = text.trim();
  if (!/[^\s\p{Cf}]/u.test(trimmed))
    throw new Problem('invalid_request', undefined, [{ field: `/${field}`, message: 'must say something' }]);
  return trimmed;
}
