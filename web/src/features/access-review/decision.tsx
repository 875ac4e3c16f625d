import { useTranslation } from 'react-i18next';
import css from './access-review-page.module.css';

type Props = {
  /** Of whom or what, for screen readers. */
  name: string;
  keep: boolean | undefined;
  /** Why there is nothing to decide. */
  fixed: string | undefined;
  onDecide: (keep: boolean) => void;
};

/** Two answers, neither of them chosen at the beginning: who keeps somebody says so. */
export function Decision({ name, keep, fixed, onDecide }: Props) {
  const { t } = useTranslation('accessReview');
  if (fixed !== undefined) return <span className={css.fixed}>{fixed}</span>;
  return (
    <span className={css.decision} role="group" aria-label={t('decisionOn', { name })}>
      {([true, false] as const).map((answer) => (
        <button
          key={String(answer)}
          type="button"
          className={css.answer}
          aria-pressed={keep === answer}
          data-loss={!answer || undefined}
          onClick={() => onDecide(answer)}
        >
          {t(answer ? 'keep' : 'remove')}
        </button>
      ))}
    </span>
  );
}
