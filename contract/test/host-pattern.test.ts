import { describe, expect, it } from 'vitest';
import { matchesHost, readHostPattern } from '../src/host-pattern.ts';
import { checkManifest } from '../src/manifest.ts';

function matches(text: string, hostname: string, port = 443): boolean {
  const { pattern } = readHostPattern(text);
  return pattern !== null && matchesHost(pattern, hostname, port);
}

describe('an entry of hosts', () => {
  it.each([
    ['api.example.org', 'api.example.org', 443, true],
    ['api.example.org', 'api.example.org', 8443, false],
    ['api.example.org', 'example.org', 443, false],
    ['api.example.org', 'x.api.example.org', 443, false],
    ['api.example.org', 'api.example.org.evil.example', 443, false],
    ['*.example.org', 'a.example.org', 443, true],
    ['*.example.org', 'a.b.example.org', 443, true],
    ['*.example.org', 'example.org', 443, false],
    ['*.example.org', 'evilexample.org', 443, false],
    ['*.example.org', '.example.org', 443, false],
    ['example.org:8443', 'example.org', 8443, true],
    ['example.org:8443', 'example.org', 443, false],
    ['*.example.org:8443', 'a.example.org', 8443, true],
    ['xn--mnchen-3ya.de', 'xn--mnchen-3ya.de', 443, true],
  ])('%s for %s:%i is %s', (text, hostname, port, expected) => {
    expect(matches(text, hostname, port)).toBe(expected);
  });

  it.each([
    ['localhost', 'domain'],
    ['*.org', 'domain'],
    ['*', 'only in front'],
    ['a.*.example.org', 'only in front'],
    ['10.0.0.1', 'address'],
    ['0x7f.1', 'address'],
    ['example.123', 'address'],
    ['[::1]', 'address'],
    ['::1', 'address'],
    ['https://example.org', 'without https://'],
    ['example.org/path', 'without https://'],
    ['user@example.org', 'without https://'],
    ['example.org:0', 'port'],
    ['example.org:65536', 'port'],
    ['example.org:', 'port'],
    ['example.org:https', 'port'],
    ['Example.org', 'lower case'],
    ['example.org.', 'dot'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['*.münchen.de', '*.xn--mnchen-3ya.de'],
    ['exa mple.org', 'such as'],
    ['-a.example.org', 'such as'],
    [`${'a'.repeat(64)}.example.org`, 'such as'],
    ['a..example.org', 'such as'],
    ['a.example.org\n', 'such as'],
    ['', 'such as'],
  ])('%j is refused, saying why', (text, said) => {
    expect(readHostPattern(text)).toEqual({ pattern: null, error: expect.stringContaining(said) });
  });

  it('that is wrong is named in the errors of its manifest', () => {
    const manifest = {
      id: 'some-plugin',
      name: 'Some plugin',
      version: '1.0.0',
      description: 'A plugin of the tests',
      author: 'ProofPix',
      type: 'connector',
      category: 'integration',
      permissions: ['http'],
      hosts: ['api.example.org', 'https://example.org', '127.0.0.1'],
    };
    expect(checkManifest(manifest).errors.map(({ field }) => field)).toEqual(['/hosts/1', '/hosts/2']);
  });
});
