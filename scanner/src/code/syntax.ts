import type {
  ArrowFunctionExpression,
  CallExpression,
  Class,
  Expression,
  Function as PlainFunction,
  NewExpression,
  Node,
  TaggedTemplateExpression,
} from 'oxc-parser';

export type { Expression, Node };
export type FunctionNode = PlainFunction | ArrowFunctionExpression;
export type ClassNode = Class;
export type Callish = CallExpression | NewExpression | TaggedTemplateExpression;
/** Some nodes have one shape for several types. */
export type NodeOf<Type extends Node['type']> = Shape<Node, Type>;
type Shape<One extends Node, Type> = One extends { type: infer Own } ? (Type extends Own ? One : never) : never;

export function isFunction(node: Node | null | undefined): node is FunctionNode {
  return (
    node?.type === 'FunctionDeclaration' ||
    node?.type === 'FunctionExpression' ||
    node?.type === 'ArrowFunctionExpression'
  );
}

export function isClass(node: Node): node is ClassNode {
  return node.type === 'ClassDeclaration' || node.type === 'ClassExpression';
}

/** The function around a node, or null at the top level. */
export function functionAround(node: Node): FunctionNode | null {
  for (let at = node.parent; at !== null && at !== undefined; at = at.parent) if (isFunction(at)) return at;
  return null;
}

export function isInside(node: Node, outer: Node): boolean {
  return node.start >= outer.start && node.end <= outer.end;
}

/** The name of a property where it stands in the source as such. */
export function plainKey(key: Node, computed: boolean): string | null {
  if (!computed && key.type === 'Identifier') return key.name;
  if (key.type === 'Literal' && (typeof key.value === 'string' || typeof key.value === 'number')) {
    return String(key.value);
  }
  return null;
}

/** A node that only wraps another without changing its value. */
export function unwrapped(node: Node): Node {
  let at = node;
  for (;;) {
    if (at.type === 'ChainExpression' || at.type === 'ParenthesizedExpression') at = at.expression;
    else if (at.type === 'SequenceExpression') {
      const last = at.expressions.at(-1);
      if (last === undefined) return at;
      at = last;
    } else return at;
  }
}

/** Whether the value of a node is thrown away or only asked for its type. */
export function isProbe(node: Node): boolean {
  const { parent } = node;
  return parent?.type === 'UnaryExpression' && (parent.operator === 'typeof' || parent.operator === 'void');
}
