import type { CodeRule } from '../rule.ts';

export const escapedNamesRule: CodeRule = {
  kind: 'code',
  id: 'escaped-names',
  severity: 'high',
  explanation: 'A name of plain letters that is written in escapes is meant not to be found.',
  remedy: 'Write the name as it is.',
  samples: {
    bad: ['\\u0065val(text);', 'const p = pr\\u006fcess;', 'object.\\u{63}onstructor(text);'],
    good: ['const text = "\\u0065val";', 'const \\u00e4pfel = 1;', 'const pattern = /\\u0065/;'],
  },
  check(file, report) {
    // oxlint-disable-next-line no-control-regex -- plain letters are what needs no escape
    const ascii = /^[\x00-\x7f]+$/;
    for (const node of file.tree.nodes('Identifier')) {
      if (node.end - node.start === node.name.length || !ascii.test(node.name)) continue;
      if (file.source.slice(node.start, node.end).includes('\\u'))
        report(node, { message: `Writes the name "${node.name}" in escapes.` });
    }
  },
};
