import { boundParameters } from './bound-parameters.ts';
import { callsOf } from './call-sites.ts';
import type { CodeTree } from './code-tree.ts';
import { foldBinary, foldUnary, joinedText } from './fold-operators.ts';
import type { Follow } from './follow.ts';
import { foldBuiltin } from './fold-builtin.ts';
import { foldListMethod } from './fold-list.ts';
import { foldNumberText, foldTextMethod } from './fold-text.ts';
import { globalGetter, madeFromText } from './global-object.ts';
import { memberOf } from './members.ts';
import { globalPath, isCodeConstructor, isEngineName, modulePath } from './paths.ts';
import type { Binding, Source } from './scopes.ts';
import { isFunction, plainKey, unwrapped, type Expression, type Node, type NodeOf } from './syntax.ts';
import {
  isText,
  listOf,
  longestPath,
  pathValue,
  primitive,
  textOf,
  uniqueValues,
  type Env,
  type Value,
} from './values.ts';

const deepest = 60;
/** Steps that one question may take, and all of a file together: hostile source is made to be expensive. */
const stepsPerQuestion = 800;
const stepsPerFile = 6_000_000;
/** What an answer must have cost to be kept although it was cut. */
const stepsToKeep = stepsPerQuestion / 2;
const mostRounds = 2;
const nothing = Number.POSITIVE_INFINITY;
const cut = -1;
/** Functions followed inside of each other: nothing that depends on their arguments can be kept. */
const mostApplied = 4;
const changers: ReadonlySet<string> = new Set(['unshift', 'splice', 'fill', 'copyWithin', 'pop', 'shift', 'push']);

export type Evaluator = Follow & {
  /** What an expression may be, at rest. */
  valuesOf(node: Node): Value[];
  /** Whether the file asked for more steps than it gets: what came after is not known. */
  exhausted(): boolean;
};

export function createEvaluator(tree: CodeTree): Evaluator {
  const known = new Map<Node, Value[]>();
  const knownBindings = new Map<Binding, Value[]>();
  const busy = new Map<Binding, { place: number; values: Value[] }>();
  let applied = 0;
  let depth = 0;
  /**
   * The outermost binding under way that the answer so far leans on, by its place in `busy`: until that one is known, the
   * answer is not kept. `cut` stands for an answer that ran out of steps.
   */
  let leansOn = nothing;
  let left = stepsPerQuestion;
  let leftOfFile = stepsPerFile;
  const follow: Follow = { evaluate, apply, member };

  return { ...follow, valuesOf, exhausted: () => leftOfFile <= 0 };

  function valuesOf(node: Node): Value[] {
    left = stepsPerQuestion;
    depth = 0;
    applied = 0;
    busy.clear();
    leansOn = nothing;
    const values = evaluate(node, null);
    known.set(node, values);
    return values;
  }

  function evaluate(node: Node, env: Env): Value[] {
    const before = env === null ? known.get(node) : undefined;
    if (before !== undefined) return before;
    if (depth > deepest || left <= 0 || leftOfFile <= 0) {
      leansOn = cut;
      return [];
    }
    left -= 1;
    leftOfFile -= 1;
    depth += 1;
    const outer = leansOn;
    const leftBefore = left;
    leansOn = nothing;
    const values = uniqueValues(evaluateNow(unwrapped(node), env));
    depth -= 1;
    if (isKept(env, leftBefore)) known.set(node, values);
    leansOn = Math.min(leansOn, outer);
    return values;
  }

  /** An answer that is whole, or that was cut although it had most of the steps there are: asked anew, it would cost them again. */
  function isKept(env: Env, leftBefore: number): boolean {
    if (env === null && leansOn === cut && leftBefore - left >= stepsToKeep) leansOn = nothing;
    return env === null && leansOn === nothing;
  }

  function evaluateNow(node: Node, env: Env): Value[] {
    if (isFunction(node)) return [{ kind: 'function', node, env }];
    switch (node.type) {
      case 'Literal':
        if ('regex' in node && node.regex !== undefined)
          return [{ kind: 'regexp', pattern: node.regex.pattern, flags: node.regex.flags }];
        return node.value instanceof RegExp ? [] : [primitive(node.value)];
      case 'TemplateLiteral':
        return joinedText(node, (one) => evaluate(one, env));
      case 'Identifier':
        return valuesOfName(node, env);
      case 'ThisExpression':
        return env?.self ?? [];
      case 'MemberExpression':
        return valuesOfMember(node, env);
      case 'BinaryExpression':
        return foldBinary(node, (one) => evaluate(one, env));
      case 'UnaryExpression':
        return foldUnary(node.operator, evaluate(node.argument, env));
      case 'LogicalExpression': {
        const right = evaluate(node.right, env);
        return node.operator === '&&' ? right : [...evaluate(node.left, env), ...right];
      }
      case 'ConditionalExpression':
        return [...evaluate(node.consequent, env), ...evaluate(node.alternate, env)];
      case 'AssignmentExpression':
        if (node.operator === '=') return evaluate(node.right, env);
        if (node.operator === '+=')
          return foldBinary({ operator: '+', left: node.left, right: node.right }, (one) => evaluate(one, env));
        return node.operator.length === 3 ? [...evaluate(node.left, env), ...evaluate(node.right, env)] : [];
      case 'ArrayExpression':
        return listOf(node.elements.flatMap((element) => itemsOf(element, env)));
      case 'ObjectExpression':
        return [{ kind: 'record', node, env }];
      case 'ClassDeclaration':
      case 'ClassExpression':
        return [{ kind: 'class', node }];
      case 'AwaitExpression':
        return evaluate(node.argument, env);
      case 'ImportExpression':
        return evaluate(node.source, env).flatMap((value) => {
          const path = isText(value) ? modulePath(value.value) : null;
          return path === null ? [] : [pathValue(path)];
        });
      case 'CallExpression':
        return valuesOfCall(node, env);
      case 'NewExpression':
        return evaluate(node.callee, env).flatMap((callee): Value[] => {
          if (callee.kind === 'class') return [{ kind: 'instance', node: callee.node }];
          if (callee.kind !== 'path') return [];
          const args = argumentsOf(node.arguments, env);
          return foldBuiltin(callee.path, args, follow) ?? [pathValue(`${callee.path}()`)];
        });
      case 'TaggedTemplateExpression':
        return evaluate(node.tag, env).flatMap((tag) => apply(tag, [], []));
      default:
        return [];
    }
  }

  function itemsOf(element: NodeOf<'ArrayExpression'>['elements'][number], env: Env): Value[][] {
    if (element === null) return [[primitive(undefined)]];
    if (element.type !== 'SpreadElement') return [evaluate(element, env)];
    const [value] = evaluate(element.argument, env);
    if (value?.kind === 'list') return value.items;
    if (value !== undefined && isText(value)) return [...value.value].map((char) => [primitive(char, true)]);
    return [[]];
  }

  function argumentsOf(args: readonly NodeOf<'CallExpression'>['arguments'][number][], env: Env): Value[][] {
    return args.flatMap((arg) => (arg.type === 'SpreadElement' ? itemsOf(arg, env) : [evaluate(arg, env)]));
  }

  function valuesOfName(node: NodeOf<'Identifier'>, env: Env): Value[] {
    const binding = tree.bindingOf(node);
    if (binding !== null) return env?.values.get(binding) ?? valuesOfBinding(binding, env);
    if (node.name === 'undefined') return [primitive(undefined)];
    if (node.name === 'NaN' || node.name === 'Infinity') return [primitive(Number(node.name))];
    const path = pathValue(globalPath(node.name));
    const written = tree.undeclared.get(node.name);
    if (written === undefined) return [path];
    // What the engine gives by the name comes first: to write into it once must not hide that.
    return isEngineName(node.name)
      ? [path, ...valuesOfBinding(written, env)]
      : [...valuesOfBinding(written, env), path];
  }

  function valuesOfBinding(binding: Binding, env: Env): Value[] {
    const before = knownBindings.get(binding);
    if (before !== undefined && env === null) return before;
    const begun = busy.get(binding);
    if (begun !== undefined) {
      leansOn = Math.min(leansOn, begun.place);
      // A copy: a list that held what is still being added to would end up inside of itself.
      return [...begun.values];
    }
    const outer = leansOn;
    const leftBefore = left;
    leansOn = nothing;
    const place = busy.size;
    let values: Value[] = [];
    busy.set(binding, { place, values });
    // What is made of itself (`x = x[key]` in a loop) is another thing each time round.
    for (let round = 0; round < mostRounds; round += 1) {
      const before = values.length;
      for (const source of binding.sources.slice(0, 12)) values.push(...valuesOfSource(source, env));
      if (leansOn > place || binding.sources.length === 1 || values.length === 0) break;
      values = uniqueValues(values);
      busy.set(binding, { place, values });
      if (values.length === before) break;
    }
    busy.delete(binding);
    const kept = uniqueValues(grown(binding, values));
    // To lean on itself is not to be incomplete.
    if (leansOn >= place) leansOn = nothing;
    if (isKept(env, leftBefore)) knownBindings.set(binding, kept);
    leansOn = Math.min(leansOn, outer);
    return kept;
  }

  /** A list that methods change later is what they make of it, where that can be told, and else unknown. */
  function grown(binding: Binding, values: Value[]): Value[] {
    const lists = values.filter((value) => value.kind === 'list');
    if (lists.length === 0) return values;
    const added: Value[][] = [];
    for (const { parent } of binding.references) {
      if (parent?.type !== 'MemberExpression' || parent.object.type !== 'Identifier') continue;
      const method = plainKey(parent.property, parent.computed);
      const call = parent.parent;
      const writes = parent.computed && call?.type === 'AssignmentExpression' && call.left === parent;
      if (method === 'push' && call?.type === 'CallExpression' && call.arguments.length > 0) {
        const items = call.arguments.map((arg) => (arg.type === 'SpreadElement' ? [] : evaluate(arg, null)));
        if (items.some((item) => item.length === 0)) return values.filter((value) => value.kind !== 'list');
        added.push(...items);
      } else if (
        writes ||
        (method !== null && changers.has(method) && call?.type === 'CallExpression' && call.callee === parent)
      ) {
        return values.filter((value) => value.kind !== 'list');
      }
    }
    if (added.length === 0) return values;
    return values.flatMap((value) => (value.kind === 'list' ? listOf([...value.items, ...added]) : [value]));
  }

  function valuesOfSource(source: Source, env: Env): Value[] {
    switch (source.kind) {
      case 'value':
        return evaluate(source.node, env);
      case 'function':
        return [{ kind: 'function', node: source.node, env }];
      case 'class':
        return [{ kind: 'class', node: source.node }];
      case 'import': {
        const path = modulePath(source.module);
        if (path === null) return [];
        return source.name === null || source.name === 'default'
          ? [pathValue(path)]
          : member([pathValue(path)], primitive(source.name));
      }
      case 'property': {
        const of = valuesOfSource(source.of, env);
        const plain = plainKey(source.key, source.computed);
        if (plain !== null) return member(of, primitive(plain));
        return evaluate(source.key, env).flatMap((key) => member(of, key));
      }
      case 'element':
        return member(valuesOfSource(source.of, env), primitive(source.index));
      case 'either': {
        const of = valuesOfSource(source.of, env).filter(
          (value) => !(value.kind === 'primitive' && value.value === undefined),
        );
        return [...of, ...evaluate(source.fallback, env)];
      }
      case 'item':
        return evaluate(source.of, env).flatMap((list) => (list.kind === 'list' ? list.items.slice(0, 8).flat() : []));
      case 'argument':
        return callsOf(tree, source.fn).flatMap((call) => {
          const arg = call.arguments[source.index];
          return arg === undefined || arg.type === 'SpreadElement' ? [] : evaluate(arg, env);
        });
      case 'caught':
        return tree
          .nodes('ThrowStatement')
          .filter(({ start, end }) => start >= source.body.start && end <= source.body.end)
          .slice(0, 4)
          .flatMap(({ argument }) => evaluate(argument, env));
      case 'unknown':
        return [];
    }
  }

  function valuesOfMember(node: NodeOf<'MemberExpression'>, env: Env): Value[] {
    const of = evaluate(node.object, env);
    const plain = plainKey(node.property, node.computed);
    const keys = plain !== null ? [primitive(plain)] : node.computed ? evaluate(node.property, env) : [];
    const binding = node.object.type === 'Identifier' ? tree.bindingOf(node.object) : null;
    return keys.flatMap((key) => {
      const text = textOf(key) ?? '';
      return member(of, key, binding?.members.get(text));
    });
  }

  function member(of: Value[], key: Value, written: readonly Expression[] = []): Value[] {
    const text = keyText(key);
    if (text === null) return [];
    const hidden = key.kind !== 'primitive' || key.hidden;
    const found = of.flatMap((value) => memberOf(value, text, follow, hidden));
    if (of.length === 0 && text === 'constructor') found.push({ kind: 'constructor' });
    return [...written.flatMap((node) => evaluate(node, null)), ...found];
  }

  /** Objects may name a property too, by what they say of themselves. */
  function keyText(key: Value): string | null {
    if (key.kind !== 'record') return textOf(key);
    const [method] = ['toString', 'valueOf'].flatMap((name) =>
      memberOf(key, name, follow, false).filter(({ kind }) => kind === 'function'),
    );
    const [text] = method === undefined ? [] : apply(method, [], [key]);
    return text === undefined || text.kind === 'record' ? null : textOf(text);
  }

  function valuesOfCall(node: NodeOf<'CallExpression'>, env: Env): Value[] {
    const callee = unwrapped(node.callee);
    const args = argumentsOf(node.arguments, env);
    if (callee.type !== 'MemberExpression')
      return evaluate(callee, env).flatMap((value) => apply(value, args, [pathValue('globalThis')]));
    const self = evaluate(callee.object, env);
    const methods = callee.computed ? evaluate(callee.property, env).map(textOf) : [plainKey(callee.property, false)];
    const folded = methods.flatMap((method) =>
      method === null ? [] : self.flatMap((one) => foldMethod(one, method, args) ?? []),
    );
    if (folded.length > 0) return folded;
    return valuesOfMember(callee, env).flatMap((value) => apply(value, args, self));
  }

  function foldMethod(self: Value, method: string, args: Value[][]): Value[] | null {
    if (isText(self)) return foldTextMethod(self.value, method, args, follow);
    if (self.kind === 'primitive' && method === 'toString') return foldNumberText(self.value, args[0]?.[0]);
    if (self.kind === 'list') return foldListMethod(self.items, method, args, follow);
    if (self.kind === 'decoded') return [self];
    if (method === 'call') return apply(self, args.slice(1), args[0] ?? []);
    if (method === 'apply') return apply(self, args[1]?.[0]?.kind === 'list' ? args[1][0].items : [], args[0] ?? []);
    if (method === 'bind' && self.kind !== 'record') return [{ kind: 'bound', target: self, args: args.slice(1) }];
    return null;
  }

  function apply(callee: Value, args: Value[][], self: Value[]): Value[] {
    if (depth > deepest || left <= 0) {
      leansOn = cut;
      return [];
    }
    left -= 1;
    if (callee.kind === 'bound') return apply(callee.target, [...callee.args, ...args], []);
    if (callee.kind === 'path') {
      // No rule asks for longer ones, and a chain of calls would make them grow without end.
      if (callee.path.length > longestPath) return [];
      const [first] = args[0] ?? [];
      if (callee.path === globalGetter) return [pathValue('globalThis')];
      if (isCodeConstructor(callee.path)) return madeFromText(args);
      // Said through `call` of the prototypes: the receiver is an argument.
      return (
        foldBuiltin(callee.path, args, follow) ??
        (first === undefined && self.length === 0 ? [] : [pathValue(`${callee.path}()`)])
      );
    }
    if (callee.kind !== 'function' || callee.node.generator) return [];
    if (applied >= mostApplied) {
      leansOn = cut;
      return [];
    }
    const values = boundParameters(tree, callee, args);
    const isArrow = callee.node.type === 'ArrowFunctionExpression';
    const inner: Env = { values, self: isArrow ? (callee.env?.self ?? []) : self };
    depth += 1;
    applied += 1;
    const results = tree
      .returnsOf(callee.node)
      .slice(0, 6)
      .flatMap((node) => evaluate(node, inner));
    applied -= 1;
    depth -= 1;
    return results;
  }
}
