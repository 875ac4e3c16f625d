import { stripTypeScriptTypes } from 'node:module';
import { parse } from '@proofpix/scanner/code/parse';

type Node = { type: string; [key: string]: unknown };

/** What defines a test, however it is told: `test(…)`, `test.skipIf(…)(…)`, `test.each(…)(…)`, `it(…)`. */
const definers = new Set(['test', 'it']);

/** The names of the tests in a file, as they are written: of a template, its text with `${…}` for what is filled in. */
export function testNames(path: string, source: string): Set<string> {
  const { program, fault } = parse('tests.mjs', stripTypeScriptTypes(source));
  if (program === null) throw new Error(`${path} ${fault}`);
  const names = new Set<string>();
  visit(program as unknown as Node, (node) => {
    if (node.type !== 'CallExpression' || !definers.has(rootOf(node['callee']) ?? '')) return;
    const [first] = node['arguments'] as Node[]; // of a call
    const name = first === undefined ? null : textOf(first);
    if (name !== null) names.add(name);
  });
  return names;
}

/** `test` of `test.each(rows)` and of `test.skipIf(condition).each(rows)`. */
function rootOf(callee: unknown): string | undefined {
  if (!isNode(callee)) return undefined;
  if (callee.type === 'Identifier') return String(callee['name']);
  if (callee.type === 'MemberExpression') return rootOf(callee['object']);
  return callee.type === 'CallExpression' ? rootOf(callee['callee']) : undefined;
}

function textOf(node: Node): string | null {
  if (node.type === 'Literal' && typeof node['value'] === 'string') return node['value'];
  if (node.type !== 'TemplateLiteral') return null;
  const quasis = node['quasis'] as { value: { cooked: string } }[]; // of a template
  return quasis.map(({ value }) => value.cooked).join('${…}');
}

function visit(node: Node, see: (node: Node) => void): void {
  see(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const each of value) if (isNode(each)) visit(each, see);
    if (isNode(value)) visit(value, see);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}
