import { isDeepStrictEqual } from 'node:util';
import { limits } from '@proofpix/contract/limits';
import type { Manifest } from '@proofpix/contract/manifest';
import { readAdvisory } from '@proofpix/scanner/advisories/advisory';
import { affects } from '@proofpix/scanner/advisories/affects';
import { toCycloneDx } from '@proofpix/scanner/dependencies/cyclonedx';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';
import { scanStructure } from '@proofpix/scanner/structure/scan-structure';
import { mutate, splice } from '../mutate.ts';
import type { Target } from '../target.ts';

/** What tells of a dependency or of a hook, in every form that is read. */
const snippets = [
  '// node_modules/left-pad/index.js\n',
  '//#region node_modules/.pnpm/@s+a@1.2.3_b@1.0.0/node_modules/@s/a/i.js\n',
  '"./node_modules/lodash/lodash.js":',
  '1:[function(require,module,exports){},{"./own":2,"left-pad":3}],2:[',
  '/*! pako 2.0.4 https://example.org @license (MIT AND Zlib) */',
  '/**\n * @license React v16.13.1\n * react.production.min.js\n */',
  '//! moment.js\n//! version : 2.29.1\n',
  '/*! Bundled license information:\n\nlodash/lodash.js:\n  (**\n   * @license\n   *)\n*/',
  '//# sourceMappingURL=data:application/json;base64,eyJzb3VyY2VzIjpbIm5vZGVfbW9kdWxlcy9hL2IuanMiXX0=',
  '{"version":3,"sources":["../node_modules/a/index.js"],"sections":[{"map":{"sources":[]}}]}',
  '{"name":"a","version":"1.0.0","license":"(MIT OR GPL-3.0-only)","dependencies":{"a":"^1.0.0","b":"npm:c@2.0.0"}}',
  '{"packages":{"node_modules/a":{"version":"1.0.0","integrity":"sha512-AA=="}},"dependencies":{"a":{"version":"1.0.0","dependencies":{}}}}',
  '## a 1.0.0\n\n- Licence: MIT\n\n```text\n## b 2.0.0\n```\n',
  "module.exports = { hooks: { 'file:process': () => ({}) } };",
  'const hooks = {}; hooks.a = run; exports.hooks = hooks;',
  "export { default } from './index.js';",
  'var a = b, b = { hooks: { [`${a}`]: a } }; module.exports = Object.freeze(a);',
  '__export(x, { default: () => y }); module.exports = __toCommonJS(x); var y = require("./index.js");',
  '{"id":"GHSA-1","affected":[{"package":{"ecosystem":"npm","name":"a"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"2.0.0"},{"last_affected":"x"}]}],"versions":["1.0.0"]}]}',
];
/** The same bytes are read as each of them. */
const places = [
  'index.js',
  'index.js.map',
  'index.js.LICENSE.txt',
  'package.json',
  'node_modules/a/package.json',
  'package-lock.json',
  'THIRD-PARTY-NOTICES.md',
];
const manifest: Manifest = {
  id: 'fuzzed-plugin',
  name: 'Fuzzed',
  version: '1.0.0',
  description: 'A plugin of the fuzzer',
  author: 'Nobody',
  type: 'utility',
  category: 'other',
  hooks: ['file:process'],
};

export const dependencies: Target = {
  make(random) {
    let source = Array.from({ length: 1 + random.below(5) }, () => random.pick(snippets)).join(
      random.pick(['\n', ' ', '']),
    );
    if (random.once(8)) source = source.slice(0, 2_000).repeat(1 + random.below(200));
    const bytes = Buffer.from(source);
    if (random.once(4)) return splice(bytes, Buffer.from(random.pick(snippets)), random);
    return random.once(2) ? mutate(bytes, random) : bytes;
  },

  check(input) {
    const files = new Map(places.map((path) => [path, input]));
    const list = listComponents(files);
    if (list.components.length > limits.components) throw new Error('It lists more components than it may.');
    for (const { evidence, purl, confidence } of list.components) {
      if (evidence.length === 0 || evidence.length > limits.componentEvidence)
        throw new Error('A component has no evidence, or too much.');
      if (!/^pkg:npm\/[\w.%~!'()*/-]+(?:@[^@]+)?$/.test(purl)) throw new Error(`No package URL: ${purl}`);
      if (evidence.some(({ line }) => !(line >= 0)) || !(confidence > 0 && confidence <= 1))
        throw new Error('Evidence lies nowhere.');
    }
    if (!isDeepStrictEqual(listComponents(files), list)) throw new Error('It finds something else the second time.');
    JSON.stringify(toCycloneDx(list, { manifest, digest: 'ab'.repeat(32) }));
    for (const { message } of scanStructure(files, manifest).findings)
      if (message.length > 500) throw new Error('A finding is longer than it may be.');
    let record: unknown = null;
    try {
      record = JSON.parse(new TextDecoder().decode(input));
    } catch {
      // not JSON: no advisory either
    }
    const advisory = readAdvisory(record);
    if (advisory !== null) for (const version of ['1.0.0', '2.0.0-rc.1', null]) affects(advisory, 'a', version);
    return Promise.resolve();
  },
};
