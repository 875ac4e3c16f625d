import type { Case } from '@proofpix/contract/cases';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../ui/mark.tsx';
import css from './finding-words.module.css';

/** What was found in all exhibits together. Silence is no green check: nobody says here who looked. */
export function FindingWords({ counts, exhibits }: { counts: Case['findingCounts']; exhibits: number }) {
  const { t } = useTranslation('runs');
  const { strong, possible, note } = counts;
  const words = [
    ...(strong > 0 ? [t('outcome.strong', { count: strong })] : []),
    ...(possible > 0 ? [t('outcome.possible', { count: possible })] : []),
    ...(strong + possible === 0 && note > 0 ? [t('outcome.note', { count: note })] : []),
  ];
  if (words.length === 0)
    return <span className={css.quiet}>{t(exhibits === 0 ? 'outcome.none' : 'outcome.nothing')}</span>;
  return (
    <span className={css.words}>
      <Mark kind={strong > 0 ? 'strong' : possible > 0 ? 'possible' : 'note'} />
      {words.join(', ')}
    </span>
  );
}
