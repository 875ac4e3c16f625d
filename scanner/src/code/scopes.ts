import type { ClassNode, Expression, FunctionNode, Node, NodeOf } from './syntax.ts';

export type Identifier = NodeOf<'Identifier'>;

/** Where a value comes from, as far as the source says. */
export type Source =
  | { kind: 'value'; node: Node }
  | { kind: 'property'; of: Source; key: Node; computed: boolean }
  | { kind: 'element'; of: Source; index: number }
  | { kind: 'either'; of: Source; fallback: Expression }
  | { kind: 'argument'; fn: FunctionNode; index: number }
  | { kind: 'item'; of: Expression }
  | { kind: 'import'; module: string; name: string | null }
  | { kind: 'function'; node: FunctionNode }
  | { kind: 'class'; node: ClassNode }
  | { kind: 'caught'; body: Node }
  | { kind: 'unknown' };

export type Binding = {
  name: string;
  /** Everything that is ever written into it. */
  sources: Source[];
  references: Identifier[];
  /** `name.key = value`, by key. */
  members: Map<string, Expression[]>;
  declaredAt: Node;
};

export type Scope = { parent: Scope | null; names: Map<string, Binding>; holdsVars: boolean };

export function createScope(parent: Scope | null, holdsVars: boolean): Scope {
  return { parent, names: new Map(), holdsVars };
}

export function findBinding(scope: Scope, name: string): Binding | null {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const binding = at.names.get(name);
    if (binding !== undefined) return binding;
  }
  return null;
}

export function varScope(scope: Scope): Scope {
  let at = scope;
  while (!at.holdsVars && at.parent !== null) at = at.parent;
  return at;
}

export function declare(scope: Scope, id: Identifier, source: Source | null): void {
  let binding = scope.names.get(id.name);
  if (binding === undefined) {
    binding = { name: id.name, sources: [], references: [], members: new Map(), declaredAt: id };
    scope.names.set(id.name, binding);
  }
  if (source !== null) binding.sources.push(source);
}

/** The names in a pattern, each with the way from the whole value to it. Patterns nest, so without recursion. */
export function patternLeaves(pattern: Node, whole: Source | null): { id: Identifier | Node; source: Source | null }[] {
  const leaves: { id: Node; source: Source | null }[] = [];
  const open: { pattern: Node; source: Source | null }[] = [{ pattern, source: whole }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { pattern: at, source } = next;
    if (at.type === 'AssignmentPattern') {
      open.push({
        pattern: at.left,
        source: { kind: 'either', of: source ?? { kind: 'unknown' }, fallback: at.right },
      });
    } else if (at.type === 'ObjectPattern') {
      for (const property of at.properties) {
        if (property.type === 'RestElement') open.push({ pattern: property.argument, source });
        else {
          const { key, computed } = property;
          const of: Source | null = source === null ? null : { kind: 'property', of: source, key, computed };
          open.push({ pattern: property.value, source: of });
        }
      }
    } else if (at.type === 'ArrayPattern') {
      at.elements.forEach((element, index) => {
        if (element === null) return;
        if (element.type === 'RestElement') open.push({ pattern: element.argument, source: null });
        else open.push({ pattern: element, source: source === null ? null : { kind: 'element', of: source, index } });
      });
    } else if (at.type === 'RestElement') open.push({ pattern: at.argument, source: { kind: 'unknown' } });
    else leaves.push({ id: at, source });
  }
  return leaves;
}
