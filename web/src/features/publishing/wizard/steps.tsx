import type { SubmissionState } from '@proofpix/contract/publishing';
import { IconCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './wizard.module.css';

const steps = ['package', 'scan', 'listing', 'review', 'release'] as const;

/** How far each state has come. */
const reached: Readonly<Record<SubmissionState, number>> = {
  received: 1,
  'not-scanned': 1,
  blocked: 1,
  draft: 2,
  waiting: 3,
  'in-review': 3,
  'changes-requested': 3,
  rejected: 3,
  withdrawn: 0,
  released: 5,
};

/** The way of a package to its customers, and where it stands. Null: nothing was sent yet. */
export function Steps({ state }: { state: SubmissionState | null }) {
  const { t } = useTranslation('publishing');
  const at = state === null ? 0 : reached[state];
  return (
    <ol className={css.steps} aria-label={t('steps.title')}>
      {steps.map((step, index) => (
        <li
          key={step}
          className={css.step}
          data-done={index < at || undefined}
          aria-current={index === at ? 'step' : undefined}
        >
          <span className={css.number} aria-hidden>
            {index < at ? <IconCheck size={12} stroke={2.4} /> : index + 1}
          </span>
          {t(`steps.${step}`)}
          {index < at ? <span className="visually-hidden">{t('steps.done')}</span> : null}
        </li>
      ))}
    </ol>
  );
}
