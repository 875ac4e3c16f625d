import { limits } from '@proofpix/contract/limits';
import { authorName, type Manifest } from '@proofpix/contract/manifest';
import { httpWithoutHosts, permissions, type Permission } from '@proofpix/contract/permissions';
import { printable } from '../printable.ts';
import type { Paint } from '../terminal.ts';

/** What a plugin asks for, as the sentences that people read in the web app before they grant it. */
export function describeRequest(manifest: Manifest, paint: Paint): string[] {
  const asked = manifest.permissions ?? [];
  const name = `${paint.strong(printable(manifest.name))} ${manifest.version} by ${printable(authorName(manifest))}`;
  if (asked.length === 0) return [`${name} asks for nothing.`];
  return [
    `${name} asks to:`,
    ...asked.map((permission) => `  ${permission.padEnd(10)} ${sentenceOf(permission, manifest)}`),
  ];
}

export function sentenceOf(permission: Permission, { hosts = [] }: Pick<Manifest, 'hosts'>): string {
  if (permission === 'http' && hosts.length === 0) return httpWithoutHosts;
  return permissions[permission]
    .replace('{hosts}', hosts.map(printable).join(', '))
    .replace('{quota}', `${limits.storageQuotaBytes / 1024 / 1024} MB`)
    .replace('{providers}', 'those that it names');
}
