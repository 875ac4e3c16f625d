import { globalPath } from '../paths.ts';
import type { CodeRule } from '../rule.ts';
import { isProbe, plainKey, unwrapped, type Node } from '../syntax.ts';
import { isText, pathsOf } from '../values.ts';

/** What nobody has a reason to hide the name of. */
const dangerous =
  /^(?:eval|Function|process|require|module|WebAssembly|setTimeout|setInterval|setImmediate|fetch|XMLHttpRequest|Buffer|importScripts|Reflect|Proxy|SharedArrayBuffer|Atomics)$/;
/** A sum of texts alone, or what is picked from a list of names: nothing that a caller could have meant. */
function isPutTogether(node: Node): boolean {
  const at = unwrapped(node);
  if (at.type === 'CallExpression') return at.callee.type === 'MemberExpression';
  if (at.type === 'MemberExpression') return at.object.type === 'CallExpression';
  if (at.type !== 'BinaryExpression') return false;
  return [at.left, at.right].every((side) => side.type === 'Literal' || isPutTogether(side));
}

const listings: ReadonlySet<string> = new Set([
  'Object.getOwnPropertyNames',
  'Object.getOwnPropertyDescriptors',
  'Object.values',
  'Object.entries',
  'Reflect.ownKeys',
]);

export const computedGlobalRule: CodeRule = {
  kind: 'code',
  id: 'computed-global',
  severity: 'high',
  explanation:
    'The name of a global is put together at run time, which keeps it out of sight of whoever reads or searches the code.',
  remedy: 'Write the name of what you use.',
  samples: {
    bad: [
      'globalThis["ev" + "al"](text);',
      'self[atob("RnVuY3Rpb24=")];',
      'const name = ["pro", "cess"].join(""); globalThis[name].exit();',
      'Reflect.get(globalThis, "re" + "quire");',
      'Object.getOwnPropertyNames(globalThis).filter((name) => name.length === 4);',
      'const root = (function () { return this; })(); root["lave".split("").reverse().join("")];',
      'globalThis[pick()]("text");',
      'for (const key in globalThis) if (key.length === 4) run(key);',
      'const os = require("os"); os["user" + "Info"]();',
      'import * as fs from "fs"; fs[atob("cmVhZEZpbGVTeW5j")](name);',
      'const h = require("http"); h[Object.keys(h).find((key) => key === "request")](to);',
      'const p = process; p[String.fromCharCode(101, 110, 118)];',
    ],
    good: [
      'const fetcher = globalThis["fetch"];',
      'const chunks = self["webpackChunk" + name];',
      'const polyfill = globalThis[name] || fallback;',
      'window.Plugin = Plugin;',
      'root[key] = value;',
      'Object.keys(settings).forEach((key) => settings[key]());',
      'const fs = require("fs"); const call = (name) => fs[name + "Sync"](path); call("stat");',
      'const os = require("os"); const name = "platform"; os[name]();',
    ],
  },
  check(file, report) {
    const { valuesOf } = file.evaluator;
    for (const node of file.tree.nodes('MemberExpression')) {
      if (!node.computed || plainKey(node.property, true) !== null) continue;
      const keys = valuesOf(node.property);
      if (!pathsOf(valuesOf(node.object)).includes('globalThis')) {
        // Of whatever object: nobody puts these together for any other reason.
        const telling = keys.find(
          (key) => isText(key) && key.hidden && /^(?:eval|Function|constructor)$/.test(key.value),
        );
        if (telling !== undefined && isText(telling))
          report(node, { message: `Puts the name "${telling.value}" together.` });
        const owner = pathsOf(valuesOf(node.object)).find((path) => /^(?:process|module:\w+)$/.test(path));
        const hidden = keys.find(
          (key) => isText(key) && (key.decoded || isPutTogether(node.property)) && key.value !== '',
        );
        if (owner !== undefined && hidden !== undefined && isText(hidden))
          report(node, {
            message: `Reaches "${hidden.value}" of ${owner.replace('module:', "Node's module ")} by a name that is put together.`,
          });
        continue;
      }
      const named = keys.find((key) => isText(key) && key.hidden && dangerous.test(globalPath(key.value)));
      if (named !== undefined && isText(named))
        report(node, { message: `Reaches "${named.value}" by a name that is put together.` });
      else if (keys.some((key) => key.kind === 'record'))
        report(node, { message: 'Reaches a global by an object that names it.' });
      else if (keys.some((key) => key.kind === 'decoded'))
        report(node, { message: 'Reaches a global by a decoded name.' });
      else if (
        keys.every((key) => !isText(key)) &&
        node.parent?.type === 'CallExpression' &&
        node.parent.callee === node
      ) {
        // A loader calls a global by a name it was given; it does not do so with text.
        const given = node.parent.arguments.flatMap((arg) => (arg.type === 'SpreadElement' ? [] : valuesOf(arg)));
        const withText = given.some(isText);
        report(node, {
          message: 'Calls a global by a name that is not known here.',
          severity: withText ? 'high' : 'low',
          confidence: withText ? 0.8 : 0.4,
        });
      }
    }
    for (const { node, paths, args } of file.invocations) {
      const [first] = args;
      if (first === undefined || isProbe(node)) continue;
      if (paths.some((path) => listings.has(path)) && pathsOf(valuesOf(first)).includes('globalThis')) {
        // Shims keep such a list; who picks from it is after a name.
        const picks = node.parent?.type === 'MemberExpression' || node.parent?.type === 'CallExpression';
        report(node, {
          message: 'Lists the names of all globals.',
          severity: picks ? 'high' : 'low',
          confidence: picks ? 0.8 : 0.4,
        });
      }
      if (!paths.some((path) => /^(?:Reflect\.get|(?:Object|Reflect)\.getOwnPropertyDescriptor)$/.test(path))) continue;
      const key =
        args[1] === undefined
          ? undefined
          : valuesOf(args[1]).find((value) => isText(value) && dangerous.test(value.value));
      if (key !== undefined && isText(key) && pathsOf(valuesOf(first)).includes('globalThis')) {
        const severe = key.hidden || key.value === 'eval' || key.value === 'Function';
        report(node, {
          message: `Reaches "${key.value}" of the global object by reflection.`,
          severity: severe ? 'high' : 'medium',
        });
      }
    }
    for (const node of file.tree.nodes('ForInStatement')) {
      if (pathsOf(valuesOf(node.right)).includes('globalThis')) {
        report(node.right, { message: 'Goes through the names of all globals.', severity: 'low', confidence: 0.4 });
      }
    }
  },
};
