import { SourceMap } from 'node:module';
import { permissionNames, type Permission } from '@proofpix/contract/permissions';

/** A place where code uses what a permission opens; in the author's own files where the source map tells. */
export type Use = { permission: Permission; file: string; line: number };

/** What the modules that the sandbox offers need. */
const modulePermissions: Readonly<Record<string, Permission>> = {
  axios: 'http',
  crypto: 'crypto',
  'node:crypto': 'crypto',
};
const contextNames: ReadonlySet<string> = new Set(['ctx', 'context']);
/** Far more than a readable bundle has. */
const mostNodes = 5_000_000;

type Node = { type: string; start: number; [name: string]: unknown };

/**
 * The uses of permissions in a bundle, as far as reading it tells: `ctx.files`, `{ files }` of a context, and modules. A
 * hint for authors, never a decision: what counts is the grant, which the host checks at every call.
 */
export async function findUses(main: string, code: string, mapJson: string): Promise<Use[]> {
  const { parseAst } = await import('rolldown/parseAst');
  const program: unknown = parseAst(code);
  const lines = lineStarts(code);
  const map = mapJson === '' ? null : new SourceMap(JSON.parse(mapJson));
  const uses = new Map<string, Use>();
  visit(program, (node) => {
    for (const permission of permissionsIn(node)) {
      const use = { permission, ...placeOf(node.start) };
      uses.set(`${permission} ${use.file}:${use.line}`, use);
    }
  });
  return [...uses.values()];

  function placeOf(offset: number): { file: string; line: number } {
    const line = lineOf(lines, offset);
    const entry = map?.findEntry(line, offset - (lines[line] ?? 0));
    if (entry !== undefined && 'originalSource' in entry && entry.originalSource !== undefined)
      return { file: entry.originalSource, line: entry.originalLine + 1 };
    return { file: main, line: line + 1 };
  }
}

function permissionsIn(node: Node): Permission[] {
  if (node.type === 'MemberExpression') {
    const { object, property, computed } = node;
    if (computed === true || !isNode(object) || !isNode(property)) return [];
    const isContext = object.type === 'Identifier' && contextNames.has(String(object['name']));
    return isContext && isPermission(property['name']) ? [property['name']] : [];
  }
  if (node.type === 'VariableDeclarator') {
    const { id, init } = node;
    const ofContext = isNode(init) && init.type === 'Identifier' && contextNames.has(String(init['name']));
    return ofContext ? keysOf(id) : [];
  }
  // A hook's second parameter, and the first of `initialize`, may be taken apart where they stand.
  if (Array.isArray(node['params'])) return keysOf(patternOf(node['params'][1]));
  const source = node.type === 'ImportDeclaration' ? node['source'] : requiredBy(node);
  const name = isNode(source) ? source['value'] : undefined;
  const permission =
    typeof name === 'string' && Object.hasOwn(modulePermissions, name) ? modulePermissions[name] : undefined;
  return permission === undefined ? [] : [permission];
}

function requiredBy(node: Node): unknown {
  if (node.type !== 'CallExpression') return undefined;
  const { callee, arguments: given } = node;
  if (!isNode(callee) || callee.type !== 'Identifier' || callee['name'] !== 'require') return undefined;
  return Array.isArray(given) ? given[0] : undefined;
}

function patternOf(parameter: unknown): unknown {
  return isNode(parameter) && parameter.type === 'AssignmentPattern' ? parameter['left'] : parameter;
}

function keysOf(pattern: unknown): Permission[] {
  if (!isNode(pattern) || pattern.type !== 'ObjectPattern' || !Array.isArray(pattern['properties'])) return [];
  return pattern['properties'].flatMap((property: unknown) => {
    const key = isNode(property) ? property['key'] : undefined;
    return isNode(key) && isPermission(key['name']) ? [key['name']] : [];
  });
}

function isPermission(name: unknown): name is Permission {
  return permissionNames.some((permission) => permission === name);
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

/** Without recursion: a bundle may nest deeper than the stack. */
function visit(root: unknown, look: (node: Node) => void): void {
  const open: unknown[] = [root];
  for (let count = 0; open.length > 0 && count < mostNodes; count += 1) {
    const value = open.pop();
    if (Array.isArray(value)) open.push(...(value.length < 10_000 ? value : value.slice(0, 10_000)));
    else if (isNode(value)) {
      look(value);
      for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) open.push(child);
    }
  }
}

function lineStarts(code: string): number[] {
  const starts = [0];
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
