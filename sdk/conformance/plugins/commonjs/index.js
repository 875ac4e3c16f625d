// CommonJS over several files, as many authors write it.
const { double } = require('./lib/double');
const data = require('./lib/data.json');
const util = require('util');
const url = require('node:url');
const crypto = require('crypto');
const axios = require('axios');

const refused = (name) => {
  try {
    require(name);
    return 'given';
  } catch (error) {
    return error.code;
  }
};
const attempt = (make) => {
  try {
    return typeof make();
  } catch (error) {
    return error.constructor.name;
  }
};

exports.hooks = {
  'conformance-commonjs:act': async ({ act, args }) => ({ value: await acts[act](args) }),
  'file:process': async () => ({ metadata: { doubled: double(2) } }),
};
const acts = {
  several: () => [double(21), data.answer, __filename, typeof module],
  offered: () => [
    util.format('%s is %d', 'a', 1),
    util.inspect({ a: [1] }),
    url.parse === undefined ? new URL('https://example.org/a').pathname : url.parse('https://example.org/a').pathname,
    crypto.createHash('sha256').update('abc').digest('hex').slice(0, 8),
    typeof axios.get,
  ],
  refused: (names) => names.map(refused),
  code: () => [
    // oxlint-disable-next-line no-eval -- the attempt is what this is about
    attempt(() => (0, eval)('1')),
    attempt(() => new Function('return 1')()),
    attempt(() => Object.getPrototypeOf(async () => {}).constructor('return 1')),
    attempt(() => (() => {}).constructor('return 1')()),
  ],
  globals: () =>
    ['process', 'fetch', 'Buffer', 'WebAssembly', 'SharedArrayBuffer', 'XMLHttpRequest'].filter(
      (name) => globalThis[name] !== undefined,
    ),
  standard: () =>
    [
      'URL',
      'URLSearchParams',
      'TextEncoder',
      'TextDecoder',
      'atob',
      'btoa',
      'structuredClone',
      'queueMicrotask',
      'setTimeout',
    ].filter((name) => typeof globalThis[name] !== 'function'),
};
