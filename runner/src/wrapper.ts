/** What stands around a CommonJS file when it is compiled, on its first line. */
export const wrapperHead = '(function (exports, require, module, __filename, __dirname) {';

/** The text that is compiled for a CommonJS file: V8 takes a code cache for exactly this text only. */
export function wrapped(source: string): string {
  return `${wrapperHead}${source}\n})`;
}

/** Text of a file as it is compiled: without a byte order mark, and `#!/usr/bin/env node` as the comment that it is to Node. */
export function sourceText(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes);
  return text.startsWith('#!') ? `//${text.slice(2)}` : text;
}
