import { limits } from '@proofpix/contract/limits';
import type { Permission } from '@proofpix/contract/permissions';
import type { TFunction } from 'i18next';
import { bytes, listed } from '../../ui/format.ts';

/** A permission as the sentence that people read before they grant it. */
export function permissionSentence(permission: Permission, hosts: readonly string[], t: TFunction<'plugins'>): string {
  if (permission === 'http' && hosts.length === 0) return t('permission.httpWithoutHosts');
  return t(`permission.${permission}`, { hosts: listed(hosts), quota: bytes(limits.storageQuotaBytes) });
}

/** What does not work without it. */
export function withoutPermission(permission: Permission, hooks: readonly string[], t: TFunction<'plugins'>): string {
  return hooks.length > 0 ? t('permission.withoutHooks', { hooks: listed(hooks) }) : t(`without.${permission}`);
}
