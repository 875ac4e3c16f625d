import { decoderIn } from '../code-text.ts';
import type { CodeFile } from '../code-file.ts';
import { hostModule } from '../paths.ts';
import type { CodeRule, Remark } from '../rule.ts';
import type { Node } from '../syntax.ts';
import { isText, pathsOf, primitive, type Value } from '../values.ts';

export const dynamicModuleRule: CodeRule = {
  kind: 'code',
  id: 'dynamic-module',
  severity: 'high',
  explanation:
    'What is loaded is put together at run time, or loaded by another name of require: a reader cannot tell what the package depends on.',
  remedy: 'Load modules by their plain names, with require or import.',
  samples: {
    bad: [
      'require("child" + "_process");',
      'const name = ["f", "s"].join(""); require(name);',
      'const load = require; load("fs");',
      'module.require("net");',
      'import(atob("ZnM="));',
      'import("data:text/javascript,export default 1");',
      'import("https://example.org/code.js");',
      'const { require: load } = module; load("os");',
      '["fs"].map(require);',
      'require.call(null, "vm");',
      'require(Buffer.from("6673", "hex").toString());',
      'require(pieces.reverse().join(""));',
      'require.main.require("fs");',
      'global.load = require;',
      'globalThis["m"] = module;',
      'import("data:text/javascript;base64," + text);',
      'import(`https://example.org/${name}.js`);',
      'new Worker(URL.createObjectURL(new Blob([atob(text)])));',
    ],
    good: [
      'require("./lib/" + name);',
      'const local = require("./local.js");',
      'const load = typeof require === "function" && require; const own = load && load(name, true);',
      'const types = module && module.require && module.require("util").types;',
      'import("./other.js");',
      'function outer(require) { require("fs"); }',
      'module.exports.load = require;',
      'new Worker("./worker.js");',
    ],
  },
  check(file, report) {
    for (const invocation of file.invocations) {
      const { node, paths, args, direct } = invocation;
      const path = paths.find((one) => one === 'require' || one === 'module.require' || one === 'Module._load');
      if (path === undefined) continue;
      const remark = judge(file, { args, value: invocation.values[0] ?? [], direct: direct && path === 'require' });
      if (remark !== null) report(node, remark);
    }
    for (const node of file.tree.nodes('ImportExpression')) {
      const value = file.evaluator.valuesOf(node.source);
      const remark =
        remote(value) ??
        remote(beginningOf(file, node.source)) ??
        judge(file, { args: [node.source], value, direct: true });
      if (remark !== null) report(node, remark);
    }
    for (const node of file.tree.nodes('ImportDeclaration')) {
      const remark = remote([{ kind: 'primitive', value: node.source.value, hidden: false, decoded: false }]);
      if (remark !== null) report(node.source, remark);
    }
    for (const node of file.tree.nodes('AssignmentExpression')) {
      const { left, right } = node;
      if (left.type !== 'MemberExpression' || right.type !== 'Identifier') continue;
      const given = right.name === 'require' || right.name === 'module';
      const isGlobal = pathsOf(file.evaluator.valuesOf(left.object)).includes('globalThis');
      if (given && isGlobal && file.tree.bindingOf(right) === null)
        report(node, { message: `Puts ${right.name} where all code can take it.` });
    }
    for (const { node, paths, args } of file.invocations) {
      const [start] = args;
      if (start === undefined || !paths.some((path) => /^(?:Shared)?Worker$|^importScripts$/.test(path))) continue;
      const decoder = decoderIn(file, start);
      // Builders of libraries put the code of their threads into the file so.
      if (decoder !== null)
        report(node, {
          message: `Starts a thread with code that comes out of ${decoder}.`,
          severity: 'low',
          confidence: 0.7,
        });
    }
    for (const id of file.tree.globals.get('require') ?? []) {
      if (id.parent?.type === 'YieldExpression' || id.parent?.type === 'ThrowStatement') {
        report(id, { message: 'Hands require on by an unusual way.', confidence: 0.8 });
      }
    }
  },
};

/** What a sum or a template begins with, whatever comes after it. */
function beginningOf(file: CodeFile, node: Node): Value[] {
  let at = node;
  while (at.type === 'BinaryExpression' && at.operator === '+') at = at.left;
  return at.type === 'TemplateLiteral' ? [primitive(at.quasis[0]?.value.cooked)] : file.evaluator.valuesOf(at);
}

function remote(values: readonly Value[]): Remark | null {
  const address = values.find((value) => isText(value) && /^\s*(?:data|https?|blob|file|ftp):/i.test(value.value));
  return address === undefined || !isText(address)
    ? null
    : { message: `Loads code from "${address.value.slice(0, 40)}".` };
}

function judge(
  file: CodeFile,
  { args, value, direct }: { args: readonly Node[]; value: Value[]; direct: boolean },
): Remark | null {
  for (const one of value) {
    if (one.kind === 'decoded') return { message: 'Loads a module by a decoded name.' };
    if (!isText(one)) continue;
    const name = hostModule(one.value);
    if (name !== null && harmless.test(name)) continue;
    if (name !== null && one.hidden)
      return { message: `Loads Node's module "${name}" by a name that is put together.` };
    if (name !== null && !direct) return { message: `Loads Node's module "${name}" by another way than require.` };
    if (/\.node$/i.test(one.value)) return { message: `Loads the native module "${one.value}".` };
    if (/^(?:\/|[a-z]:[\\/])|^(?:\.\.\/){4}/i.test(one.value))
      return { message: `Loads "${one.value}" from outside of the package.`, severity: 'medium' };
  }
  const [name] = args;
  if (value.some(({ kind }) => kind !== 'path') || name === undefined || name.type === 'Literal') return null;
  const decoder = decoderIn(file, name);
  if (decoder !== null) return { message: `Loads a module whose name comes out of ${decoder}.`, confidence: 0.9 };
  return { message: 'Loads a module whose name is not known here.', severity: 'low', confidence: 0.5 };
}

const harmless =
  /^(?:util|util\/types|url|crypto|path|events|buffer|stream|string_decoder|assert|querystring|punycode|constants)$/;
