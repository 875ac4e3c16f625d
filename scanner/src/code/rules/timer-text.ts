import type { CodeRule } from '../rule.ts';
import { isText } from '../values.ts';

const timers: ReadonlySet<string> = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'execScript',
  'requestAnimationFrame',
]);

export const timerTextRule: CodeRule = {
  kind: 'code',
  id: 'timer-text',
  severity: 'high',
  explanation: 'A timer that is given text runs it as code, as eval does.',
  remedy: 'Give the timer a function.',
  samples: {
    bad: [
      'setTimeout("work()", 10);',
      'globalThis.setInterval("tick" + "()", 10);',
      'const later = setTimeout; later(`work()`, 1);',
      'setTimeout.call(null, "work()");',
    ],
    good: ['setTimeout(work, 10);', 'setTimeout(() => work("text"), 10);', 'timers.setTimeout("name", 5);'],
  },
  check(file, report) {
    for (const invocation of file.invocations) {
      const { node, paths } = invocation;
      const timer = paths.find((path) => timers.has(path.replace(/^module:timers\./, '')));
      if (timer === undefined) continue;
      const [first] = invocation.values;
      if (first?.some((value) => isText(value) || value.kind === 'decoded'))
        report(node, { message: `Gives ${timer} text to run.` });
    }
  },
};
