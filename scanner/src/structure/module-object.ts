import { posix } from 'node:path';
import { limits } from '@proofpix/contract/limits';
import { createTree, type CodeTree } from '../code/code-tree.ts';
import { parse } from '../code/parse.ts';
import type { Binding, Identifier, Source } from '../code/scopes.ts';
import { isFunction, plainKey, unwrapped, type FunctionNode, type Node, type NodeOf } from '../code/syntax.ts';

/** Calls that give back what they get, as it is: our own, and the ways to freeze a value. */
export const givesBack: ReadonlySet<string> = new Set(['definePlugin', 'Object.freeze', 'Object.seal']);

/** A file of the package with its names resolved. */
export type Module = { path: string; source: string; tree: CodeTree };
/** A node, and the file whose names it uses. */
export type Place = { node: Node; module: Module };

/** Follows values through variables, calls and files of a package, as far as the source says what they are. */
export type ModuleReader = {
  main(path: string): Module | null;
  /** What a file exports: `module.exports`, or the default export. */
  exported(module: Module): Place | null;
  /** What it exports under a name. */
  exportedAs(module: Module, name: string): Place | null;
  /** The object literal behind an expression, with the variables it was in on the way. */
  object(place: Place): { literal: NodeOf<'ObjectExpression'>; module: Module; bindings: Binding[] } | null;
  /** A member of an object, written in the literal or assigned later. */
  member(place: Place, key: string): Place | null;
};

const mostSteps = 200;
/** Of source that is read for it, main file included. */
const mostBytes = 2 * limits.scanFileBytes;

export function createModuleReader(files: ReadonlyMap<string, Uint8Array>): ModuleReader {
  const modules = new Map<string, Module | null>();
  let steps = 0;
  let left = mostBytes;

  function main(path: string): Module | null {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const bytes = files.get(path);
    let module: Module | null = null;
    if (bytes !== undefined && bytes.length <= left && /\.[cm]?js$/i.test(path)) {
      left -= bytes.length;
      const source = new TextDecoder().decode(bytes);
      const { program } = parse(path, source);
      const tree = program === null ? null : createTree(program);
      if (tree !== null) module = { path, source, tree };
    }
    modules.set(path, module);
    return module;
  }

  function required(from: Module, specifier: string): Module | null {
    if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return null;
    const path = posix.join(posix.dirname(from.path), specifier);
    const candidates = [path, `${path}.js`, `${path}.cjs`, `${path}.mjs`, `${path}/index.js`];
    const found = candidates.find((one) => files.has(one));
    return found === undefined ? null : main(found);
  }

  function exported(module: Module): Place | null {
    if (!goOn()) return null;
    const [declaration, ...more] = module.tree.nodes('ExportDefaultDeclaration');
    if (declaration !== undefined) return more.length > 0 ? null : { node: declaration.declaration, module };
    return (
      exportedAs(module, 'default') ??
      only(
        module,
        writesTo(module, (node) => isModuleExports(module, node)),
      ) ??
      esbuildExport(module, 'default')
    );
  }

  function exportedAs(module: Module, name: string): Place | null {
    if (!goOn()) return null;
    for (const { specifiers, declaration, source } of module.tree.nodes('ExportNamedDeclaration')) {
      for (const { local, exported: as } of specifiers) {
        if (nameOf(as) !== name) continue;
        if (source === null) return { node: local, module };
        const other = required(module, source.value);
        return other === null ? null : memberOf(other, nameOf(local));
      }
      if (declaration?.type !== 'VariableDeclaration') continue;
      for (const { id, init } of declaration.declarations)
        if (id.type === 'Identifier' && id.name === name && init !== null) return { node: init, module };
    }
    const assigned = writesTo(
      module,
      (node) =>
        node.type === 'MemberExpression' &&
        plainKey(node.property, node.computed) === name &&
        (isModuleExports(module, node.object) || isFree(module, node.object, 'exports')),
    );
    return only(module, assigned) ?? esbuildExport(module, name);
  }

  /** In a bundle, `module` is mostly a parameter of some module inside it. */
  function isModuleExports(module: Module, node: Node): boolean {
    return (
      node.type === 'MemberExpression' &&
      plainKey(node.property, node.computed) === 'exports' &&
      isFree(module, node.object, 'module')
    );
  }

  function isFree(module: Module, node: Node, name: string): boolean {
    return node.type === 'Identifier' && node.name === name && module.tree.bindingOf(node) === null;
  }

  function writesTo(module: Module, isTarget: (node: Node) => boolean): Node[] {
    return (
      module.tree
        .nodes('AssignmentExpression')
        .filter(({ left, operator }) => operator === '=' && isTarget(left))
        .map(({ right }) => right)
        // `exports.a = exports.b = void 0` declares names, and `a = exports = value` writes the value.
        .map((node) => lastWritten(node))
        .filter((node) => !(node.type === 'UnaryExpression' && node.operator === 'void'))
    );
  }

  /** Written twice, it depends on what runs which one it is. */
  function only(module: Module, nodes: readonly Node[]): Place | null {
    const [node, ...more] = nodes;
    return node === undefined || more.length > 0 ? null : { node, module };
  }

  /** `__export(target, { default: () => value })`. */
  function esbuildExport(module: Module, name: string): Place | null {
    for (const { callee, arguments: given } of module.tree.nodes('CallExpression')) {
      const [, table] = given;
      if (callee.type !== 'Identifier' || callee.name !== '__export' || table?.type !== 'ObjectExpression') continue;
      for (const property of table.properties) {
        if (property.type !== 'Property' || plainKey(property.key, property.computed) !== name) continue;
        if (isFunction(property.value)) return returned(module, property.value);
      }
    }
    return null;
  }

  function returned(module: Module, fn: FunctionNode): Place | null {
    return only(module, module.tree.returnsOf(fn));
  }

  function object(start: Place): ReturnType<ModuleReader['object']> {
    const bindings: Binding[] = [];
    let at: Place | null = start;
    while (at !== null && goOn()) {
      const { module }: Place = at;
      const node = unwrapped(at.node);
      if (node.type === 'ObjectExpression') return { literal: node, module, bindings };
      if (node.type === 'Identifier') {
        const binding: Binding | null = module.tree.bindingOf(node);
        if (binding !== null) bindings.push(binding);
        at = binding === null ? null : fromBinding(module, binding);
      } else at = next(module, node);
    }
    return null;
  }

  /** Files can send each other in circles. */
  function goOn(): boolean {
    steps += 1;
    return steps <= mostSteps;
  }

  function fromBinding(module: Module, { sources }: Binding): Place | null {
    const [source, ...more] = sources;
    if (source === undefined || more.length > 0) return null;
    return fromSource(module, source);
  }

  function fromSource(module: Module, source: Source): Place | null {
    if (source.kind === 'value') return { node: source.node, module };
    if (source.kind === 'import') {
      const other = required(module, source.module);
      if (other === null || source.name === null) return other === null ? null : exported(other);
      return memberOf(other, source.name);
    }
    if (source.kind === 'property' && source.of.kind === 'value') {
      const key = plainKey(source.key, source.computed);
      return key === null ? null : memberOfNode(module, source.of.node, key);
    }
    return null;
  }

  function memberOfNode(module: Module, node: Node, key: string): Place | null {
    const other = requiredBy(module, node);
    return other === null ? member({ node, module }, key) : memberOf(other, key);
  }

  function memberOf(module: Module, name: string): Place | null {
    if (name === 'default') return exported(module);
    const named = exportedAs(module, name);
    if (named !== null) return named;
    const whole = exported(module);
    return whole === null ? null : member(whole, name);
  }

  /** What a node stands for that is neither a literal nor a name. */
  function next(module: Module, node: Node): Place | null {
    if (node.type === 'AssignmentExpression') return { node: node.right, module };
    if (node.type === 'MemberExpression') {
      const key = plainKey(node.property, node.computed);
      return key === null ? null : memberOfNode(module, node.object, key);
    }
    const direct = requiredBy(module, node);
    if (direct !== null) return exported(direct);
    if (node.type !== 'CallExpression') return null;
    const [first] = node.arguments;
    if (first === undefined || first.type === 'SpreadElement') return null;
    const name = calledName(node.callee);
    if (name !== null && givesBack.has(name)) return { node: first, module };
    if (name === '__toCommonJS') return esbuildExport(module, 'default');
    return givesBackItsArgument(module, node.callee) ? { node: first, module } : null;
  }

  function requiredBy(module: Module, node: Node): Module | null {
    const call = unwrapped(node);
    if (call.type === 'CallExpression' && call.callee.type === 'Identifier' && call.callee.name === 'require') {
      const [specifier] = call.arguments;
      return specifier?.type === 'Literal' && typeof specifier.value === 'string'
        ? required(module, specifier.value)
        : null;
    }
    if (call.type !== 'Identifier') return null;
    const [source] = module.tree.bindingOf(call)?.sources ?? [];
    return source?.kind === 'value' ? requiredByCall(module, source.node) : null;
  }

  function requiredByCall(module: Module, node: Node): Module | null {
    return node.type === 'CallExpression' ? requiredBy(module, node) : null;
  }

  function givesBackItsArgument(module: Module, callee: Node): boolean {
    if (callee.type !== 'Identifier') return false;
    const [source] = module.tree.bindingOf(callee)?.sources ?? [];
    const fn = source?.kind === 'function' || source?.kind === 'value' ? source.node : null;
    if (!isFunction(fn)) return false;
    const [param] = fn.params;
    const [result, ...more] = module.tree.returnsOf(fn);
    return (
      param?.type === 'Identifier' && more.length === 0 && result?.type === 'Identifier' && result.name === param.name
    );
  }

  function member(place: Place, key: string): Place | null {
    const found = object(place);
    if (found === null) return null;
    for (const { members } of found.bindings) {
      const written = members.get(key);
      if (written !== undefined) return only(found.module, written);
    }
    for (const property of found.literal.properties.toReversed()) {
      if (property.type === 'SpreadElement') return null;
      if (plainKey(property.key, property.computed) === key)
        return property.kind === 'init' ? { node: property.value, module: found.module } : null;
    }
    return null;
  }

  return { main, exported, exportedAs, object, member };
}

function lastWritten(node: Node): Node {
  let at = node;
  while (at.type === 'AssignmentExpression' && at.operator === '=') at = at.right;
  return at;
}

function nameOf(node: Node): string {
  return node.type === 'Literal' ? String(node.value) : (node as Identifier).name; // names of exports are one or the other
}

export function calledName(callee: Node): string | null {
  if (callee.type === 'Identifier')
    return /^_*definePlugin\d*(?:\$\d+)?$/.test(callee.name) ? 'definePlugin' : callee.name;
  if (callee.type === 'MemberExpression' && callee.object.type === 'Identifier') {
    const key = plainKey(callee.property, callee.computed);
    return key === 'definePlugin' ? key : `${callee.object.name}.${key ?? ''}`;
  }
  // `(0, sdk.definePlugin)(…)`
  const inner = unwrapped(callee);
  return inner === callee ? null : calledName(inner);
}
