import { decoders } from './fold-builtin.ts';
import type { CodeFile } from './code-file.ts';
import { isInside, type Node } from './syntax.ts';
import { pathsOf } from './values.ts';

/**
 * What decodes or fetches the text, if any of what it is made of does.
 * @param here look only at what stands in the expression itself, not at the variables that it names
 */
export function decoderIn(file: CodeFile, node: Node, here = false): string | null {
  for (const part of file.madeOf(node)) {
    if (here && !isInside(part, node)) continue;
    if (part.type !== 'CallExpression' && part.type !== 'NewExpression') continue;
    const path = pathsOf(file.evaluator.valuesOf(part.callee)).find((one) => decoders.has(one) || one === 'fetch');
    if (path !== undefined) return path;
    const { callee } = part;
    if (
      callee.type === 'MemberExpression' &&
      callee.property.type === 'Identifier' &&
      textSources.has(callee.property.name)
    ) {
      return callee.property.name;
    }
  }
  return null;
}

const textSources: ReadonlySet<string> = new Set([
  'charCodeAt',
  'codePointAt',
  'fromCharCode',
  'fromCodePoint',
  'reverse',
]);
