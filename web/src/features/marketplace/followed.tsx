import { hostOfSource } from '@proofpix/contract/plugin-source';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { shortHash, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './marketplace.module.css';
import { followedQuery } from './queries.ts';

/** The other server whose plugins stand among ours: whose root is believed, and since when it is not heard of. */
export function Followed() {
  const { t } = useTranslation('marketplace');
  const { data } = useQuery(followedQuery);
  const followed = data?.followed ?? null;
  if (followed === null) return null;
  const { state, problem, confirmedAt, root, source, since } = followed;
  const host = hostOfSource(source);
  if (state === 'unreachable' || state === 'refused')
    return (
      <ErrorNotice title={t(`followed.${state}`, { host, time: timeWithZone(since) })} code={problem?.code}>
        <p>{problem?.message}</p>
        <p>
          {confirmedAt === null
            ? t('followed.neverConfirmed')
            : t('followed.known', { time: timeWithZone(confirmedAt) })}
        </p>
      </ErrorNotice>
    );
  return (
    <p className={css.why}>
      {t('followed.also', { host })}
      {root === null ? null : ` ${t(`followed.root.${root.trustedBy}`, { hash: shortHash(root.sha256) })}`}
    </p>
  );
}
