import { limits } from '@proofpix/contract/limits';
import { parseSync, type Program } from 'oxc-parser';
import { nestsTooDeep } from './nesting.ts';

export type Parsed = { program: Program; fault: null } | { program: null; fault: string };

type Mode = 'script' | 'module' | 'commonjs' | 'unambiguous';

/** A tree, or why there is none. What is too large or too deep is refused before the parser sees it. */
export function parse(path: string, source: string): Parsed {
  if (source.length > limits.scanFileBytes) return fault(`is over ${limits.scanFileBytes / 1024 / 1024} MB`);
  if (nestsTooDeep(source)) return fault(`nests deeper than ${limits.scanDepth} levels`);
  let message = '';
  // A file may be written for either: what one reading refuses (a `with`, a `return` at the top) the next may take.
  const modes: Mode[] = path.endsWith('.mjs') ? ['module', 'commonjs'] : ['commonjs', 'module', 'script'];
  for (const sourceType of modes) {
    const { program, errors } = parseSync('file.js', source, { lang: 'js', sourceType, preserveParens: false });
    const [error] = errors;
    if (error === undefined) return { program, fault: null };
    message ||= error.message;
  }
  return fault(`is not JavaScript that can be read: ${message}`);
}

function fault(text: string): Parsed {
  return { program: null, fault: text };
}
