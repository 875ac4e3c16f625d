import type { Binding } from '../code/scopes.ts';
import { plainKey, unwrapped, type Node } from '../code/syntax.ts';
import { createEvaluator } from '../code/evaluate.ts';
import { isText } from '../code/values.ts';
import {
  calledName,
  createModuleReader,
  givesBack,
  type Module,
  type ModuleReader,
  type Place,
} from './module-object.ts';

/** Hooks by name with the offset where each stands; `seen: false` where the source does not say what they are. */
export type ExportedHooks =
  | { seen: true; hooks: ReadonlyMap<string, { file: string; start: number }>; file: string; source: string }
  | { seen: false; why: string };

const mostHooks = 200;

/**
 * The hooks that the main file of a package exports, read off its source: nothing is run. Looks for a plugin where the
 * runner does: `module.exports`, named exports, the default export of either.
 */
export function exportedHooks(files: ReadonlyMap<string, Uint8Array>, main: string): ExportedHooks {
  const reader = createModuleReader(files);
  const module = reader.main(main);
  if (module === null) return { seen: false, why: 'the main file could not be read' };
  const hooks = hooksPlace(reader, module);
  if (hooks === null) return { seen: false, why: 'what the main file exports is only known when it runs' };
  const table = reader.object(hooks);
  if (table === null) return { seen: false, why: 'its hooks are put together when it runs' };
  const found = new Map<string, { file: string; start: number }>();
  const note = (name: string, value: Node, place: Node): void => {
    // What is no function is no hook to the runner.
    if (unwrapped(value).type !== 'Literal') found.set(name, { file: table.module.path, start: place.start });
  };
  const wholeLiteral = table.literal.properties.every((property) => {
    if (property.type === 'SpreadElement' || property.kind !== 'init') return false;
    const name = plainKey(property.key, property.computed) ?? computedName(table.module, property.key);
    if (name !== null) note(name, property.value, property.key);
    return name !== null && found.size <= mostHooks;
  });
  const written = table.bindings.every((binding) => {
    for (const [name, values] of binding.members) for (const value of values) note(name, value, value);
    return !isChangedElsewhere(binding);
  });
  if (!wholeLiteral || !written) return { seen: false, why: 'its hooks are put together when it runs' };
  return { seen: true, hooks: found, file: table.module.path, source: table.module.source };
}

function hooksPlace(reader: ModuleReader, module: Module): Place | null {
  const whole = reader.exported(module);
  const inWhole = whole && reader.member(whole, 'hooks');
  if (inWhole) return inWhole;
  const named = reader.exportedAs(module, 'hooks');
  if (named) return named;
  const inner = whole && reader.member(whole, 'default');
  return inner ? reader.member(inner, 'hooks') : null;
}

/** A key like `[`${id}:act`]`. */
function computedName(module: Module, key: Node): string | null {
  const [value, ...more] = createEvaluator(module.tree).valuesOf(key);
  return value !== undefined && more.length === 0 && isText(value) ? value.value : null;
}

/** Whether something beside plain assignments can add to an object: a call that gets it, a key that is computed. */
function isChangedElsewhere({ references }: Binding): boolean {
  return references.some((reference) => {
    const { parent } = reference;
    if (parent?.type === 'CallExpression')
      return parent.callee !== reference && !givesBack.has(calledName(parent.callee) ?? '');
    if (parent?.type !== 'MemberExpression' || parent.object !== reference) return false;
    const isWritten = parent.parent?.type === 'AssignmentExpression' && parent.parent.left === parent;
    return isWritten && plainKey(parent.property, parent.computed) === null;
  });
}
