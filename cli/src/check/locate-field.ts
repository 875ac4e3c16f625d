import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';

/** The line of the manifest on which a field stands; of the object around it where the field is missing. */
export type FieldLines = (pointer: string) => number;

export function fieldLines(text: string): FieldLines {
  const tree = parseTree(text);
  return (pointer) => {
    if (tree === undefined) return 1;
    const path = pointer
      .split('/')
      .slice(1)
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
    for (let length = path.length; length > 0; length -= 1) {
      const node = findNodeAtLocation(tree, path.slice(0, length).map(indexOrName));
      // The key tells where a property is, also when its value begins on another line.
      if (node !== undefined) return lineAt(text, keyOf(node).offset);
    }
    return 1;
  };
}

/** What stands at a pointer. */
export function fieldValue(text: string, pointer: string): unknown {
  const tree = parseTree(text);
  const node = tree && findNodeAtLocation(tree, pointer.split('/').slice(1).map(indexOrName));
  return node?.value;
}

function keyOf(node: Node): Node {
  return node.parent?.type === 'property' ? (node.parent.children?.[0] ?? node) : node;
}

function indexOrName(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
