import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';

/** Why a text is not JSON that every program reads the same; a sentence without its subject. */
export class JsonFault extends Error {}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]:,]/gs;

/**
 * JSON in which every key stands once. `JSON.parse` keeps the last of two equal keys, other programs the first: a
 * reviewer and the server would then see different manifests.
 * @throws JsonFault
 */
export function parseStrictJson(bytes: Uint8Array): Json {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new JsonFault('is not valid UTF-8');
  }
  // Before parsing: the scan needs no recursion, the parser and everybody behind it do.
  checkDepth(text);
  let value: Json;
  try {
    value = JSON.parse(text) as Json; // what JSON.parse gives is JSON
  } catch (error) {
    throw new JsonFault(`is not valid JSON (${error instanceof Error ? error.message : 'unreadable'})`);
  }
  checkKeys(text);
  return value;
}

/** Character by character: on a text that may not be JSON, a regular expression could try every quote to the end. */
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString && character === '\\') at += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth > limits.jsonDepth) throw new JsonFault(`is nested deeper than ${limits.jsonDepth}`);
  }
}

/** The text is known to be JSON: in an object, a string before a colon is a key. */
function checkKeys(text: string): void {
  const open: (Set<string> | null)[] = [];
  let last = '';
  for (const [found] of text.matchAll(token)) {
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      const key = String(JSON.parse(last)); // an escaped key is the same key
      const keys = open.at(-1);
      if (key === '__proto__') throw new JsonFault('has a key named __proto__');
      if (keys?.has(key)) throw new JsonFault(`has the key "${key.slice(0, 60)}" twice in one object`);
      keys?.add(key);
    }
    last = found;
  }
}
