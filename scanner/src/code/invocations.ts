import type { CodeTree } from './code-tree.ts';
import type { Evaluator } from './evaluate.ts';
import { isCodeConstructor } from './paths.ts';
import { plainKey, unwrapped, type Callish, type Node } from './syntax.ts';
import { pathsOf, primitive, type Value } from './values.ts';

/** A call of something that the engine or the host gives, however it is written. */
export type Invocation = {
  node: Callish;
  /** What may be called: `eval`, `module:fs.readFile`. */
  paths: string[];
  /** The argument nodes that stand in the source; fewer than there are where a list is handed over. */
  args: Node[];
  /** What the arguments may be; worked out when a rule asks, since most are never asked for. */
  readonly values: Value[][];
  construct: boolean;
  /** The plain name, called as such. */
  direct: boolean;
  /** Given to a method that calls it: `list.map(eval)`. */
  handed: boolean;
};

export function findInvocations(tree: CodeTree, evaluator: Evaluator): Invocation[] {
  const nodes: Callish[] = [
    ...tree.nodes('CallExpression'),
    ...tree.nodes('NewExpression'),
    ...tree.nodes('TaggedTemplateExpression'),
  ];
  // The inner ones first: a long chain of calls is then followed link by link, each from what is known of the one before.
  const found = nodes.toReversed().map((node) => readInvocation(node, evaluator));
  return found.toReversed().filter(({ paths }) => paths.length > 0);
}

function readInvocation(node: Callish, { valuesOf }: Evaluator): Invocation {
  const construct = node.type === 'NewExpression';
  if (node.type === 'TaggedTemplateExpression') {
    const texts = node.quasi.quasis.map(({ value }) => [primitive(value.cooked)]);
    return {
      node,
      paths: pathsOf(valuesOf(node.tag)),
      args: [node.quasi],
      values: texts,
      construct,
      direct: false,
      handed: false,
    };
  }
  const callee = unwrapped(node.callee);
  const args: Node[] = node.arguments.filter(({ type }) => type !== 'SpreadElement');
  const method = callee.type === 'MemberExpression' ? plainKey(callee.property, callee.computed) : null;
  const listed = (at: Node | undefined): Value[][] => {
    const [list] = at === undefined ? [] : valuesOf(at);
    return list?.kind === 'list' ? list.items : [[]];
  };
  const reflects =
    callee.type === 'MemberExpression' && callee.object.type === 'Identifier' && callee.object.name === 'Reflect';
  if (
    callee.type === 'MemberExpression' &&
    !reflects &&
    (method === 'call' || method === 'apply' || method === 'bind')
  ) {
    const paths = pathsOf(valuesOf(callee.object));
    const rest = args.slice(1);
    const values = method === 'apply' ? listed(rest[0]) : rest.map(valuesOf);
    const nodes = method === 'apply' ? [] : rest;
    // `Function.prototype.call.call(f, …)` is a call of its first argument.
    if (paths.includes('Function.prototype.call') || paths.includes('Function.prototype.apply')) {
      const inner = args[0] === undefined ? [] : pathsOf(valuesOf(args[0]));
      return {
        node,
        paths: inner,
        args: args.slice(2),
        values: args.slice(2).map(valuesOf),
        construct,
        direct: false,
        handed: false,
      };
    }
    if (paths.length > 0) return { node, paths, args: nodes, values, construct, direct: false, handed: false };
  }
  const values = valuesOf(callee);
  const paths = pathsOf(values);
  const [first, second, third] = args;
  if (first !== undefined && paths.includes('Reflect.construct')) {
    return {
      node,
      paths: pathsOf(valuesOf(first)),
      args: [],
      values: listed(second),
      construct: true,
      direct: false,
      handed: false,
    };
  }
  if (first !== undefined && paths.includes('Reflect.apply')) {
    return {
      node,
      paths: pathsOf(valuesOf(first)),
      args: [],
      values: listed(third),
      construct,
      direct: false,
      handed: false,
    };
  }
  const handed = handedOver(node, first, method, valuesOf);
  if (handed.length > 0 && callee.type === 'MemberExpression') {
    const items = valuesOf(callee.object).flatMap((value) =>
      value.kind === 'list' ? value.items.slice(0, 6).flat() : [],
    );
    return { node, paths: handed, args: [], values: [items], construct, direct: false, handed: true };
  }
  const bound = values.flatMap((value) => (value.kind === 'bound' ? value.args : []));
  let known: Value[][] | null = null;
  return {
    node,
    paths,
    args,
    get values() {
      return (known ??= [
        ...bound,
        ...node.arguments.flatMap((arg) => (arg.type === 'SpreadElement' ? listed(arg.argument) : [valuesOf(arg)])),
      ]);
    },
    construct,
    direct: callee.type === 'Identifier' && paths.includes(callee.name),
    handed: false,
  };

  /** `['…'].map(eval)`: what is handed to such a method is called by it. */
  function handedOver(
    at: Node,
    callback: Node | undefined,
    name: string | null,
    ask: (node: Node) => Value[],
  ): string[] {
    if (at.type !== 'CallExpression' || callback === undefined || name === null || !callers.has(name)) return [];
    if (callback.type !== 'Identifier' && callback.type !== 'MemberExpression') return [];
    return pathsOf(ask(callback)).filter(
      (path) => path === 'eval' || path === 'require' || path === 'module.require' || isCodeConstructor(path),
    );
  }
}

const callers: ReadonlySet<string> = new Set([
  'map',
  'forEach',
  'filter',
  'find',
  'some',
  'every',
  'flatMap',
  'reduce',
  'then',
  'replace',
  'from',
]);
