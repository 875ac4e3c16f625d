import { EventEmitter } from 'node:events';
import { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import { Readable, Writable } from 'node:stream';

type Described = { [key: string | symbol]: PropertyDescriptor };
type Picture = { own: Described; keys: (string | symbol)[]; prototype: object | null; extensible: boolean };

/** Not built-ins but things that live: they change by being used. */
const living = new Set(['process', 'global', 'globalThis', 'console', 'performance', 'navigator', 'crypto']);

export type Intrinsics = {
  count: number;
  /** What is not as it was, in words; nothing when all is. */
  changes(): string[];
};

/**
 * Remembers every built-in object of this process by its properties, however deep: what plugin code that reaches the host
 * would change to get a hold on it.
 */
export function rememberIntrinsics(): Intrinsics {
  const pictures = new Map<object, { name: string; picture: Picture }>();
  const waiting: { name: string; value: unknown }[] = roots();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { name, value } = next;
    if (!isObject(value) || pictures.has(value)) continue;
    const picture = pictureOf(value);
    pictures.set(value, { name, picture });
    for (const key of picture.keys) {
      const described = picture.own[key];
      for (const inner of [described?.value, described?.get, described?.set] as unknown[])
        // may be anything
        waiting.push({ name: `${name}.${String(key)}`, value: inner });
    }
    waiting.push({ name: `prototype of ${name}`, value: picture.prototype });
  }
  const globals = Reflect.ownKeys(globalThis);
  const environment = JSON.stringify(process.env);

  return {
    count: pictures.size,
    changes() {
      const wrong: string[] = [];
      for (const [value, { name, picture }] of pictures) {
        const difference = differenceOf(picture, pictureOf(value));
        if (difference !== null) wrong.push(`${name}: ${difference}`);
      }
      const added = Reflect.ownKeys(globalThis).filter((key) => !globals.includes(key));
      if (added.length > 0) wrong.push(`new globals: ${added.map(String).join(', ')}`);
      if (JSON.stringify(process.env) !== environment) wrong.push('the environment of the process');
      return wrong.slice(0, 20);
    },
  };
}

function roots(): { name: string; value: unknown }[] {
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !living.has(name));
  const globals = names.map((name) => ({
    name,
    // Not read: an accessor makes its value at the first use.
    value: Object.getOwnPropertyDescriptor(globalThis, name)?.value as unknown, // anything
  }));
  const hidden: Record<string, unknown> = {
    'async function': async () => {},
    generator: function* () {},
    'async generator': async function* () {},
    'array iterator': [][Symbol.iterator](),
    'map iterator': new Map()[Symbol.iterator](),
    'set iterator': new Set()[Symbol.iterator](),
    'string iterator': ''[Symbol.iterator](),
    'match iterator': 'a'.matchAll(/a/g),
    'iterator helper': [].values().map((value: unknown) => value),
  };
  const prototypes = Object.entries(hidden).map(([name, value]) => ({
    name: `prototype of ${name}`,
    value: Object.getPrototypeOf(value) as unknown, // anything
  }));
  const ofNode = { EventEmitter, ChildProcess, Socket, Readable, Writable };
  return [
    ...globals,
    ...prototypes,
    ...Object.entries(ofNode).map(([name, value]) => ({ name, value: value.prototype })),
  ];
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function pictureOf(value: object): Picture {
  const keys = Reflect.ownKeys(value);
  // Typed arrays and the like have thousands of keys that say nothing.
  const few = ArrayBuffer.isView(value) ? [] : keys;
  const own: Described = Object.create(null) as Described; // no prototype that could be polluted
  for (const key of few) {
    const described = Reflect.getOwnPropertyDescriptor(value, key);
    if (described !== undefined) own[key] = described;
  }
  return { own, keys: few, prototype: Reflect.getPrototypeOf(value), extensible: Reflect.isExtensible(value) };
}

function differenceOf(before: Picture, now: Picture): string | null {
  const added = now.keys.find((key) => !(key in before.own));
  if (added !== undefined) return `has got ${String(added)}`;
  for (const key of before.keys) {
    const one = before.own[key];
    const other = now.own[key];
    if (one === undefined) continue;
    if (other === undefined) return `has lost ${String(key)}`;
    const same =
      Object.is(one.value, other.value) &&
      one.get === other.get &&
      one.set === other.set &&
      one.writable === other.writable &&
      one.configurable === other.configurable &&
      one.enumerable === other.enumerable;
    if (!same) return `has another ${String(key)}`;
  }
  if (before.prototype !== now.prototype) return 'has another prototype';
  return before.extensible === now.extensible ? null : 'can no longer be extended';
}
