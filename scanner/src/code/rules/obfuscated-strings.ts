import type { CodeFile } from '../code-file.ts';
import type { CodeRule } from '../rule.ts';
import { plainKey, unwrapped, type Node, type NodeOf } from '../syntax.ts';

export const obfuscatedStringsRule: CodeRule = {
  kind: 'code',
  id: 'obfuscated-strings',
  severity: 'high',
  explanation:
    'The file keeps its texts in a scrambled list, in escapes or in other forms that only serve to hide them. Minifiers do not do that.',
  remedy: 'Submit the readable or the minified file, not the obfuscated one.',
  samples: {
    bad: [
      '(function (list, goal) { const l = list(); while (true) { try { const sum = parseInt(t(1)) / 1 + -parseInt(t(2)) / 2 + parseInt(t(3)) / 3; if (sum === goal) break; else l.push(l.shift()); } catch (e) { l.push(l.shift()); } } })(texts, 12345);',
      'function texts() { const list = ["log", "run", "value"]; texts = function () { return list; }; return texts(); }',
      'const _0x1a2b = 1, _0x3c4d = 2, _0x5e6f = 3; use(_0x1a2b, _0x3c4d, _0x5e6f);',
      'a["\\x72\\x75\\x6e"]("\\x76\\x61\\x6c\\x75\\x65", "\\x6e\\x61\\x6d\\x65\\x73");',
      'a["\\u0072\\u0075\\u006e"]("\\u0076\\u0061\\u006c\\u0075\\u0065", "\\u006e\\u0061\\u006d\\u0065");',
      'const t = (![] + [])[1] + (!![] + [])[0] + ({} + [])[5];',
      'x = 0x1 * -0x773 + 0xcc2 + -0x42d * 0x1; y = 0x2 * 0x86 + -0x7 * 0x3 + 0x1; z = -0x18 * -0xb + -0x3 * 0x14 + -0x35; w = 0xa1 * 0x2 + -0x1 * 0x33; v = 0x3 * 0x11 + -0x2; u = -0x9d * 0x1 + 0x17;',
      'const s = "\\x6e\\x6f\\x62\\x6f\\x64\\x79\\x20\\x77\\x72\\x69\\x74\\x65\\x73\\x20\\x6c\\x69\\x6b\\x65\\x20\\x74\\x68\\x69\\x73";',
      'const order = "3|1|0|2".split("|"); let at = 0; while (true) { switch (order[at++]) { case "0": a(); continue; case "1": b(); continue; } break; }',
    ],
    good: [
      'const escape = "\\x1b[31m"; const nul = "\\x00\\x01\\x02";',
      'const mask = 0xff & (value >> 8) | 0x10;',
      'const names = ["push", "shift"]; queue.push(queue.shift());',
      'switch (state.next) { case 0: state.next = 2; break; }',
      'const parts = "a|b|c".split("|");',
      'const table = /[\\x00-\\x1f\\x7f-\\x9f]/g;',
      'function once() { let done = true; once = function () { return done; }; return once(); }',
      'const yes = !0, no = !1;',
      'const spaces = "\\u0009\\u000a\\u0020\\u00a0\\u2000\\u2001\\u2002\\u2003\\u2004"; const digits = "\\u0030\\u0031\\u0032\\u0033\\u0034";',
    ],
  },
  check(file, report) {
    const escaped = [...file.tree.nodes('Literal')].filter(isNeedlesslyEscaped);
    const escapedChars = escaped.reduce((sum, { value }) => sum + String(value).length, 0);
    if ((escaped.length >= 3 || escapedChars >= 20) && escaped[0] !== undefined) {
      report(escaped[0], { message: `Writes ${escaped.length} plain texts in escapes.`, confidence: 0.9 });
    }
    const hexNames = namesOf(file, /^_0x[0-9a-f]{2,}$/i);
    if (hexNames.length >= 3 && hexNames[0] !== undefined) {
      report(hexNames[0], { message: 'Gives its variables the names that obfuscators make.' });
    }
    for (const type of ['WhileStatement', 'ForStatement', 'DoWhileStatement'] as const) {
      for (const node of file.tree.nodes(type)) {
        if (isRotation(file, node))
          report(node, { message: 'Turns a list of texts until a sum is right, as obfuscators do.' });
        else if (isFlattened(file, node))
          report(node, { message: 'Runs its statements in an order that is kept in a text.', confidence: 0.9 });
      }
    }
    for (const node of file.tree.nodes('FunctionDeclaration')) {
      if (isTextStore(file, node))
        report(node, { message: 'Keeps its texts in a function that replaces itself.', confidence: 0.9 });
    }
    const coerced = file.tree.nodes('MemberExpression').filter((node) => node.computed && isCoerced(node.object));
    if (coerced.length >= 2 && coerced[0] !== undefined)
      report(coerced[0], { message: 'Spells its texts out of the names of other values.' });
    const sums = file.tree.nodes('BinaryExpression').filter((node) => isHexSum(file, node));
    if (sums.length >= 5 && sums[0] !== undefined)
      report(sums[0], { message: 'Writes its numbers as sums of hexadecimal ones.', confidence: 0.8 });
  },
};

function isNeedlesslyEscaped(node: NodeOf<'Literal'>): boolean {
  if (typeof node.value !== 'string' || node.value.length < 3 || node.raw === null || node.raw.length > 20_000)
    return false;
  const escapes = node.raw.match(/\\x[2-7][0-9a-f]|\\u00[2-7][0-9a-f]|\\u\{[2-7][0-9a-f]\}/gi)?.length ?? 0;
  return escapes >= 3 && escapes / node.value.length > 0.6 && /[a-z]{2}/i.test(node.value);
}

function namesOf(file: CodeFile, pattern: RegExp): Node[] {
  const seen = new Set<string>();
  return file.tree.nodes('Identifier').filter(({ name }) => {
    if (seen.has(name) || !pattern.test(name)) return false;
    seen.add(name);
    return true;
  });
}

/** A loop without end around `try`, in which a list is turned by one and numbers are read out of texts. */
function isRotation(file: CodeFile, loop: Node): boolean {
  const inside = (node: Node) => node.start >= loop.start && node.end <= loop.end;
  // Few loops hold one: the calls of the whole file are not looked through for the others.
  if (loop.end - loop.start > 20_000 || !file.tree.nodes('TryStatement').some(inside)) return false;
  const calls = file.tree.nodes('CallExpression').filter(inside);
  const turns = calls.some(({ callee, arguments: [first] }) => {
    const given = first === undefined ? null : unwrapped(first);
    return (
      methodOf(file, callee) === 'push' && given?.type === 'CallExpression' && methodOf(file, given.callee) === 'shift'
    );
  });
  const reads = calls.filter(({ callee }) => callee.type === 'Identifier' && callee.name === 'parseInt').length;
  return (turns && reads >= 1) || reads >= 5;
}

function methodOf(file: CodeFile, callee: Node): string | null {
  if (callee.type !== 'MemberExpression') return null;
  const plain = plainKey(callee.property, callee.computed);
  if (plain !== null) return plain;
  const [value] = file.evaluator.valuesOf(callee.property);
  return value?.kind === 'primitive' ? String(value.value) : null;
}

function isFlattened(file: CodeFile, loop: Node): boolean {
  return file.tree.nodes('SwitchStatement').some((node) => {
    if (node.start < loop.start || node.end > loop.end) return false;
    const { discriminant } = node;
    if (discriminant.type !== 'MemberExpression' || discriminant.property.type !== 'UpdateExpression') return false;
    const made = file.madeOf(discriminant.object).slice(0, 200);
    return (
      made.some((part) => part.type === 'CallExpression' && methodOf(file, part.callee) === 'split') ||
      made.some(
        (part) => part.type === 'Literal' && typeof part.value === 'string' && /^\d+(?:\|\d+)+$/.test(part.value),
      )
    );
  });
}

/** `function a() { var list = ['…']; a = function () { return list; }; return a(); }` */
function isTextStore(file: CodeFile, node: NodeOf<'FunctionDeclaration'>): boolean {
  const { id, body } = node;
  if (id === null || body === null || body.body.length > 6) return false;
  const holdsTexts = body.body.some(
    (statement) =>
      statement.type === 'VariableDeclaration' &&
      statement.declarations.some(
        ({ init }) =>
          init?.type === 'ArrayExpression' &&
          init.elements.length >= 2 &&
          init.elements.every((one) => one?.type === 'Literal' || one?.type === 'BinaryExpression'),
      ),
  );
  if (!holdsTexts) return false;
  return file.tree
    .nodes('AssignmentExpression')
    .some(
      ({ left, start, end }) =>
        start >= node.start && end <= node.end && left.type === 'Identifier' && left.name === id.name,
    );
}

/** `(![] + [])[0]`, `({} + "")[1]`, `([][[]] + [])[2]`: letters of false, object and undefined. */
function isCoerced(node: Node): boolean {
  const at = unwrapped(node);
  if (at.type !== 'BinaryExpression' || at.operator !== '+') return false;
  const right = unwrapped(at.right);
  const empty =
    (right.type === 'ArrayExpression' && right.elements.length === 0) ||
    (right.type === 'Literal' && right.value === '');
  const left = unwrapped(at.left);
  return (
    empty &&
    ['UnaryExpression', 'ObjectExpression', 'ArrayExpression', 'MemberExpression'].includes(left.type) &&
    !namesSomething(left)
  );
}

function namesSomething(node: Node): boolean {
  const at = unwrapped(node);
  if (at.type === 'UnaryExpression') return namesSomething(at.argument);
  if (at.type === 'MemberExpression') return namesSomething(at.object) && at.object.type !== 'Identifier';
  return (
    at.type === 'Identifier' ||
    (at.type === 'ObjectExpression' && at.properties.length > 0) ||
    (at.type === 'ArrayExpression' && at.elements.length > 1)
  );
}

function isHexSum(file: CodeFile, node: NodeOf<'BinaryExpression'>): boolean {
  if (node.parent?.type === 'BinaryExpression' || node.end - node.start > 200) return false;
  const text = file.source.slice(node.start, node.end);
  return /^[-+*\s()]*0x[0-9a-f]+(?:[-+*\s()]+0x[0-9a-f]+)+[\s)]*$/i.test(text) && /\*/.test(text);
}
