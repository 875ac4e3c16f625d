import { decoderIn } from '../code-text.ts';
import type { CodeFile } from '../code-file.ts';
import type { Invocation } from '../invocations.ts';
import { isCodeConstructor } from '../paths.ts';
import type { CodeRule, Remark } from '../rule.ts';
import { plainKey, type Node } from '../syntax.ts';
import { isText, pathsOf, textsOf } from '../values.ts';

export const codeFromTextRule: CodeRule = {
  kind: 'code',
  id: 'code-from-text',
  severity: 'high',
  explanation:
    'Function and its relatives make code from text, by any of the many ways to reach them. Such code is out of sight of every reviewer.',
  remedy: 'Write the function out. For templates, compile them when the plugin is built.',
  samples: {
    bad: [
      'new Function("return 6 * 7")();',
      'const Make = Function; Make("return 1")();',
      '[].map.constructor("return 1")();',
      '(() => {}).constructor("return 1")();',
      '({}).constructor.constructor("return 1")();',
      'const { constructor: Make } = async () => {}; Make("return 1")();',
      'Object.getPrototypeOf(function* () {}).constructor("yield 1")().next();',
      'Function`return 1```;',
      'Reflect.construct(Function, ["return 1"])();',
      'Function.prototype.constructor("return 1")();',
      'Function.call(null, "return 1")();',
      'class Run extends Function { constructor(text) { super(text); } }',
      'const c = "const" + "ructor"; "".at[c]("return 1")();',
      'const load = (text) => new Function(text); load(downloaded)();',
      'fetch(address).then((reply) => reply.text()).then((text) => Function(text)());',
      'Function("a", atob(blob))(1);',
      'const proxy = new Proxy(() => {}, { apply: (target, self, args) => target.constructor(...args) });',
      'globalThis[["Fun", "ction"].join("")]("return 1")();',
      'reply.text().then(Function).then((run) => run());',
      'reply.text().then((text) => new Function("data", text));',
      'const o = {}; o.make = Function; o.make("return 1")();',
    ],
    good: [
      'const root = typeof globalThis === "object" ? globalThis : Function("return this")();',
      'const root = freeGlobal || freeSelf || new Function("return this")();',
      'if (callback instanceof Function) callback();',
      'const toText = Function.prototype.toString.call(value);',
      'const types = { name: String, run: Function };',
      'const AsyncFunction = (async () => {}).constructor; const isAsync = (f) => f instanceof AsyncFunction;',
      'class A { copy() { return new this.constructor(this.value); } }',
      'function compile(parts) { let source = "var out = \\"\\";\\n"; for (const part of parts) source += "out += " + JSON.stringify(part) + ";\\n"; return new Function("data", source + "return out;"); }',
      'let allowed = true; try { new Function(""); } catch { allowed = false; }',
      'const isPlain = (value) => value.constructor === Object;',
    ],
  },
  check(file, report) {
    for (const invocation of file.invocations) {
      const path = invocation.paths.find(isCodeConstructor);
      if (path === undefined) continue;
      const remark = judge(file, invocation, path);
      if (remark !== null) report(invocation.node, remark);
    }
    for (const type of ['ClassDeclaration', 'ClassExpression'] as const) {
      for (const node of file.tree.nodes(type)) {
        if (node.superClass === null || !pathsOf(file.evaluator.valuesOf(node.superClass)).some(isCodeConstructor))
          continue;
        if (makesFromText(file, node))
          report(node.superClass, { message: 'Extends Function: its instances are made from text.' });
      }
    }
    for (const node of file.tree.nodes('CallExpression')) checkUnknownConstructor(file, node, report);
    for (const id of file.tree.globals.get('Function') ?? []) {
      if (id.parent?.type === 'YieldExpression' || id.parent?.type === 'ThrowStatement') {
        report(id, { message: 'Hands Function on by an unusual way.', confidence: 0.8 });
      }
    }
  },
};

/** Whether a subclass gives its text to Function: without a constructor of its own it takes any. */
function makesFromText(file: CodeFile, node: { start: number; end: number; body: { body: readonly Node[] } }): boolean {
  const own = node.body.body.find((member) => member.type === 'MethodDefinition' && member.kind === 'constructor');
  if (own === undefined) return true;
  return file.tree
    .nodes('CallExpression')
    .some(
      ({ callee, start, arguments: args }) =>
        callee.type === 'Super' && start >= own.start && start < own.end && args.length > 0,
    );
}

const globalGetter = /^\s*(?:return\s+(?:this|globalThis|self|window|global)\s*;?)?\s*$/;
const functionGetter =
  /^\s*return\s*\(?\s*(?:async\s*)?(?:function\s*\*?\s*\(\)\s*\{\s*\}|\(\)\s*=>\s*\{\s*\})\s*\)?(?:\.constructor)?;?\s*$/;

function judge(
  file: CodeFile,
  { node, args, values, paths, construct, direct, handed }: Invocation,
  path: string,
): Remark | null {
  if (handed) return { message: `Hands ${path} to what calls it with text.` };
  const body = values.at(-1) ?? [];
  const bodyNode = args.at(-1);
  // Several possible texts are none that is known.
  const text = body.length === 1 ? textsOf(body)[0] : undefined;
  const unknown = body.every(({ kind }) => kind === 'path');
  const hidden = body.some((value) => isText(value) && value.decoded);
  if (values.length === 0 && args.length === 0 && node.type !== 'TaggedTemplateExpression') {
    // `new Function()` is empty; `Function.apply(this, list)` is what template engines do.
    return construct || direct
      ? null
      : { message: `Makes code from a list of texts with ${path}.`, severity: 'low', confidence: 0.4 };
  }
  if (text !== undefined && (globalGetter.test(text) || functionGetter.test(text)) && !hidden) return null;
  const named = direct || paths.length > 1 || path === 'Function';
  const decoder = hidden
    ? 'a decoder'
    : bodyNode === undefined
      ? null
      : decoderIn(file, bodyNode, text === undefined && named && isComposed(file, bodyNode));
  if (decoder !== null) return { message: `Makes code from text that comes out of ${decoder}.` };
  if (text !== undefined) {
    // With parameters it works on what it is given, as engines do to find out what is allowed.
    const harmless = values.length > 1 && path === 'Function' && direct && !dangerous.test(text);
    return {
      message: `Makes code from the text "${text.slice(0, 60)}" with ${path}.`,
      ...(harmless ? { severity: 'low' as const, confidence: 0.4 } : {}),
    };
  }
  if (named && bodyNode !== undefined && isComposed(file, bodyNode)) {
    return {
      message: `Makes code from text that is put together here with ${path}.`,
      severity: 'low',
      confidence: 0.5,
    };
  }
  if (named && values.length > 1 && unknown && !(bodyNode !== undefined && isAnswer(file, bodyNode))) {
    return { message: `Makes code from text that is not known here with ${path}.`, severity: 'low', confidence: 0.4 };
  }
  if (bodyNode !== undefined && isOwnText(node, bodyNode)) {
    return { message: 'Makes a function of a callback that is given as text.', severity: 'low', confidence: 0.5 };
  }
  if (bodyNode === undefined && unknown && path === 'Function') {
    return { message: 'Makes code from a list of texts.', severity: 'low', confidence: 0.4 };
  }
  return { message: `Makes code from text that is not known here with ${path}.`, confidence: 0.9 };
}

const dangerous = /\b(?:require|process|import|eval|constructor|globalThis|fetch|module)\b/;

/** Source that the file itself writes piece by piece, as template engines do. */
function isComposed(file: CodeFile, node: Node): boolean {
  let pieces = 0;
  for (const part of file.madeOf(node)) {
    if (
      part.type === 'Literal' &&
      typeof part.value === 'string' &&
      /[;{}()=]|\breturn\b/.test(part.value) &&
      part.value.length >= 2
    ) {
      pieces += 1;
    }
    if (part.type === 'TemplateElement' && /[;{}()=]|\breturn\b/.test(part.value.raw)) pieces += 1;
  }
  return pieces >= 2;
}

/** What a promise brings: `.then((text) => new Function('data', text))`. */
function isAnswer(file: CodeFile, node: Node): boolean {
  if (node.type === 'AwaitExpression') return true;
  const [source] = node.type === 'Identifier' ? (file.tree.bindingOf(node)?.sources ?? []) : [];
  const parent = source?.kind === 'argument' ? source.fn.parent : null;
  if (source?.kind === 'value') return source.node.type === 'AwaitExpression';
  if (parent?.type !== 'CallExpression' || parent.callee.type !== 'MemberExpression') return false;
  return plainKey(parent.callee.property, parent.callee.computed) === 'then';
}

/** `callback = new Function('' + callback)`: old ways of timers, where a function is expected. */
function isOwnText({ parent }: Node, body: Node): boolean {
  if (parent?.type !== 'AssignmentExpression' || parent.left.type !== 'Identifier' || body.type !== 'BinaryExpression')
    return false;
  const { left, right } = body;
  return left.type === 'Literal' && left.value === '' && right.type === 'Identifier' && right.name === parent.left.name;
}

/** `x.constructor(…)` where x is not known: with text in it, x is a function more often than not. */
function checkUnknownConstructor(
  file: CodeFile,
  node: Node & { type: 'CallExpression' },
  report: (place: Node, remark: Remark) => void,
): void {
  if (!file.evaluator.valuesOf(node.callee).some(({ kind }) => kind === 'constructor')) return;
  const [first] = node.arguments;
  if (first === undefined) return;
  if (first.type === 'SpreadElement') {
    report(node, { message: 'Calls the constructor of something with arguments that are handed on.', confidence: 0.7 });
  } else if (textsOf(file.evaluator.valuesOf(first)).some((text) => /\breturn\b|[(;=]/.test(text))) {
    report(node, { message: 'Calls the constructor of something with code as text.', confidence: 0.9 });
  }
}
