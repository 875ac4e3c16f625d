import type { SupportState } from '@proofpix/contract/community/support-states';
import { useTranslation } from 'react-i18next';
import { State, type Tone } from '../../ui/state.tsx';
import type { Side } from './queries.ts';

/** What waits for whoever looks stands out; what waits for the other side rests. */
const tones: Readonly<Record<Side['kind'], Readonly<Record<SupportState, Tone>>>> = {
  customer: { open: 'asleep', answered: 'running', waiting: 'waits', solved: 'stopped', closed: 'stopped' },
  publisher: { open: 'waits', answered: 'asleep', waiting: 'asleep', solved: 'stopped', closed: 'stopped' },
};

export function SupportStateWord({ state, side }: { state: SupportState; side: Side['kind'] }) {
  const { t } = useTranslation('supportRequests');
  return <State tone={tones[side][state]} words={t(`state.${state}`)} />;
}
