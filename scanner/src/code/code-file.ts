import type { CodeTree } from './code-tree.ts';
import type { Evaluator } from './evaluate.ts';
import type { Invocation } from './invocations.ts';
import type { Node, NodeOf } from './syntax.ts';
import type { Value } from './values.ts';

/** A parsed file, as a rule sees it. */
export type CodeFile = {
  path: string;
  source: string;
  tree: CodeTree;
  evaluator: Evaluator;
  invocations: readonly Invocation[];
  /** Texts of the file, written or put together, each with its place. */
  texts(): readonly { text: string; node: Node; decoded: boolean }[];
  /** Every node that an expression is made of, through the variables that it names. */
  madeOf(node: Node): readonly Node[];
};

const mostTraced = 1_500;
/** Calls whose first argument may be an address. */
const reaching = /^(?:fetch|axios|XMLHttpRequest|WebSocket|EventSource|URL|Worker|navigator|module:)/;

export function createCodeFile(options: {
  path: string;
  source: string;
  tree: CodeTree;
  evaluator: Evaluator;
  invocations: readonly Invocation[];
}): CodeFile {
  const { tree, evaluator, invocations } = options;
  let texts: { text: string; node: Node; decoded: boolean }[] | null = null;
  return {
    ...options,
    texts: () => (texts ??= findTexts()),
    madeOf,
  };

  function findTexts(): { text: string; node: Node; decoded: boolean }[] {
    const found: { text: string; node: Node; decoded: boolean }[] = [];
    for (const node of tree.nodes('Literal')) {
      if (typeof node.value === 'string') found.push({ text: node.value, node, decoded: false });
    }
    for (const node of tree.nodes('TemplateElement'))
      found.push({ text: node.value.cooked ?? '', node, decoded: false });
    const composed: Node[] = [...tree.nodes('BinaryExpression'), ...tree.nodes('TemplateLiteral')];
    for (const node of composed) {
      // Only the whole of a sum says something: its parts are in it.
      if (node.type === 'BinaryExpression' && (node.operator !== '+' || isSum(node.parent))) continue;
      if (node.type === 'TemplateLiteral' && node.expressions.length === 0) continue;
      addTexts(node, evaluator.valuesOf(node));
    }
    for (const invocation of invocations) {
      const [first] = invocation.args;
      if (first !== undefined && invocation.paths.some((path) => reaching.test(path))) {
        addTexts(first, invocation.values[0] ?? []);
      }
    }
    for (const { node, paths } of invocations) {
      if (paths.some((path) => path === 'atob' || path === 'Buffer.from' || path.startsWith('String.from')))
        addTexts(node, evaluator.valuesOf(node));
    }
    return found;

    function addTexts(node: Node, values: readonly Value[]): void {
      for (const value of values) {
        if (value.kind === 'primitive' && typeof value.value === 'string' && value.hidden) {
          found.push({ text: value.value, node, decoded: value.decoded });
        }
      }
    }
  }

  function madeOf(start: Node): readonly Node[] {
    const seen = new Set<Node>();
    // What is near comes first: it says most, and the rest may be cut off.
    const open: Node[] = [start];
    for (let next = 0; next < open.length && seen.size < mostTraced; next += 1) {
      const node = open[next] ?? start;
      if (seen.has(node)) continue;
      seen.add(node);
      if (node.type === 'Identifier') {
        for (const source of (tree.bindingOf(node) ?? tree.undeclared.get(node.name))?.sources ?? []) {
          let at = source;
          while (at.kind === 'property' || at.kind === 'element' || at.kind === 'either') at = at.of;
          if (at.kind === 'value') open.push(at.node);
          else if (at.kind === 'item') open.push(at.of);
          else if (at.kind === 'function') open.push(at.node);
        }
      }
      open.push(...childrenOf(node));
    }
    return [...seen];
  }
}

function isSum(node: Node | null | undefined): node is NodeOf<'BinaryExpression'> {
  return node?.type === 'BinaryExpression' && node.operator === '+';
}

/** The parts of a node, without the way back up. */
function childrenOf(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => {
    if (key === 'parent') return [];
    const parts: unknown[] = Array.isArray(value) ? value : [value];
    return parts.filter((part): part is Node => typeof part === 'object' && part !== null && 'type' in part);
  });
}
