import { routes } from '@proofpix/contract/routes';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeWithZone } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import css from './takedowns.module.css';

/** What was taken down that the organisation uses, wrote or publishes, with the reasons. Nothing where there is none. */
export function TakedownSection() {
  const { t } = useTranslation('ratings');
  const list = useInfiniteQuery({
    queryKey: ['takedowns'],
    queryFn: ({ pageParam, signal }) =>
      call(routes.takedowns.list, {
        query: { limit: 5, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  if (list.isError && list.data === undefined)
    return (
      <div className={css.notices}>
        <ErrorNotice title={t('takedown.failed')} code={problemCode(list.error)}>
          {problemText(list.error)}
        </ErrorNotice>
      </div>
    );
  if (items.length === 0) return null;
  return (
    <div className={css.notices}>
      <Section title={t('takedown.title')}>
        <ul>
          {items.map(({ id, act, side, publisher, plugin, version, reason, at }) => (
            <li key={id} className={css.notice}>
              <p className={css.line}>
                <strong>{[publisher, plugin, version].filter((part) => part !== null).join(' ')}</strong>
                <span className={css.meta}>{t(`takedown.side.${side}`)}</span>
                <time className={css.meta} dateTime={at}>
                  {timeWithZone(at)}
                </time>
              </p>
              <p>{t(`takedown.act.${act}`)}</p>
              <p className={css.meta}>{t('takedown.reason', { reason })}</p>
            </li>
          ))}
        </ul>
        <LoadMore query={list} />
      </Section>
    </div>
  );
}
