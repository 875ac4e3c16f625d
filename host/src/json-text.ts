import { limits } from '@proofpix/contract/limits';
import { Problem, type ErrorCode } from '@proofpix/contract/errors';

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
/** Braces are brackets with this bit set. */
const braceBit = 0x20;

/**
 * Parses JSON that a stranger wrote, after a look at the text alone: nesting and the number of values decide what
 * parsing costs (3 million empty objects in 10 MB stall the event loop for most of a second), so they are counted first.
 * The value itself is not looked at. @throws Problem with the given code; SyntaxError when it is no JSON
 */
export function parseJson(text: string, most: { depth: number; code: ErrorCode }): unknown {
  if (!isSmallJson(text, most.depth)) refuseLargeJson(text, most);
  const value: unknown = JSON.parse(text);
  return value;
}

/** Too short for too many values, and with too few brackets to be too deep: most texts, told without reading them through. */
function isSmallJson(text: string, depth: number): boolean {
  // A key takes at least four characters, and any other value one.
  if (text.length > Math.min(limits.resultValues, limits.resultKeys * 4)) return false;
  let left = depth;
  for (const bracket of '{[') {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      left -= 1;
      if (left < 0) return false;
    }
  }
  return true;
}

function refuseLargeJson(text: string, most: { depth: number; code: ErrorCode }): void {
  const { depth, values, keys } = measureJson(text);
  if (depth > most.depth) throw new Problem(most.code, `It is nested deeper than ${limits.jsonDepth} levels.`);
  if (values > limits.resultValues) throw new Problem(most.code, `It has more than ${limits.resultValues} values.`);
  if (keys > limits.resultKeys) throw new Problem(most.code, `It has more than ${limits.resultKeys} keys.`);
}

/** Counts brackets, commas and colons outside of strings. Exact for valid JSON, bounded work for anything else. */
export function measureJson(text: string): { depth: number; values: number; keys: number } {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  let keys = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at);
    } else if (code === comma) {
      values += 1;
    } else if (code === colon) {
      keys += 1;
    } else if ((code | braceBit) === (openBracket | braceBit)) {
      depth += 1;
      values += 1;
      if (depth > deepest) deepest = depth;
    } else if ((code | braceBit) === (closeBracket | braceBit)) {
      depth -= 1;
    }
  }
  return { depth: deepest, values, keys };
}

/** Index of the closing quote of the string that opens at `start`, or of the end of the text. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    // Most strings have no escape at their end.
    if (text.charCodeAt(at - 1) !== backslash) return at;
    let escapes = 0;
    while (text.charCodeAt(at - 1 - escapes) === backslash) escapes += 1;
    if (escapes % 2 === 0) return at;
    at = text.indexOf('"', at + 1);
  }
  return text.length;
}
