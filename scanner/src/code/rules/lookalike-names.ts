import type { CodeRule } from '../rule.ts';

/** Letters of other scripts that look like those of ours. */
const lookalikes = 'аеорсухівԁԛԝѕјһӏАВЕКМНОРСТУХІЅЈαοργνυικΑΒΕΖΗΙΚΜΝΟΡΤΥΧօսոցհյ';
const alike = new RegExp(`[${lookalikes}]`);
const scripts = [
  /\p{Script=Latin}/u,
  /\p{Script=Cyrillic}/u,
  /\p{Script=Greek}/u,
  /\p{Script=Armenian}/u,
  /\p{Script=Katakana}/u,
  /\p{Script=Cherokee}/u,
];

export const lookalikeNamesRule: CodeRule = {
  kind: 'code',
  id: 'lookalike-names',
  severity: 'medium',
  explanation: 'A name with letters of another script looks like a name that the reader knows, and is another one.',
  remedy: 'Write names with the letters of one script.',
  samples: {
    bad: [
      'const \u0435val = run;',
      'if (us\u0435r) grant();',
      'const \uff9f\u03c9\uff9f\uff89 = 1;',
      'const p\u0430ss = 1, pass = 2;',
      'obj.c\u043enstructor = 1;',
      'const \ud835\udc52val = 1;',
      'const \u0430 = 1;',
    ],
    good: [
      'const größe = 1;',
      'const Δt = 2, µs = 3;',
      'const имя = "x";',
      'const π = Math.PI;',
      'const text = "аbс";',
    ],
  },
  check(file, report) {
    const seen = new Set<string>();
    // oxlint-disable-next-line no-control-regex -- names of ASCII alone are the many, and quickly told
    const ascii = /^[\x00-\x7f]*$/;
    for (const node of file.tree.nodes('Identifier')) {
      if (ascii.test(node.name) || seen.has(node.name)) continue;
      seen.add(node.name);
      const mixed = scripts.filter((script) => script.test(node.name)).length > 1;
      const disguised = alike.test(node.name) && /[a-z]/i.test(node.name);
      const odd = mixed && !/\p{Script=Latin}/u.test(node.name);
      const half =
        /[\uff66-\uff9f]/.test(node.name) &&
        /[^\p{Script=Katakana}\p{Script=Hiragana}\p{Script=Han}ー_$\w]/u.test(
          node.name.replace(/[\uff66-\uff9f]/g, ''),
        );
      // A whole word of them, in the letters that only look like ours.
      const whole = !/\p{Script=Greek}/u.test(node.name) && [...node.name].every((char) => lookalikes.includes(char));
      const styled = ascii.test(node.name.normalize('NFKC'));
      if (disguised || odd || half || whole || styled)
        report(node, { message: `The name "${node.name}" mixes letters of several scripts.` });
    }
  },
};
