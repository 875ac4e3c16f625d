import type { Plugin } from '@proofpix/contract/api/plugins';
import type { TFunction } from 'i18next';
import { timeWithZone } from '../../ui/format.ts';
import type { Tone } from '../../ui/state.tsx';

export type Described = { words: string; tone: Tone; reason: string | null };

/** The state as dot and word. `asleep`: it is loaded, and its process was ended because nothing called it. */
export function stateOf(plugin: Plugin, asleep: boolean, t: TFunction<'plugins'>): Described {
  const { state, stateReason, circuit, killed, denied } = plugin;
  if (killed !== null) return { words: t('state.killed'), tone: 'failed', reason: killed };
  if (denied !== null) return { words: t('state.denied'), tone: 'failed', reason: denied };
  if (state === 'quarantined') return { words: t('state.locked'), tone: 'failed', reason: stateReason };
  if (state === 'failed') return { words: t('state.failed'), tone: 'failed', reason: stateReason };
  if (undecided(plugin).length > 0) return { words: t('state.waits'), tone: 'waits', reason: t('state.waitsWhy') };
  if (state === 'unloaded') return { words: t('state.stopped'), tone: 'stopped', reason: stateReason };
  if (circuit.state === 'disabled') return { words: t('state.off'), tone: 'failed', reason: circuit.reason };
  if (circuit.state === 'open') {
    const { reason, retryAt } = circuit;
    const words = retryAt === null ? t('state.rests') : t('state.restsUntil', { time: timeWithZone(retryAt) });
    return { words, tone: 'waits', reason };
  }
  return asleep
    ? { words: t('state.asleep'), tone: 'asleep', reason: null }
    : { words: t('state.running'), tone: 'running', reason: null };
}

export function undecided({ permissions }: Plugin) {
  return permissions.filter(({ decision }) => decision === 'pending');
}

/** Whether somebody has to do something before it works again. */
export function needsSomebody(plugin: Plugin): boolean {
  const { state, circuit } = plugin;
  return state === 'quarantined' || state === 'failed' || circuit.state === 'disabled' || undecided(plugin).length > 0;
}

/** Red from one of a hundred on: a few errors among thousands are no alarm. */
export function isAlarming({ calls, errors }: { calls: number; errors: number }): boolean {
  return errors > 0 && errors >= calls / 100;
}
