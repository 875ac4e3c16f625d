import type { CodeRule } from '../rule.ts';

export const webAssemblyRule: CodeRule = {
  kind: 'code',
  id: 'web-assembly',
  severity: 'medium',
  explanation:
    'Compiled code cannot be reviewed by reading, its memory is under no limit of the sandbox, and the sandbox has no WebAssembly.',
  remedy: 'Use an implementation in JavaScript.',
  samples: {
    bad: [
      'new WebAssembly.Module(bytes);',
      'WebAssembly.instantiate(bytes, imports).then(run);',
      'const W = globalThis["Web" + "Assembly"]; new W.Instance(module);',
      'const code = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);',
      'const blob = "AGFzbQEAAAABBQFgAAF/AwIBAAcHAQNydW4AAA==";',
    ],
    good: [
      'const has = typeof WebAssembly === "object";',
      'const name = "WebAssembly";',
      'if (error instanceof WebAssembly.RuntimeError) log(error);',
    ],
  },
  check(file, report) {
    for (const { node, paths } of file.invocations) {
      const path = paths.find((one) =>
        /^WebAssembly\.(?:Module|Instance|Memory|Table|instantiate|compile|validate|instantiateStreaming|compileStreaming)$/.test(
          one,
        ),
      );
      if (path === undefined) continue;
      // Streams come from addresses, which a plugin does not have: libraries for browsers carry such a part unused.
      const streams = path.endsWith('Streaming');
      report(node, { message: `Makes compiled code with ${path}.`, severity: streams ? 'low' : 'medium' });
    }
    for (const node of file.tree.nodes('ArrayExpression')) {
      if (node.elements.length < 8) continue;
      const head = node.elements.slice(0, 4).map((element) => (element?.type === 'Literal' ? element.value : null));
      if (head.join() === '0,97,115,109') report(node, { message: 'Contains a compiled module as numbers.' });
    }
    for (const { text, node } of file.texts()) {
      if (text.startsWith('AGFzbQ') || text.startsWith('\0asm') || text.startsWith('0061736d01')) {
        report(node, {
          message: `Contains a compiled module of ${text.length} characters.`,
          severity: 'medium',
          confidence: 0.9,
        });
      }
    }
  },
};
