import { isDeepStrictEqual } from 'node:util';
import { limits } from '@proofpix/contract/limits';
import { codeRules, textRules } from '@proofpix/scanner/code/rule-set';
import { scanFile } from '@proofpix/scanner/code/scan-package';
import { mutate, splice } from '../mutate.ts';
import type { Target } from '../target.ts';

/** What the rules know: the hostile and harmless snippets that they are tested with. */
const snippets = [...codeRules, ...textRules].flatMap(({ samples }) => [...samples.bad, ...samples.good]);

/** Ways to put one piece of code around or beside another. */
const frames: readonly (readonly [before: string, after: string])[] = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['`${', '}`'],
  ['(() => {', '})();'],
  ['function f(a) { return ', '}'],
  ['if (a) ', ' else b;'],
  ['class A { static { ', ' } }'],
  ['a = b ? ', ' : c;'],
  ['!', ''],
  ['a.b.', ''],
  ['x = "" + ', ''],
  ['for (;;) ', ''],
];

export const code: Target = {
  make(random) {
    let source = Array.from({ length: 1 + random.below(4) }, () => random.pick(snippets)).join(
      random.pick([';\n', '\n', ' ']),
    );
    for (let count = random.below(4); count > 0; count -= 1) {
      const [before, after] = random.pick(frames);
      const times = random.once(4) ? 1 + random.below(1_200) : 1;
      source = `${before.repeat(times)}${source}${after.repeat(times)}`;
    }
    if (random.once(12)) source = source.slice(0, 2_000).repeat(1 + random.below(40));
    const bytes = Buffer.from(source);
    if (random.once(4)) return splice(bytes, Buffer.from(random.pick(snippets)), random);
    return random.once(2) ? mutate(bytes, random) : bytes;
  },

  check(input) {
    const result = scanFile('index.cjs', input);
    for (const { line, column, excerpt, message } of result.findings) {
      if (!(line >= 0 && column >= 0)) throw new Error('A finding lies nowhere.');
      if (excerpt.length > 200 || message.length > 500) throw new Error('A finding is longer than it may be.');
    }
    if (result.findings.length > limits.scanFindings) throw new Error('It lists more findings than it may.');
    if (!isDeepStrictEqual(scanFile('index.cjs', input), result))
      throw new Error('It finds something else the second time.');
    return Promise.resolve();
  },
};
