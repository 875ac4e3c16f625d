import type { Expression, Node } from './syntax.ts';
import type { Env, Value } from './values.ts';

/** What the parts of the evaluator ask each other, so that none imports the other. */
export type Follow = {
  /** What a node may be; nothing when that is unknown. */
  evaluate(node: Node, env: Env): Value[];
  /** What a call of it may give. */
  apply(callee: Value, args: Value[][], self: Value[]): Value[];
  member(of: Value[], key: Value, written?: readonly Expression[]): Value[];
};
