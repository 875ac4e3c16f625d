import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../ui/copy-text.tsx';
import css from './evidence-key.module.css';
import { evidenceKeyQuery } from './queries.ts';

/** Whole, because it is there to be compared: a shortened one is easy to imitate. */
export function EvidenceKey() {
  const { t } = useTranslation('runs');
  const key = useQuery(evidenceKeyQuery);
  if (key.isPending) return null;
  if (key.data === undefined) return <p className={css.key}>{t('bundle.keyFailed')}</p>;
  const { fingerprint } = key.data;
  return (
    <p className={css.key}>
      {t('bundle.key')} <code className={css.fingerprint}>{fingerprint.match(/.{1,4}/g)?.join(' ')}</code>
      <CopyText text={fingerprint} what={t('bundle.keyWhat')} />
    </p>
  );
}
