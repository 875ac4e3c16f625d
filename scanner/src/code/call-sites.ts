import type { CodeTree } from './code-tree.ts';
import type { FunctionNode, NodeOf } from './syntax.ts';

const mostCallSites = 6;

/** Where a function of the file is called by its own name, or on the spot. */
export function callsOf(tree: CodeTree, fn: FunctionNode): NodeOf<'CallExpression'>[] {
  const { parent } = fn;
  if (parent?.type === 'CallExpression' && parent.callee === fn) return [parent];
  const named = fn.type === 'FunctionDeclaration' ? fn.id : parent?.type === 'VariableDeclarator' ? parent.id : null;
  const binding = named?.type === 'Identifier' ? tree.bindingOf(named) : null;
  const calls: NodeOf<'CallExpression'>[] = [];
  for (const reference of binding?.references ?? []) {
    const at = reference.parent;
    if (at?.type === 'CallExpression' && at.callee === reference) calls.push(at);
    if (calls.length >= mostCallSites) break;
  }
  return calls;
}
