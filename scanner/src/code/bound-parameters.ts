import type { CodeTree } from './code-tree.ts';
import { patternLeaves, type Binding } from './scopes.ts';
import { listOf, type Value } from './values.ts';

/** What the names of a function's parameters mean while it is followed with known arguments. */
export function boundParameters(
  tree: CodeTree,
  { node, env }: Value & { kind: 'function' },
  args: readonly Value[][],
): Map<Binding, Value[]> {
  const values = new Map(env?.values);
  node.params.forEach((param, index) => {
    for (const { id } of patternLeaves(param, null)) {
      const binding = id.type === 'Identifier' ? tree.bindingOf(id) : null;
      if (binding === null) continue;
      if (id === param) values.set(binding, args[index] ?? []);
      else if (param.type === 'RestElement') values.set(binding, listOf(args.slice(index)));
      else if (param.type === 'ArrayPattern') {
        const place = param.elements.findIndex((element) => element === id);
        const [list] = args[index] ?? [];
        if (place !== -1 && list?.kind === 'list') values.set(binding, list.items[place] ?? []);
      }
    }
  });
  return values;
}
