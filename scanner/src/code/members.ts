import type { Follow } from './follow.ts';
import { isIntrinsic, memberPath, prototypeOfPath } from './paths.ts';
import { plainKey, type ClassNode, type FunctionNode, type Node } from './syntax.ts';
import { isText, longestPath, pathValue, primitive, textOf, type Value } from './values.ts';

/** What `value[key]` may be. */
export function memberOf(value: Value, key: string, follow: Follow, hidden: boolean): Value[] {
  if (key === '__proto__' && value.kind !== 'path' && value.kind !== 'class') return prototypeOf(value);
  switch (value.kind) {
    case 'path':
      if (value.path.length > longestPath) return [];
      // What other code exports may be a function.
      if (key === 'constructor' && memberPath(value.path, key) === 'Object' && isForeign(value.path))
        return [{ kind: 'constructor' }];
      return [pathValue(memberPath(value.path, key), hidden || value.hidden)];
    case 'primitive':
      return memberOfPrimitive(value, key, hidden);
    case 'list': {
      if (/^\d+$/.test(key)) return value.items[Number(key)] ?? [primitive(undefined)];
      if (key === 'length') return [primitive(value.items.length)];
      return [pathValue(memberPath('Array.prototype', key), hidden)];
    }
    case 'record':
      return memberOfRecord(value, key, follow) ?? [pathValue(memberPath('Object.prototype', key), hidden)];
    case 'class':
      return memberOfClass(value.node, key, true, follow) ?? ofFunction(key, 'Function', hidden);
    case 'instance':
      if (key === 'constructor') return [{ kind: 'class', node: value.node }];
      return memberOfClass(value.node, key, false, follow) ?? [];
    case 'function':
      return ofFunction(key, constructorOf(value.node), hidden);
    case 'bound':
      return ofFunction(key, 'Function', hidden);
    case 'regexp':
      return [pathValue(memberPath('RegExp.prototype', key), hidden)];
    case 'constructor':
      return ofFunction(key, 'Function', hidden);
    case 'decoded':
      return key === 'constructor' ? [pathValue('String', hidden)] : [];
  }
}

function isForeign(path: string): boolean {
  const root = path.split('.')[0] ?? '';
  return path.includes('.') && !isIntrinsic(root) && !/^(?:process|globalThis)$/.test(root);
}

/** What `Object.getPrototypeOf(value)` gives. */
export function prototypeOf(value: Value): Value[] {
  if (value.kind === 'path') return [pathValue(prototypeOfPath(value.path), value.hidden)];
  if (value.kind === 'function') return [pathValue(`${constructorOf(value.node)}.prototype`)];
  if (value.kind === 'class' || value.kind === 'bound' || value.kind === 'constructor')
    return [pathValue('Function.prototype')];
  if (value.kind === 'list') return [pathValue('Array.prototype')];
  if (value.kind === 'record') return [pathValue('Object.prototype')];
  if (isText(value)) return [pathValue('String.prototype')];
  return [];
}

export function constructorOf({ async, generator }: FunctionNode): string {
  if (generator) return async ? 'AsyncGeneratorFunction' : 'GeneratorFunction';
  return async ? 'AsyncFunction' : 'Function';
}

function ofFunction(key: string, constructor: string, hidden: boolean): Value[] {
  if (key === 'constructor') return [pathValue(constructor, hidden)];
  if (key === '__proto__') return [pathValue(`${constructor}.prototype`, hidden)];
  if (key === 'call' || key === 'apply' || key === 'bind') return [pathValue(`Function.prototype.${key}`)];
  return [];
}

function memberOfPrimitive(value: Value & { kind: 'primitive' }, key: string, hidden: boolean): Value[] {
  const { value: inner } = value;
  if (typeof inner === 'string') {
    if (key === 'length') return [primitive(inner.length)];
    if (/^\d+$/.test(key)) return [primitive(inner[Number(key)], true)];
    return [pathValue(memberPath('String.prototype', key), hidden)];
  }
  if (typeof inner === 'number') return [pathValue(memberPath('Number.prototype', key), hidden)];
  if (typeof inner === 'boolean') return [pathValue(memberPath('Boolean.prototype', key), hidden)];
  return [];
}

function memberOfRecord({ node, env }: Value & { kind: 'record' }, key: string, follow: Follow): Value[] | null {
  for (const property of node.properties) {
    if (property.type !== 'Property') continue;
    if (keyOf(property.key, property.computed, follow) !== key) continue;
    const values = follow.evaluate(property.value, env);
    return property.kind === 'get' ? values.flatMap((getter) => follow.apply(getter, [], [])) : values;
  }
  return null;
}

function memberOfClass(node: ClassNode, key: string, isStatic: boolean, follow: Follow): Value[] | null {
  for (const member of node.body.body) {
    if (member.type !== 'MethodDefinition' && member.type !== 'PropertyDefinition') continue;
    if (member.static !== isStatic || keyOf(member.key, member.computed, follow) !== key || member.value === null)
      continue;
    const values = follow.evaluate(member.value, null);
    const isGetter = member.type === 'MethodDefinition' && member.kind === 'get';
    return isGetter ? values.flatMap((getter) => follow.apply(getter, [], [])) : values;
  }
  return null;
}

function keyOf(key: Node, computed: boolean, follow: Follow): string | null {
  const plain = plainKey(key, computed);
  if (plain !== null || !computed) return plain;
  const [value] = follow.evaluate(key, null);
  return value === undefined ? null : textOf(value);
}
