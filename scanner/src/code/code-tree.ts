import { limits } from '@proofpix/contract/limits';
import { visitorKeys, type Program } from 'oxc-parser';
import {
  createScope,
  declare,
  findBinding,
  patternLeaves,
  varScope,
  type Binding,
  type Identifier,
  type Scope,
  type Source,
} from './scopes.ts';
import { isClass, isFunction, plainKey, type Expression, type FunctionNode, type Node, type NodeOf } from './syntax.ts';

/** A parsed file with its names resolved. */
export type CodeTree = {
  program: Program;
  /** In the order of the source; nothing of what can never run. */
  nodes<Type extends Node['type']>(type: Type): readonly NodeOf<Type>[];
  /** The binding that an identifier means, or null for a global. */
  bindingOf(id: Identifier): Binding | null;
  /** Identifiers that no declaration of the file explains, by name. */
  globals: ReadonlyMap<string, readonly Identifier[]>;
  /** What the file writes into names that it never declares; what else such a name means stays in `globals`. */
  undeclared: ReadonlyMap<string, Binding>;
  /** What a function may give back. */
  returnsOf(fn: FunctionNode): readonly Expression[];
  size: number;
};

type Open = { node: Node; parent: Node | null; scope: Scope };

/** `null` when there are more nodes than the limit. Without recursion: hostile source nests as deep as it likes. */
export function createTree(program: Program): CodeTree | null {
  const byType = new Map<string, Node[]>();
  const returns = new Map<FunctionNode, Expression[]>();
  const references: { id: Identifier; scope: Scope }[] = [];
  const writes: { target: Node; source: Source; scope: Scope }[] = [];
  const resolved = new Map<Node, Binding>();
  const open: Open[] = [{ node: program, parent: null, scope: createScope(null, true) }];
  let size = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent } = next;
    size += 1;
    if (size > limits.scanNodes) return null;
    // The parser leaves the field to its reader.
    (node as { parent?: Node | null }).parent = parent;
    let list = byType.get(node.type);
    if (list === undefined) byType.set(node.type, (list = []));
    list.push(node);
    const scope = enter(node, parent, next.scope);
    const before = open.length;
    for (const key of visitorKeys[node.type] ?? []) {
      const child: unknown = node[key as keyof Node]; // one of the node's own fields, as the parser lists them
      if (Array.isArray(child)) for (const one of living(child, key)) open.push({ node: one, parent: node, scope });
      else if (isNode(child)) open.push({ node: child, parent: node, scope });
    }
    reverseFrom(open, before);
  }
  const globals = new Map<string, Identifier[]>();
  for (const { id, scope } of references) {
    const binding = findBinding(scope, id.name);
    if (binding === null) globals.set(id.name, addTo(globals.get(id.name), id));
    else {
      binding.references.push(id);
      resolved.set(id, binding);
    }
  }
  const undeclared = new Map<string, Binding>();
  for (const { target, source, scope } of writes) noteWrite(target, source, scope);
  for (const node of (byType.get('CallExpression') ?? []) as NodeOf<'CallExpression'>[]) noteDefinition(node); // of this type alone
  return {
    program,
    // The map holds under each type the nodes of that type alone.
    nodes: <Type extends Node['type']>(type: Type) => (byType.get(type) ?? []) as unknown as readonly NodeOf<Type>[],
    bindingOf: (id) => resolved.get(id) ?? null,
    globals,
    undeclared,
    returnsOf,
    size,
  };

  /** Declares what the node declares; gives the scope of what is inside it. */
  function enter(node: Node, parent: Node | null, outer: Scope): Scope {
    if (isFunction(node)) return enterFunction(node, outer);
    if (isClass(node)) {
      if (node.id === null) return outer;
      if (node.type === 'ClassDeclaration') declare(outer, node.id, { kind: 'class', node });
      const scope = createScope(outer, false);
      declare(scope, node.id, { kind: 'class', node });
      return scope;
    }
    switch (node.type) {
      case 'Identifier':
        if (isReference(node, parent)) references.push({ id: node, scope: outer });
        return outer;
      case 'VariableDeclaration': {
        const scope = node.kind === 'var' ? varScope(outer) : outer;
        const loop = parent?.type === 'ForOfStatement' || parent?.type === 'ForInStatement' ? parent : null;
        for (const { id, init } of node.declarations) {
          let source: Source | null = init === null ? null : { kind: 'value', node: init };
          if (loop?.left === node)
            source = loop.type === 'ForOfStatement' ? { kind: 'item', of: loop.right } : { kind: 'unknown' };
          declarePattern(scope, id, source);
        }
        return outer;
      }
      case 'ImportDeclaration':
        for (const specifier of node.specifiers) {
          let name: string | null = null;
          if (specifier.type === 'ImportSpecifier') {
            name = specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name;
          }
          declare(outer, specifier.local, { kind: 'import', module: node.source.value, name });
        }
        return outer;
      case 'AssignmentExpression':
        writes.push({
          target: node.left,
          source: { kind: 'value', node: node.operator === '=' ? node.right : node },
          scope: outer,
        });
        return outer;
      case 'UpdateExpression':
        writes.push({ target: node.argument, source: { kind: 'unknown' }, scope: outer });
        return outer;
      case 'ReturnStatement': {
        const fn = enclosing(node);
        if (fn !== null && node.argument !== null)
          returns.set(fn, [...(returns.get(fn) ?? []).slice(0, 20), node.argument]);
        return outer;
      }
      case 'CatchClause': {
        const scope = createScope(outer, false);
        const body = parent?.type === 'TryStatement' ? parent.block : node;
        if (node.param !== null) declarePattern(scope, node.param, { kind: 'caught', body });
        return scope;
      }
      case 'BlockStatement':
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'SwitchStatement':
        // A function's own block is the function's scope: `var` and parameters share it.
        return isFunction(parent) ? outer : createScope(outer, false);
      case 'StaticBlock':
        return createScope(outer, true);
      default:
        return outer;
    }
  }

  function enterFunction(node: FunctionNode, outer: Scope): Scope {
    if (node.type === 'FunctionDeclaration' && node.id !== null) declare(outer, node.id, { kind: 'function', node });
    const scope = createScope(outer, true);
    if (node.type === 'FunctionExpression' && node.id !== null) declare(scope, node.id, { kind: 'function', node });
    node.params.forEach((param, index) => {
      if (param.type !== 'TSParameterProperty') declarePattern(scope, param, { kind: 'argument', fn: node, index });
    });
    return scope;
  }

  function noteWrite(target: Node, source: Source, scope: Scope): void {
    for (const { id, source: from } of patternLeaves(target, source)) {
      if (id.type === 'Identifier')
        (findBinding(scope, id.name) ?? undeclaredOf(id)).sources.push(from ?? { kind: 'unknown' });
      else if (id.type === 'MemberExpression' && id.object.type === 'Identifier' && from?.kind === 'value') {
        const key = plainKey(id.property, id.computed);
        const binding = findBinding(scope, id.object.name);
        if (key !== null && binding !== null) addMember(binding, key, [from.node as Expression]); // what is assigned is one
      }
    }
  }

  function undeclaredOf(id: Identifier): Binding {
    const { name } = id;
    const known = undeclared.get(name);
    if (known !== undefined) return known;
    const references = globals.get(name) ?? [];
    const binding: Binding = { name, sources: [], references, members: new Map(), declaredAt: id };
    undeclared.set(name, binding);
    return binding;
  }

  /** `Object.defineProperty(name, 'key', { value, get })` writes as an assignment does. */
  function noteDefinition({ callee, arguments: [target, name, descriptor] }: NodeOf<'CallExpression'>): void {
    if (
      callee.type !== 'MemberExpression' ||
      callee.property.type !== 'Identifier' ||
      callee.property.name !== 'defineProperty'
    )
      return;
    if (target?.type !== 'Identifier' || name?.type !== 'Literal' || descriptor?.type !== 'ObjectExpression') return;
    for (const property of descriptor.properties) {
      if (property.type !== 'Property') continue;
      const key = plainKey(property.key, property.computed);
      const { value } = property;
      if (key === 'value') addMember(resolved.get(target), String(name.value), [value]);
      else if (key === 'get' && isFunction(value))
        addMember(resolved.get(target), String(name.value), returnsOf(value));
    }
  }

  function returnsOf(fn: FunctionNode): readonly Expression[] {
    const { body } = fn;
    return fn.type === 'ArrowFunctionExpression' && body !== null && body.type !== 'BlockStatement'
      ? [body]
      : (returns.get(fn) ?? []);
  }
}

function addMember(binding: Binding | undefined, key: string, values: readonly Expression[]): void {
  const written = binding?.members.get(key) ?? [];
  if (written.length < 8) binding?.members.set(key, [...written, ...values]);
}

function addTo<Item>(list: Item[] | undefined, item: Item): Item[] {
  if (list === undefined) return [item];
  list.push(item);
  return list;
}

function declarePattern(scope: Scope, pattern: Node, source: Source | null): void {
  for (const { id, source: from } of patternLeaves(pattern, source)) {
    if (id.type === 'Identifier') declare(scope, id, from);
  }
}

/** Statements behind a `return` never run; functions and `var` there are still declared. */
function living(children: readonly unknown[], key: string): Node[] {
  const nodes = children.filter(isNode);
  if (key !== 'body' && key !== 'consequent') return nodes;
  const end = nodes.findIndex(({ type }) => type === 'ReturnStatement' || type === 'ThrowStatement');
  if (end === -1) return nodes;
  return nodes.filter(
    ({ type }, index) => index <= end || type === 'FunctionDeclaration' || type === 'VariableDeclaration',
  );
}

function isReference(node: Identifier, parent: Node | null): boolean {
  switch (parent?.type) {
    case 'MemberExpression':
      return parent.object === node || parent.computed;
    case 'Property':
      return parent.value === node || parent.computed;
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'AccessorProperty':
      return parent.value === node || parent.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
    case 'MetaProperty':
    case 'ImportSpecifier':
    case 'ImportDefaultSpecifier':
    case 'ImportNamespaceSpecifier':
    case 'ImportAttribute':
    case 'ExportAllDeclaration':
      return false;
    case 'ExportSpecifier':
      return parent.local === node && parent.parent?.type === 'ExportNamedDeclaration' && parent.parent.source === null;
    default:
      return true;
  }
}

function enclosing(node: Node): FunctionNode | null {
  for (let at = node.parent; at !== null && at !== undefined; at = at.parent) if (isFunction(at)) return at;
  return null;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function reverseFrom(list: Open[], from: number): void {
  for (let low = from, high = list.length - 1; low < high; low += 1, high -= 1) {
    const held = list[low] as Open; // both indices lie in the list
    list[low] = list[high] as Open;
    list[high] = held;
  }
}
