import { limits } from '@proofpix/contract/limits';

const opening = '([{';
const closing = ')]}';
const wordStart = /[\p{ID_Start}$_\\]/u;
/** Words after which an expression begins, so that a slash is a regular expression, and that nest what follows. */
const prefixWords: ReadonlySet<string> = new Set(
  'return typeof void delete new throw case do else in of instanceof await yield if while for with extends async'.split(
    ' ',
  ),
);
/** Their parentheses are followed by a statement. */
const controlWords: ReadonlySet<string> = new Set(['if', 'while', 'for', 'with']);
/** Words that may also be names: what follows a slash behind them is unclear. */
const unclearWords: ReadonlySet<string> = new Set(['of', 'yield', 'await', 'async']);

type Level = { bracket: string; control: boolean; chain: number };

/**
 * Whether source nests deeper than the native parser can be trusted with. It never says less than the truth: where a
 * slash may be a division or a regular expression, brackets behind it count when they open and not when they close.
 */
export function nestsTooDeep(source: string): boolean {
  const levels: Level[] = [{ bracket: '', control: false, chain: 0 }];
  let deepest = 0;
  let word = '';
  /** Kind of the last token: a value ends an expression, anything else wants one. */
  let last: 'value' | 'control' | 'block' | 'word' | 'operator' = 'operator';
  let newline = false;
  let chains = 0;
  const top = () => levels.at(-1) ?? { bracket: '', control: false, chain: 0 };
  const grow = () => {
    top().chain += 1;
    chains += 1;
    deepest = Math.max(deepest, levels.length + chains);
  };
  const reset = () => {
    chains -= top().chain;
    top().chain = 0;
  };
  const open = (bracket: string) => {
    levels.push({ bracket, control: controlWords.has(word), chain: 0 });
    deepest = Math.max(deepest, levels.length + chains);
  };
  for (let at = 0; at < source.length && deepest <= limits.scanDepth; at += 1) {
    const char = source[at] ?? '';
    if (char === '\n' || char === '\r' || char === '\u2028' || char === '\u2029') {
      newline = true;
      continue;
    }
    if (char === ' ' || char === '\t') continue;
    else if (char === '/' && source[at + 1] === '/') at = endOfLine(source, at) - 1;
    else if (char === '/' && source[at + 1] === '*') {
      const end = source.indexOf('*/', at + 2);
      at = end === -1 ? source.length : end + 1;
    } else if (source.startsWith('<!--', at)) {
      // A comment for scripts, operators for modules.
      at = skipUnclear(at, endOfLine(source, at));
      last = 'operator';
    } else if (char === '"' || char === "'") {
      at = endOfText(source, at);
      last = 'value';
    } else if (char === '`' || (char === '}' && top().bracket === '`')) {
      if (char === '}') close();
      at = endOfTemplate(source, at);
      if (source[at] === '{') open('`');
      last = source[at] === '{' ? 'operator' : 'value';
    } else if (wordStart.test(char)) {
      const end = endOfWord(source, at);
      const before = last;
      word = source.slice(at, end);
      at = end - 1;
      const startsStatement =
        newline && (before === 'value' || before === 'block') && !/^(?:in|of|else|instanceof|while)$/.test(word);
      const afterBlock = before === 'block' && !/^(?:else|in|of|instanceof|while)$/.test(word);
      if (startsStatement || afterBlock || word === 'case' || word === 'default') reset();
      if (prefixWords.has(word)) grow();
      last = prefixWords.has(word) ? 'word' : 'value';
      newline = false;
      continue;
    } else if (char >= '0' && char <= '9') {
      last = 'value';
    } else if (opening.includes(char)) {
      open(char);
      last = 'operator';
    } else if (closing.includes(char)) {
      const control = close();
      last = char === '}' ? 'block' : control ? 'control' : 'value';
    } else if (char === ';' || char === ',') {
      reset();
      last = 'operator';
    } else if (char === '/') {
      if (last === 'value') last = 'operator';
      else if (last === 'block' || (last === 'word' && unclearWords.has(word))) {
        at = skipUnclear(at + 1, endOfRegExp(source, at));
        last = 'operator';
      } else {
        const end = endOfRegExp(source, at);
        deepest = Math.max(deepest, levels.length + chains + countOpen(source, at, end));
        at = end;
        last = 'value';
      }
    } else {
      // Operators that take what is right of them first nest; the others are read in a loop.
      const nests = last !== 'value' || '=?:'.includes(char) || (char === '*' && source[at + 1] === '*');
      if (nests && char !== '.' && char !== '#' && char !== '@') grow();
      last = 'operator';
    }
    word = '';
    if (last !== 'operator' || char === ';') newline = false;
  }
  return deepest > limits.scanDepth;

  function close(): boolean {
    if (levels.length === 1) return false;
    chains -= top().chain;
    return levels.pop()?.control ?? false;
  }

  /** Brackets that may be text: what they open counts, what they close below where they began does not. */
  function skipUnclear(from: number, to: number): number {
    const base = levels.length;
    for (let at = from; at < to; at += 1) {
      const char = source[at] ?? '';
      if (opening.includes(char)) open(char);
      else if (closing.includes(char) && levels.length > base) close();
    }
    return Math.max(from, to) - 1;
  }
}

function countOpen(source: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at += 1) if (source[at] === '(' || source[at] === '[') count += 1;
  return count;
}

function endOfLine(source: string, from: number): number {
  for (let at = from; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\n' || char === '\r' || char === '\u2028' || char === '\u2029') return at;
  }
  return source.length;
}

function endOfWord(source: string, from: number): number {
  const pattern = /(?:[\p{ID_Continue}$\\]|\u200c|\u200d)*/uy;
  pattern.lastIndex = from;
  return from + Math.max(1, pattern.exec(source)?.[0].length ?? 0);
}

function endOfText(source: string, from: number): number {
  const quote = source[from];
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === quote || source[at] === '\n') return at;
  }
  return source.length;
}

/** The closing backtick, or the brace of `${`. */
function endOfTemplate(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at += 1) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === '`') return at;
    else if (source[at] === '$' && source[at + 1] === '{') return at + 1;
  }
  return source.length;
}

function endOfRegExp(source: string, from: number): number {
  let inClass = false;
  for (let at = from + 1; at < source.length; at += 1) {
    const char = source[at];
    if (char === '\\') at += 1;
    else if (char === '\n' || char === '\r') return at;
    else if (char === '[') inClass = true;
    else if (char === ']') inClass = false;
    else if (char === '/' && !inClass) return at;
  }
  return source.length;
}
