import type { CodeFile } from '../code-file.ts';
import { isFunctionPath, isIntrinsic } from '../paths.ts';
import type { CodeRule, Remark } from '../rule.ts';
import { plainKey, unwrapped, type Node } from '../syntax.ts';
import { pathsOf, textsOf } from '../values.ts';

const writers: ReadonlySet<string> = new Set([
  'Object.defineProperty',
  'Object.defineProperties',
  'Object.assign',
  'Object.setPrototypeOf',
  'Reflect.set',
  'Reflect.defineProperty',
  'Reflect.setPrototypeOf',
  'Reflect.deleteProperty',
  'Object.freeze',
  'Object.seal',
  'Object.preventExtensions',
]);

export const intrinsicTamperingRule: CodeRule = {
  kind: 'code',
  id: 'intrinsic-tampering',
  severity: 'medium',
  explanation:
    'What the language gives is shared by all code of the plugin. Whoever replaces it listens to, or changes, what other code does.',
  remedy: 'Keep functions of your own in your own objects.',
  samples: {
    bad: [
      'Object.prototype.polluted = true;',
      'Array.prototype.push = function () {};',
      'JSON.parse = (text) => spy(text);',
      'const o = {}; o.__proto__.isAdmin = true;',
      'o["__pro" + "to__"][key] = value;',
      'Object.defineProperty(Array.prototype, "0", { set: spy });',
      'Object.assign(Object.prototype, { x: 1 });',
      'Object.getPrototypeOf([]).map = spy;',
      '({}).constructor.prototype.x = 1;',
      'globalThis.fetch = spy;',
      'Promise.prototype.then = spy;',
      'const p = Object.prototype; p.x = 1;',
      'Reflect.set(String.prototype, "trim", spy);',
    ],
    good: [
      'if (!Array.prototype.at) Array.prototype.at = function (index) { return this[index]; };',
      'Object.assign = Object.assign || function () {};',
      'Plugin.prototype.run = function () {};',
      'class A {} A.prototype.x = 1;',
      'Child.prototype = Object.create(Parent.prototype);',
      'child.__proto__ = parent;',
      'Error.stackTraceLimit = 10;',
      'Object.setPrototypeOf(Child, Parent);',
      'Object.defineProperty(exports, "__esModule", { value: true });',
      'function Local() {} Local.prototype.constructor = Local;',
    ],
  },
  check(file, report) {
    const { valuesOf } = file.evaluator;
    for (const node of file.tree.nodes('AssignmentExpression')) {
      const target = unwrapped(node.left);
      if (target.type === 'MemberExpression') noteWrite(target);
    }
    for (const { operator, argument } of file.tree.nodes('UnaryExpression')) {
      const target = unwrapped(argument);
      if (operator !== 'delete' || target.type !== 'MemberExpression') continue;
      const key = plainKey(target.property, target.computed);
      const [owner] = pathsOf(valuesOf(target.object));
      // To remove what is not of the language is to clean up.
      if (key !== null && owner !== undefined && isFunctionPath(`${owner}.${key}`)) noteWrite(target);
    }
    for (const { node, paths, args } of file.invocations) {
      const [target, key] = args;
      const writer = paths.find((path) => writers.has(path));
      if (writer === undefined || target === undefined) continue;
      const owner = isParameter(file, target) ? null : ownerOf(pathsOf(valuesOf(target)));
      if (owner === null) continue;
      const [name] = key === undefined ? [] : textsOf(valuesOf(key));
      if (owner === 'Error' && name !== undefined && !name.startsWith('prepare')) continue;
      report(
        node,
        tampered(file, node, `${owner}${name === undefined || writer.endsWith('PrototypeOf') ? '' : `.${name}`}`),
      );
    }

    function noteWrite(node: Node): void {
      if (node.type !== 'MemberExpression') return;
      const key = plainKey(node.property, node.computed);
      const paths = pathsOf(valuesOf(node.object));
      const owner = isParameter(file, node.object) ? null : ownerOf(paths);
      if (owner === null) {
        if (throughPrototype(file, node.object))
          report(node, { message: 'Writes into the prototype of another object.' });
        else if (paths.includes('globalThis') && key !== null && isShared(key)) report(node, tampered(file, node, key));
        return;
      }
      if (owner === 'Error' && key !== 'prepareStackTrace') return;
      if (key === 'constructor' && owner !== 'Object.prototype') return;
      report(node, tampered(file, node, `${owner}.${key ?? '[…]'}`));
    }
  },
};

/** What a function is given is many things, of which the intrinsic may be none. */
function isParameter(file: CodeFile, node: Node): boolean {
  const at = unwrapped(node);
  if (at.type !== 'Identifier') return false;
  return file.tree.bindingOf(at)?.sources.some(({ kind }) => kind === 'argument') ?? false;
}

/** The intrinsic, or its prototype, that one of the paths means. */
function ownerOf(paths: readonly string[]): string | null {
  return (
    paths.find(
      (path) =>
        /^[A-Z]\w*(?:\.prototype)?$/.test(path) && isIntrinsic(path.replace('.prototype', '')) && path !== 'Module',
    ) ?? null
  );
}

/** `x.__proto__.y = …`, by its plain or its computed name. */
function throughPrototype(file: CodeFile, node: Node): boolean {
  const at = unwrapped(node);
  if (at.type !== 'MemberExpression') return false;
  const plain = plainKey(at.property, at.computed);
  return plain === null && at.computed
    ? textsOf(file.evaluator.valuesOf(at.property)).includes('__proto__')
    : plain === '__proto__';
}

function isShared(key: string): boolean {
  return (
    isIntrinsic(key) ||
    /^(?:fetch|setTimeout|setInterval|queueMicrotask|console|crypto|XMLHttpRequest|WebSocket|atob|btoa)$/.test(key)
  );
}

/** Additions that are made where something is missing do no harm. */
function tampered(file: CodeFile, node: Node, what: string): Remark {
  const added = isGuarded(file, node, what.split('.').at(-1) ?? what);
  return {
    message: added ? `Adds ${what} where it is missing.` : `Changes ${what}, which all code shares.`,
    severity: added ? 'low' : 'medium',
    confidence: added ? 0.4 : 0.9,
  };
}

function isGuarded(file: CodeFile, node: Node, last: string): boolean {
  let levels = 0;
  for (
    let at: Node | null | undefined = node;
    at !== null && at !== undefined && levels < 16;
    at = at.parent, levels += 1
  ) {
    const test =
      at.type === 'IfStatement' || at.type === 'ConditionalExpression'
        ? at.test
        : at.type === 'LogicalExpression'
          ? at.left
          : null;
    if (test !== null && !(node.start >= test.start && node.end <= test.end)) {
      const text = file.source.slice(test.start, test.end);
      // What a library gives to whoever has neither modules nor a loader.
      if (text.includes(last) || /\btypeof\s+(?:exports|module|define)\b/.test(text)) return true;
    }
    if (at.type === 'AssignmentExpression') {
      if (at.operator === '||=' || at.operator === '??=') return true;
      const right = unwrapped(at.right);
      if (
        right.type === 'LogicalExpression' &&
        right.operator !== '&&' &&
        file.source.slice(right.left.start, right.left.end).includes(last)
      )
        return true;
    }
  }
  return false;
}
