import type { CodeRule } from '../rule.ts';
import { isProbe, type Node } from '../syntax.ts';
import { pathsOf } from '../values.ts';

export const evalRule: CodeRule = {
  kind: 'code',
  id: 'eval',
  severity: 'high',
  explanation:
    'eval runs text as code. What it runs cannot be reviewed, and the same file can do something else tomorrow.',
  remedy: 'Write the code out, or read data with JSON.parse.',
  samples: {
    bad: [
      'exports.hooks = { "file:process": () => eval("1 + 1") };',
      'const run = eval; run(text);',
      '(0, eval)(text);',
      'const tools = { run: eval };\ntools.run(text);',
      'function* pass() { yield eval; }',
      'const { eval: run } = globalThis; run(text);',
      'lines.forEach(eval);',
      'const run = globalThis["eval"]; run(text);',
      'window.eval(text);',
      'eval?.("x = 2");',
      'const choose = (flag) => flag ? eval : null; choose(true)(text);',
    ],
    good: [
      'const medieval = (text) => text.length; medieval("eval(1)");',
      'const can = typeof eval === "function";',
      'function evaluate(expression, scope) { return scope.eval(expression); }',
      'class Parser { eval(node) { return node.value; } }\nnew Parser().eval({ value: 1 });',
      'function keep(value) { return value; eval(value); }',
      'const check = (name) => name === "eval" || name === "arguments";',
    ],
  },
  check(file, report) {
    for (const id of file.tree.globals.get('eval') ?? []) {
      if (isProbe(id) || isComparison(id)) continue;
      const table = isTableEntry(id);
      report(id, {
        message: table ? 'Keeps eval in a table of what the engine gives.' : 'Uses eval, which runs text as code.',
        severity: table ? 'low' : 'high',
        confidence: table ? 0.4 : 1,
      });
    }
    for (const node of file.tree.nodes('MemberExpression')) {
      const [path] = pathsOf(file.evaluator.valuesOf(node)).filter((one) => one === 'eval');
      if (path !== undefined && !isProbe(node) && node.parent?.type !== 'AssignmentExpression') {
        report(node, { message: 'Reaches eval through the global object.' });
      }
    }
    for (const { node, paths, args } of file.invocations) {
      if (!paths.includes('eval') || mentionsEval(node)) continue;
      report(node, { message: `Calls eval under another name${args.length === 0 ? '' : ' with text'}.` });
    }
  },
};

function mentionsEval(node: Node): boolean {
  return node.type === 'CallExpression' && node.callee.type === 'Identifier' && node.callee.name === 'eval';
}

function isComparison({ parent }: Node): boolean {
  return parent?.type === 'BinaryExpression' && /^[=!]==?$/.test(parent.operator);
}

/** Tables of all intrinsics, as shims keep them to be safe from tampering; nothing is called there. */
function isTableEntry({ parent }: Node): boolean {
  if (parent?.type !== 'Property' || parent.parent?.type !== 'ObjectExpression') return false;
  return parent.parent.properties.length >= 20;
}
