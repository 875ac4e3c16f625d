import type { CodeRule } from '../rule.ts';
import { isProbe, plainKey } from '../syntax.ts';
import { pathsOf } from '../values.ts';

export const escapePrimitiveRule: CodeRule = {
  kind: 'code',
  id: 'escape-primitive',
  severity: 'medium',
  explanation:
    'These features show the inside of the engine (call sites, callers, shared memory) and are the first steps of most ways out of a sandbox.',
  remedy: 'Do without them; report errors by their message.',
  samples: {
    bad: [
      'Error.prepareStackTrace = (error, sites) => sites;',
      'function who() { return who.caller; }',
      'const name = arguments.callee;',
      'const get = ({}).__lookupGetter__("__proto__");',
      'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);',
      'const memory = new SharedArrayBuffer(1024);',
    ],
    good: [
      'Error.captureStackTrace(this, Plugin);',
      'const { caller } = request;',
      'const shared = typeof SharedArrayBuffer !== "undefined";',
      'error.stack.split("\\n");',
      'const isShared = value instanceof SharedArrayBuffer;',
    ],
  },
  check(file, report) {
    const { valuesOf } = file.evaluator;
    for (const node of file.tree.nodes('MemberExpression')) {
      const key = plainKey(node.property, node.computed);
      if (key === 'callee' || key === 'caller') {
        const { object } = node;
        const ofArguments = object.type === 'Identifier' && object.name === 'arguments';
        const ofFunction = key === 'caller' && valuesOf(object).some(({ kind }) => kind === 'function');
        if (ofArguments || ofFunction)
          report(node, {
            message: `Looks at ${key} of a function.`,
            severity: ofFunction ? 'medium' : 'low',
            confidence: 0.6,
          });
      } else if (key === '__lookupGetter__' || key === '__lookupSetter__') {
        const { parent } = node;
        const of = parent?.type === 'CallExpression' ? parent.arguments[0] : undefined;
        const proto = of?.type === 'Literal' && of.value === '__proto__';
        report(node, {
          message: `Takes a getter out of an object with ${key}.`,
          severity: proto ? 'medium' : 'low',
          confidence: 0.6,
        });
      } else if (key === 'prepareStackTrace' && pathsOf(valuesOf(node.object)).includes('Error')) {
        const written = node.parent?.type === 'AssignmentExpression' && node.parent.left === node;
        if (written) report(node, { message: 'Takes over how stacks are made, which shows objects of other code.' });
      }
    }
    for (const { node, paths, construct } of file.invocations) {
      if (isProbe(node)) continue;
      if (paths.includes('SharedArrayBuffer') && construct)
        report(node, { message: 'Makes memory that is shared between threads.' });
      if (paths.includes('Atomics.wait')) report(node, { message: 'Waits in a way that stops the whole thread.' });
    }
  },
};
