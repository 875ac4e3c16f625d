import type { CaseState } from '@proofpix/contract/cases';
import { useTranslation } from 'react-i18next';
import { State } from '../../ui/state.tsx';

export function CaseStateWord({ state }: { state: CaseState }) {
  const { t } = useTranslation('cases');
  return <State tone={state === 'open' ? 'running' : 'stopped'} words={t(`state.${state}`)} />;
}
