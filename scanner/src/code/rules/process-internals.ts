import { descriptorMark } from '../paths.ts';
import type { CodeRule } from '../rule.ts';
import { isProbe, type Node } from '../syntax.ts';
import { pathsOf, textsOf } from '../values.ts';

const gravest =
  /^process\.(?:binding|_linkedBinding|dlopen|getBuiltinModule|kill|_kill|_debugProcess|_debugEnd|_startProfilerIdleNotifier|reallyExit|abort|setuid|setgid|seteuid|setegid|setgroups|initgroups|chroot|execve|moduleLoadList|_getActiveHandles|_getActiveRequests|report|_rawDebug|_tickCallback|setUncaughtExceptionCaptureCallback|loadEnvFile)$/;
const grave =
  /^process\.(?:exit|chdir|umask|execPath|execArgv|mainModule|send|disconnect|config|title|pid|ppid|getuid|getgid|stdin|openStdin)$/;

const loading = /^process\.env\.(?:LD_PRELOAD|LD_LIBRARY_PATH|DYLD_INSERT_LIBRARIES|NODE_OPTIONS|NODE_PATH|PATH)$/;

export const processInternalsRule: CodeRule = {
  kind: 'code',
  id: 'process-internals',
  severity: 'high',
  explanation:
    'The process object leads to native bindings, to every module of Node, and to the life of the server itself.',
  remedy: 'A plugin has no process. Leave these out.',
  samples: {
    bad: [
      'process.binding("fs");',
      'globalThis.process.getBuiltinModule("fs");',
      'const p = process; p["dlop" + "en"](module, "x");',
      'process.kill(1, "SIGKILL");',
      'import { kill } from "node:process"; kill(1);',
      'process.exit(0);',
      'Reflect.get(process, "binding")("fs");',
      'const { _linkedBinding: bind } = process; bind("x");',
      'process.env.LD_PRELOAD = "/tmp/extra.so";',
    ],
    good: [
      'if (process.env.NODE_ENV !== "production") warn();',
      'const isNode = typeof process === "object" && process.versions && process.versions.node;',
      'process.nextTick(run);',
      'const types = freeProcess && freeProcess.binding && freeProcess.binding("util");\nvar freeProcess = root.process;',
      'function work(process) { process.kill(); }',
    ],
  },
  check(file, report) {
    const { valuesOf } = file.evaluator;
    for (const node of file.tree.nodes('MemberExpression')) {
      if (isProbe(node) || isTested(node)) continue;
      const path = pathsOf(valuesOf(node)).find((one) => one.startsWith('process.'));
      if (path === undefined) continue;
      const written = node.parent?.type === 'AssignmentExpression' && node.parent.left === node;
      if (written && loading.test(path)) report(node, { message: `Sets ${path}, by which programs load other code.` });
      note(node, path);
    }
    for (const node of file.tree.nodes('ImportSpecifier')) {
      const parent = node.parent;
      if (parent?.type !== 'ImportDeclaration' || !/^(?:node:)?process$/.test(parent.source.value)) continue;
      const name = node.imported.type === 'Literal' ? node.imported.value : node.imported.name;
      note(node, `process.${name}`);
    }
    for (const { node, paths, direct } of file.invocations) {
      if (paths.some((one) => one === 'Reflect.get' || one.endsWith('.getOwnPropertyDescriptor'))) {
        for (const one of pathsOf(valuesOf(node))) note(node, one.replace(descriptorMark, ''));
      }
      // Taken out of the object first: `const { kill } = process`.
      const path = paths.find((one) => gravest.test(one));
      if (path !== undefined && !direct && node.type === 'CallExpression' && node.callee.type === 'Identifier')
        note(node, path);
    }

    function note(node: Node, path: string): void {
      if (gravest.test(path)) {
        if (path === 'process.binding' && asksForUtil(node)) return;
        report(node, { message: `Reaches ${path}, which leads out of any sandbox.` });
      } else if (grave.test(path)) {
        const calls = node.parent?.type === 'CallExpression' && node.parent.callee === node;
        const severity = path === 'process.chdir' && calls ? 'medium' : 'low';
        report(node, { message: `Uses ${path}.`, severity, confidence: 0.6 });
      }
    }

    /** lodash and others ask for type checks there, where they exist. */
    function asksForUtil(node: Node): boolean {
      const { parent } = node;
      if (parent?.type !== 'CallExpression' || parent.callee !== node) return false;
      const [first] = parent.arguments;
      return (
        first !== undefined &&
        textsOf(valuesOf(first)).every((text) => text === 'util' || text === 'buffer') &&
        first.type === 'Literal'
      );
    }
  },
};

/** `x && x.binding && …`: asked whether it is there. */
function isTested(node: Node): boolean {
  const { parent } = node;
  return (
    parent?.type === 'LogicalExpression' &&
    parent.operator === '&&' &&
    (parent.left === node || parent.parent?.type === 'LogicalExpression')
  );
}
