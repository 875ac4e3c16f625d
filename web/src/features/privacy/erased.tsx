import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { count, timeInList, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './privacy-page.module.css';
import { erasuresQuery, noticesQuery } from './queries.ts';

const tones = { waiting: 'waits', done: 'running', failed: 'failed' } as const;

/** Who was erased, by number, and what plugins were told to forget. */
export function Erased() {
  const { t } = useTranslation('privacy');
  const erasures = useQuery(erasuresQuery);
  const notices = useQuery(noticesQuery);
  const failed = erasures.error ?? notices.error;
  return (
    <Section title={t('erased.title')}>
      <p className={css.text}>{t('erased.text')}</p>
      {erasures.isPending || notices.isPending ? <LoadingRows rows={2} label={t('loading')} /> : null}
      {failed === null ? null : (
        <ErrorNotice
          title={t('erased.failed')}
          code={problemCode(failed)}
          action={
            <TryAgain
              onTry={() => {
                void erasures.refetch();
                void notices.refetch();
              }}
            />
          }
        >
          {problemText(failed)}
        </ErrorNotice>
      )}
      {erasures.data?.length === 0 && notices.data?.length === 0 ? (
        <p className={css.text}>{t('erased.none')}</p>
      ) : null}
      <ul className={css.list}>
        {(erasures.data ?? []).map(({ id, person, askedBy, state, found, at }) => (
          <li key={id} className={css.row}>
            <div className={css.what}>
              <p className={css.name}>{t('erased.person', { person })}</p>
              <p className={css.detail}>
                {t(`erased.by.${askedBy}`)}
                {' · '}
                <time dateTime={at} title={timeWithZone(at)}>
                  {timeInList(at)}
                </time>
                {' · '}
                {t('erased.found', {
                  count: Object.values(found).reduce((sum, each) => sum + each, 0),
                  number: count(Object.values(found).reduce((sum, each) => sum + each, 0)),
                })}
              </p>
            </div>
            <State tone={tones[state]} words={t(`erased.states.${state}`)} />
          </li>
        ))}
        {(notices.data ?? []).map(({ id, kind, at, told, finishedAt }) => (
          <li key={id} className={css.row}>
            <div className={css.what}>
              <p className={css.name}>{t(`erased.told.${kind}`)}</p>
              <p className={css.detail}>
                <time dateTime={at} title={timeWithZone(at)}>
                  {timeInList(at)}
                </time>
                {' · '}
                {told.length === 0
                  ? t(finishedAt === null ? 'erased.waits' : 'erased.nobody')
                  : told.map(({ plugin, ok, error }) => (ok ? plugin : `${plugin} (${error ?? ''})`)).join(', ')}
              </p>
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
