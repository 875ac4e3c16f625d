import type { CodeFile } from '../code-file.ts';
import { hostModule } from '../paths.ts';
import type { CodeRule } from '../rule.ts';
import { plainKey, unwrapped, type Node } from '../syntax.ts';
import { pathsOf, textOf } from '../values.ts';

/** Runs programs or code, or takes the engine apart. */
const commanding = /^(?:child_process|cluster|vm|inspector|inspector\/promises|repl|v8|wasi|trace_events)$/;
/** Opens files, sockets or threads, and tells of the machine. */
const reaching = /^(?:fs|fs\/promises|net|tls|dgram|dns|dns\/promises|os|worker_threads|sqlite|process|module)$/;
/** What the sandbox offers in a form of its own. */
const offered = /^(?:util|url|crypto)$/;
/** Packages that give native code, the keyboard, the screen or the registry of the machine. */
const native =
  /^(?:iohook|uiohook-napi|node-global-key-listener|node-key-sender|robotjs|@?nut-?(?:tree)?\/?nut-js|screenshot-desktop|ffi|ffi-napi|ref-napi|koffi|sbffi|node-ffi|edge-js|winreg|regedit|node-windows|node-powershell|shelljs|execa|cross-spawn|node-pty)$/;
const network = /^(?:http|https|http2|net|tls|dgram|dns)$/;

export const hostModuleRule: CodeRule = {
  kind: 'code',
  id: 'host-module',
  severity: 'high',
  explanation:
    "Node's modules reach files, programs and the network of the server. None of them exists in the sandbox; code that asks for them was written for another place.",
  remedy: 'Use ctx.files, ctx.http and ctx.storage. Of Node, a plugin has util, url and crypto.',
  samples: {
    bad: [
      'const { execSync } = require("child_process"); execSync("true");',
      'import { spawn } from "node:child_process"; spawn("true");',
      'require("fs").readFileSync("/etc/hosts");',
      'const fs = require("fs"); const home = "/root"; fs.readdirSync(home + "/.ssh");',
      'import fs from "node:fs/promises"; import path from "node:path"; fs.readFile(path.join("/", "etc", "hosts"));',
      'export { writeFileSync } from "fs";',
      'exports.run = () => import("node:fs").then((fs) => fs);',
      'require("vm").runInNewContext("1");',
      'const { Worker } = require("worker_threads"); new Worker("1", { eval: true });',
      'require("net").connect(80, "192.0.2.7");',
      'import os from "os"; os.userInfo();',
      'const http = require("http"); http.createServer(handle);',
      'const keys = require("iohook"); keys.start();',
      'import ffi from "ffi-napi"; ffi.Library("user32", {});',
    ],
    good: [
      'const { inspect } = require("util");',
      'import { createHash } from "node:crypto";',
      'const axios = require("axios");',
      'const cp = require("./child_process");',
      'function load(require) { return require("fs"); }',
      'const text = "require(\\"fs\\")";',
    ],
  },
  check(file, report) {
    for (const node of file.tree.nodes('ImportDeclaration')) noteModule(node.source, node.source.value);
    for (const { source } of file.tree.nodes('ImportExpression')) {
      const given = source.type === 'Identifier' && file.tree.bindingOf(source)?.sources[0]?.kind === 'argument';
      for (const value of file.evaluator.valuesOf(source)) {
        const name = hostModule(textOf(value) ?? '');
        // Loaded in passing, where no list of imports shows it.
        if (name !== null && reaching.test(name) && !given)
          report(source, { message: `Loads Node's module "${name}" in passing.` });
        else noteModule(source, textOf(value) ?? '', given);
      }
    }
    for (const type of ['ExportNamedDeclaration', 'ExportAllDeclaration'] as const) {
      for (const { source } of file.tree.nodes(type)) {
        if (source === null) continue;
        const name = hostModule(source.value);
        if (name === null || !(commanding.test(name) || reaching.test(name))) noteModule(source, source.value);
        else report(source, { message: `Hands Node's module "${name}" on to others.` });
      }
    }
    for (const invocation of file.invocations) {
      const { node, paths, args } = invocation;
      if (paths.includes('require') || paths.includes('module.require')) {
        const [specifier] = invocation.values[0] ?? [];
        const text = specifier === undefined ? null : textOf(specifier);
        if (text !== null) noteModule(node, text);
        continue;
      }
      const path = paths.find((one) => one.startsWith('module:'));
      if (path === undefined) continue;
      const [name = '', method = ''] = path.slice('module:'.length).split('.');
      if (/^fs\.(?:promises\.)?\w+$/.test(path.slice('module:'.length)) && args.length > 0) {
        // Libraries work on the paths they are given; who names the path knows what is there.
        if (args[0] !== undefined && isAmbient(file, args[0]))
          report(node, { message: `Opens a path of the server: fs.${path.slice('module:fs.'.length)}.` });
      } else if (name === 'worker_threads' && method === 'Worker') {
        report(node, { message: 'Starts a thread.', severity: runsText(file, args[1]) ? 'high' : 'medium' });
      } else if (
        network.test(name) &&
        /^(?:create\w*Server|connect|createConnection|createSocket|lookup|resolve\w*|request|get)$/.test(method)
      ) {
        const listens = method.startsWith('create') && method.endsWith('Server');
        const known = args.some((arg) => isAmbient(file, arg));
        if (listens || known)
          report(node, {
            message: `Opens the network past ctx.http: ${name}.${method}.`,
            severity: listens ? 'high' : 'medium',
          });
      } else if (name === 'os' && /^(?:userInfo|hostname|networkInterfaces|homedir|cpus)$/.test(method)) {
        report(node, {
          message: `Asks who and where the server is: os.${method}.`,
          severity: 'medium',
          confidence: 0.7,
        });
      }
    }

    /** `given`: a loader loads what its callers ask for, and may never be asked. */
    function noteModule(place: Node, specifier: string, given = false): void {
      const name = hostModule(specifier);
      if (native.test(specifier))
        report(place, {
          message: `Loads "${specifier}", which reaches past the sandbox to the machine.`,
          confidence: 0.8,
        });
      if (name === null || offered.test(name)) return;
      if (commanding.test(name)) report(place, { message: `Loads Node's module "${name}".` });
      else if (reaching.test(name))
        report(place, { message: `Loads Node's module "${name}".`, severity: given ? 'low' : 'medium' });
      else
        report(place, {
          message: `Loads Node's module "${name}", which plugins do not have.`,
          severity: 'low',
          confidence: 0.6,
        });
    }
  },
};

function runsText(file: CodeFile, options: Node | undefined): boolean {
  if (options === undefined) return false;
  return file.evaluator
    .valuesOf(options)
    .some(
      (value) =>
        value.kind === 'record' &&
        value.node.properties.some(
          (property) => property.type === 'Property' && plainKey(property.key, property.computed) === 'eval',
        ),
    );
}

/** Known here and now, without any caller: texts, `__dirname`, the home folder, and what is joined of them. */
function isAmbient(file: CodeFile, start: Node): boolean {
  const open: Node[] = [start];
  for (let count = 0; open.length > 0 && count < 60; count += 1) {
    const node = unwrapped(open.pop() ?? start);
    if (node.type === 'Literal') continue;
    if (node.type === 'TemplateLiteral') open.push(...node.expressions);
    else if (node.type === 'BinaryExpression') open.push(node.left, node.right);
    else if (node.type === 'LogicalExpression') open.push(node.left, node.right);
    else if (node.type === 'ObjectExpression') {
      for (const property of node.properties) if (property.type === 'Property') open.push(property.value);
    } else if (node.type === 'MemberExpression') {
      if (!pathsOf(file.evaluator.valuesOf(node)).some((path) => path.startsWith('process.'))) return false;
    } else if (node.type === 'CallExpression') {
      const paths = pathsOf(file.evaluator.valuesOf(node.callee));
      if (
        !paths.some((path) => /^(?:module:(?:path|os|url)\.|process\.)/.test(path)) &&
        file.evaluator.valuesOf(node).length === 0
      )
        return false;
      open.push(...node.arguments.filter(({ type }) => type !== 'SpreadElement'));
    } else if (node.type === 'Identifier') {
      const binding = file.tree.bindingOf(node);
      if (binding === null) {
        if (!/^(?:__filename|__dirname)$/.test(node.name)) return false;
        continue;
      }
      const [source] = binding.sources;
      if (binding.sources.length !== 1 || source?.kind !== 'value') return false;
      open.push(source.node);
    } else return false;
  }
  return open.length === 0;
}
