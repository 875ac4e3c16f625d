import type { Explanation } from '@proofpix/contract/api/marketplace';
import { useTranslation } from 'react-i18next';
import css from './discovery.module.css';

/** The points that made the order. They sum to the score: there is nothing else behind it. */
export function WhyHere({ name, explanation }: { name: string; explanation: Explanation }) {
  const { t } = useTranslation('marketplace');
  return (
    <details className={css.whyHere}>
      <summary aria-label={t('ranking.whyOf', { name })}>{t('ranking.why')}</summary>
      <dl className={css.terms}>
        {explanation.terms.map(({ term, points, word }) => (
          <div key={`${term} ${word ?? ''}`} className={css.term}>
            <dt>
              {word === undefined ? t(`ranking.${term}`) : t('ranking.word', { word, field: t(`ranking.${term}`) })}
            </dt>
            <dd>{points}</dd>
          </div>
        ))}
        <div className={css.sum}>
          <dt>{t('ranking.score')}</dt>
          <dd>{explanation.score}</dd>
        </div>
      </dl>
    </details>
  );
}
