import type { Submission } from '@proofpix/contract/api/submissions';
import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { VerdictWord } from '../submission-words.tsx';
import css from './submission.module.css';

/** What happens now, and what whoever looks can do about it. */
export function NextStep({ submission }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const { state, verdict, steps, queue, publisher, plugin } = submission;
  const reason = state === 'changes-requested' || state === 'rejected' ? steps.at(-1)?.reason : null;
  if (state === 'received')
    return (
      <div className={css.next} role="status">
        <p className={css.reading}>
          <Loader size={16} />
          <strong>{t('next.received')}</strong>
        </p>
        <p>{t('next.receivedMeans')}</p>
      </div>
    );
  return (
    <div className={css.next} role="status">
      {verdict === null ? null : (
        <p>
          <VerdictWord verdict={verdict} />
        </p>
      )}
      <p>
        {state === 'draft' && submission.automatic?.approves === true ? t('next.automatic') : t(`next.${state}`)}{' '}
        {queue === null ? null : t('next.queue', { position: queue.position, of: queue.of })}
      </p>
      {state === 'released' && plugin !== null ? (
        <p>
          <Link to={paths.listing(publisher, plugin)}>{t('next.toListing')}</Link>
        </p>
      ) : null}
      {reason == null ? null : <p className={css.reason}>{reason}</p>}
    </div>
  );
}
