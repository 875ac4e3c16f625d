import { matchesHost, readHostPattern } from '@proofpix/contract/host-pattern';
import type { PackageRule } from '../rule.ts';

export const undeclaredHostRule: PackageRule = {
  kind: 'package',
  id: 'undeclared-host',
  severity: 'low',
  explanation: 'Requests go to the hosts of the manifest alone. An address that it does not list is never reached.',
  remedy: 'List the host in the manifest, or leave the address out.',
  samples: {
    bad: [
      {
        manifest: { permissions: ['http'], hosts: ['example.org'] },
        code: 'ctx.http.request({ url: "https://elsewhere.example.com/a" });',
      },
    ],
    good: [
      {
        manifest: { permissions: ['http'], hosts: ['*.example.org'] },
        code: 'ctx.http.request({ url: "https://api.example.org/a" });',
      },
      { manifest: {}, code: 'const help = "https://example.org";' },
    ],
  },
  check({ manifest, files }, report) {
    const patterns = (manifest.hosts ?? []).flatMap((text) => readHostPattern(text).pattern ?? []);
    for (const file of files) {
      for (const { node, args, values } of requestsIn(file)) {
        const [address] = values;
        const url = address === undefined ? null : URL.parse(address);
        if (url === null || !url.protocol.startsWith('http')) continue;
        const port = url.port === '' ? 443 : Number(url.port);
        if (!patterns.some((pattern) => matchesHost(pattern, url.hostname, port))) {
          report(file.path, args ?? node, {
            message: `Sends a request to ${url.hostname}, which the manifest does not list.`,
            confidence: 0.8,
          });
        }
      }
    }
  },
};

type Scanned = Parameters<PackageRule['check']>[0]['files'][number];
type Place = { start: number; end: number };

/** Objects with a `url` that is known here, as `ctx.http.request` takes them. */
function requestsIn(file: Scanned): { node: Place; args: Place | null; values: string[] }[] {
  return file.tree.nodes('CallExpression').flatMap((node) => {
    const { callee } = node;
    if (
      callee.type !== 'MemberExpression' ||
      callee.property.type !== 'Identifier' ||
      callee.property.name !== 'request'
    )
      return [];
    const [first] = node.arguments;
    if (first?.type !== 'ObjectExpression') return [];
    return first.properties.flatMap((property) => {
      if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.key.name !== 'url') return [];
      const values = file.evaluator
        .valuesOf(property.value)
        .flatMap((value) => (value.kind === 'primitive' ? [String(value.value)] : []));
      return [{ node, args: property.value, values }];
    });
  });
}
