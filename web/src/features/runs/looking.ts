import type { Plugin } from '@proofpix/contract/api/plugins';

const hooksOfARun = new Set(['file:uploaded', 'file:process', 'file:processed', 'data:analyze']);

export function looksAtPhotos(plugin: Plugin): boolean {
  return plugin.hooks.some(({ hook }) => hooksOfARun.has(hook));
}

export function isGranted(plugin: Plugin, permission: 'http' | 'webhooks'): boolean {
  return plugin.permissions.some((entry) => entry.permission === permission && entry.decision === 'granted');
}
