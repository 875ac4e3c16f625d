import type { CodeFile } from '../code-file.ts';
import type { CodeRule } from '../rule.ts';
import { functionAround, isFunction, plainKey, unwrapped, type FunctionNode, type Node } from '../syntax.ts';
import { pathsOf } from '../values.ts';

/** More than any photo needs. */
const hugeAmount = 2 ** 27;

export const endlessWorkRule: CodeRule = {
  kind: 'code',
  id: 'endless-work',
  severity: 'medium',
  explanation:
    'A loop without end, a function that always calls itself, or a piece of memory larger than any photo only serves to wear the server down.',
  remedy: 'Give loops an end, and read photos in pieces.',
  samples: {
    bad: [
      'for (;;) {}',
      'while (true) { count += 1; }',
      'do { x = x + 1; } while (1);',
      'const again = () => Promise.resolve().then(again); again();',
      'function tick() { queueMicrotask(tick); }',
      'const again = () => again();',
      'const text = "x".repeat(2 ** 29);',
      'const bytes = new Uint8Array(4294967295);',
      'async function turn() { await null; return turn(); }',
    ],
    good: [
      'for (;;) { if (done()) break; }',
      'while (true) { const next = read(); if (next === null) return all; all.push(next); }',
      'function walk(node) { if (node === null) return; walk(node.next); }',
      'const bytes = new Uint8Array(65536);',
      'function* count() { let n = 0; while (true) yield n++; }',
      'while (true) { await wait(); throw stop; }',
      'function poll() { setTimeout(poll, 1000); }',
    ],
  },
  check(file, report) {
    for (const type of ['ForStatement', 'WhileStatement', 'DoWhileStatement'] as const) {
      for (const node of file.tree.nodes(type)) {
        if (isAlways(file, node.test) && !hasWayOut(file, node)) report(node, { message: 'A loop has no end.' });
      }
    }
    const functions = (['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'] as const).flatMap(
      (type): readonly FunctionNode[] => file.tree.nodes(type),
    );
    for (const fn of functions)
      if (!fn.generator && alwaysRepeats(file, fn))
        report(fn, { message: 'A function always calls itself again.', confidence: 0.8 });
    for (const invocation of file.invocations) {
      const { node, paths, construct } = invocation;
      const allocates =
        paths.some((path) => /^(?:Buffer\.alloc\w*|String\.prototype\.(?:repeat|padStart|padEnd))$/.test(path)) ||
        (construct && paths.some((path) => /^(?:Array|ArrayBuffer|SharedArrayBuffer|\w+Array)$/.test(path)));
      const [amount] = allocates ? (invocation.values[0] ?? []) : [];
      if (amount?.kind === 'primitive' && typeof amount.value === 'number' && amount.value >= hugeAmount) {
        report(node, { message: `Asks for ${amount.value} elements at once.`, confidence: 0.8 });
      }
    }
  },
};

function isAlways(file: CodeFile, test: Node | null): boolean {
  if (test === null) return true;
  const at = unwrapped(test);
  if (at.type === 'UnaryExpression') {
    const inner = unwrapped(at.argument);
    // `!0`, `!![]`: how minifiers and obfuscators write true.
    if (at.operator !== '!' || !['Literal', 'ArrayExpression', 'UnaryExpression'].includes(inner.type)) return false;
    if (inner.type === 'UnaryExpression' && !['Literal', 'ArrayExpression'].includes(unwrapped(inner.argument).type))
      return false;
  } else if (at.type !== 'Literal') return false;
  const [value] = file.evaluator.valuesOf(at);
  return value?.kind === 'primitive' && Boolean(value.value);
}

function hasWayOut(file: CodeFile, loop: Node): boolean {
  const around = functionAround(loop);
  return (
    [
      'BreakStatement',
      'ContinueStatement',
      'ReturnStatement',
      'ThrowStatement',
      'YieldExpression',
      'AwaitExpression',
      'CallExpression',
    ] as const
  ).some((type) =>
    file.tree.nodes(type).some((node: Node) => {
      if (node.start < loop.start || node.end > loop.end || functionAround(node) !== around) return false;
      // A call may throw; one without anything else around it is not counted on to.
      if (node.type === 'CallExpression') return false;
      if (node.type === 'AwaitExpression') return true;
      return node.type !== 'ContinueStatement' || node.label !== null;
    }),
  );
}

const repeaters = /^(?:queueMicrotask|process\.nextTick|setImmediate)$/;

/** The function's one statement, or its last, calls it again whatever happens. */
function alwaysRepeats(file: CodeFile, fn: FunctionNode): boolean {
  const named = fn.id ?? (fn.parent?.type === 'VariableDeclarator' ? fn.parent.id : null);
  if (named?.type !== 'Identifier' || fn.body === null) return false;
  const binding = file.tree.bindingOf(named);
  if (binding === null) return false;
  const isSelf = (node: Node | undefined) => node?.type === 'Identifier' && file.tree.bindingOf(node) === binding;
  if (fn.body.type !== 'BlockStatement') return repeats(fn.body);
  const statements = fn.body.body;
  if (
    statements.length === 0 ||
    statements.length > 6 ||
    statements.some(({ type }) => !/^(?:Expression|Return)Statement$|^VariableDeclaration$/.test(type))
  )
    return false;
  return statements.some((statement) => {
    const value =
      statement.type === 'ExpressionStatement'
        ? statement.expression
        : statement.type === 'ReturnStatement'
          ? statement.argument
          : null;
    return value !== null && repeats(value);
  });

  function repeats(node: Node): boolean {
    const at = unwrapped(node.type === 'AwaitExpression' ? node.argument : node);
    if (at.type !== 'CallExpression' || isFunction(at.callee)) return false;
    if (isSelf(at.callee)) return fn.params.length === 0;
    const method = at.callee.type === 'MemberExpression' ? plainKey(at.callee.property, at.callee.computed) : null;
    if (!isSelf(at.arguments[0])) return false;
    return (
      method === 'then' ||
      method === 'finally' ||
      pathsOf(file.evaluator.valuesOf(at.callee)).some((path) => repeaters.test(path))
    );
  }
}
