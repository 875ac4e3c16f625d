import type { RouteReply } from '@proofpix/contract/route';
import type { routes } from '@proofpix/contract/routes';
import type { TFunction } from 'i18next';
import type { Tone } from '../../../ui/state.tsx';

export type Happened = RouteReply<typeof routes.plugins.events>['items'][number];

const tones: Record<string, Tone> = {
  'plugin:died': 'failed',
  'plugin:load-failed': 'failed',
  'plugin:quarantined': 'failed',
  'plugin:disabled': 'failed',
  'plugin:killed': 'failed',
  'plugin:package-changed': 'failed',
  'plugin:denied': 'failed',
  'plugin:went-back': 'failed',
  'plugin:update-failed': 'failed',
  'plugin:update-waits': 'waits',
  'plugin:allowed': 'running',
  'plugin:rolled-back': 'running',
  'plugin:suspended': 'waits',
  'plugin:unloaded': 'stopped',
  'plugin:loaded': 'running',
  'plugin:installed': 'running',
  'plugin:updated': 'running',
  'plugin:resumed': 'running',
  'plugin:released': 'running',
  'security:violation': 'failed',
  'security:reported': 'waits',
};

export function toneOf({ type }: Happened): Tone {
  return Object.hasOwn(tones, type) ? (tones[type] ?? 'asleep') : 'asleep';
}

const told = [
  'installed',
  'updated',
  'loaded',
  'unloaded',
  'load-failed',
  'died',
  'configured',
  'permissions-decided',
  'priorities-set',
  'order-set',
  'quarantined',
  'released',
  'disabled',
  'suspended',
  'resumed',
  'killed',
  'kill-lifted',
  'denied',
  'allowed',
  'rolled-back',
  'went-back',
  'update-waits',
  'update-failed',
  'package-changed',
] as const;

/** What happened in one line. An event that this page does not know is shown by its type. */
export function eventSentence(event: Happened, t: TFunction<'plugins'>): string {
  const { detail, type } = event;
  const text = (name: string) => {
    const value = detail[name];
    return typeof value === 'string' ? value : '';
  };
  const named = told.find((name) => type === `plugin:${name}`);
  if (named !== undefined) {
    const sentence = t(`event.${named}`, {
      version: text('version') || text('to'),
      from: text('from'),
      hook: text('hook'),
    });
    const why = text('reason') || (named === 'died' ? text('detail') : '');
    return why === '' ? sentence : `${sentence}: ${why}`;
  }
  if (type.startsWith('security:')) return [text('title'), text('detail')].filter((part) => part !== '').join(': ');
  const said = text('detail') || text('message');
  return said === '' ? type : `${type}: ${said}`;
}
