import type { ReleaseDifference } from '@proofpix/contract/api/submissions';
import { useTranslation } from 'react-i18next';
import css from './submission.module.css';

const kinds = ['permissions', 'hosts', 'hooks', 'components'] as const;

/** What came and what went since the last release. */
export function Difference({ difference }: { difference: ReleaseDifference }) {
  const { t } = useTranslation('publishing');
  return (
    <dl className={css.difference}>
      {kinds.map((kind) => {
        const { added, removed } = difference[kind];
        return (
          <div key={kind}>
            <dt>{t(`difference.${kind}`)}</dt>
            <dd>
              {added.length + removed.length === 0 ? <span className={css.removed}>{t('difference.same')}</span> : null}
              {added.map((name) => (
                <span key={name} className={css.added}>
                  {t('difference.added', { name })}
                </span>
              ))}
              {removed.map((name) => (
                <span key={name} className={css.removed}>
                  {t('difference.removed', { name })}
                </span>
              ))}
            </dd>
          </div>
        );
      })}
    </dl>
  );
}
