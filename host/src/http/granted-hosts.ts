import { matchesHost, readHostPattern } from '@proofpix/contract/host-pattern';
import type { Manifest } from '@proofpix/contract/manifest';

/**
 * The entry of `hosts` that grants this host, or null: none listed, none granted. The entry also names the host in what
 * is counted, so that a plugin with `*.example.org` cannot make up names without end.
 */
export function grantedBy({ hosts = [] }: Pick<Manifest, 'hosts'>, hostname: string, port: number): string | null {
  const granting = hosts.find((text) => {
    const { pattern } = readHostPattern(text);
    return pattern !== null && matchesHost(pattern, hostname, port);
  });
  return granting ?? null;
}
