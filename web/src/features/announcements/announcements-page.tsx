import type { ReceivedAnnouncement } from '@proofpix/contract/community/announcements';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './announcements.module.css';
import { FollowChoice } from './follow-choice.tsx';
import { followsQuery, receivedQuery, useAnnouncementChange } from './queries.ts';

/** What publishers announced to whoever looks, and whom they follow. The address holds the filter. */
export function AnnouncementsPage() {
  const { t } = useTranslation('announcements');
  usePageTitle(t('title'));
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        <Received />
        <Follows />
      </main>
    </>
  );
}

function Received() {
  const { t } = useTranslation('announcements');
  const [query, setQuery] = useSearchParams();
  const unread = query.get('show') === 'unread';
  const filter = (only: boolean) => setQuery(only ? { show: 'unread' } : {}, { replace: true });
  const list = useInfiniteQuery({ ...receivedQuery(unread), placeholderData: keepPreviousData });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const readAll = useAnnouncementChange(() => call(routes.announcements.read, { body: {} }));
  return (
    <Section
      title={t('received')}
      actions={
        items.length > 0 || unread ? (
          <>
            <NativeSelect
              size="xs"
              aria-label={t('show')}
              value={unread ? 'unread' : ''}
              onChange={({ currentTarget: { value } }) => filter(value === 'unread')}
              data={[
                { value: '', label: t('all') },
                { value: 'unread', label: t('unread') },
              ]}
            />
            {items.some(({ readAt }) => readAt === null) ? (
              <Button size="xs" loading={readAll.isPending} onClick={() => readAll.mutate(undefined)}>
                {t('readAll')}
              </Button>
            ) : null}
          </>
        ) : undefined
      }
    >
      {list.isPending ? <LoadingRows rows={4} label={t('loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      <NotMarked error={readAll.error} />
      {list.isSuccess && items.length === 0 ? (
        unread ? (
          <Empty action={<Button onClick={() => filter(false)}>{t('showAll')}</Button>}>{t('noneUnread')}</Empty>
        ) : (
          <Empty>{t('none')}</Empty>
        )
      ) : null}
      <ul>
        {items.map((each) => (
          <Item key={each.id} item={each} />
        ))}
      </ul>
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
    </Section>
  );
}

function Item({ item }: { item: ReceivedAnnouncement }) {
  const { t } = useTranslation('announcements');
  const { id, kind, title, text, version, publisher, plugin, receivedAt, readAt } = item;
  const read = useAnnouncementChange(() => call(routes.announcements.read, { body: { ids: [id] } }));
  return (
    <li className={readAt === null ? `${css.item} ${css.unread}` : css.item}>
      <div className={css.line}>
        <span className={css.title}>
          {kind === 'release' ? t('released', { name: title, version: version ?? '' }) : title}
        </span>
        {readAt === null ? (
          <Button
            className={css.end}
            size="xs"
            variant="subtle"
            loading={read.isPending}
            onClick={() => read.mutate(undefined)}
          >
            {t('markRead')}
          </Button>
        ) : null}
      </div>
      <p className={css.meta}>
        <span className={css.tag}>{t(`kind.${kind}`)}</span>
        {readAt === null ? <span>{t('new')}</span> : null}
        <Link to={paths.listing(publisher, plugin)}>{`${publisher}/${plugin}`}</Link>
        <time dateTime={receivedAt} title={timeWithZone(receivedAt)}>
          {timeInList(receivedAt)}
        </time>
      </p>
      {text === '' ? null : <p className={css.text}>{text}</p>}
      <NotMarked error={read.error} />
    </li>
  );
}

function NotMarked({ error }: { error: Error | null }) {
  const { t } = useTranslation('announcements');
  return error === null ? null : (
    <ErrorNotice title={t('notMarked')} code={problemCode(error)}>
      {problemText(error)}
    </ErrorNotice>
  );
}

function Follows() {
  const { t } = useTranslation('announcements');
  const { data, error, refetch } = useQuery(followsQuery);
  return (
    <Section title={t('follows.title')}>
      {error !== null && data === undefined ? (
        <ErrorNotice title={t('follows.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data?.items.length === 0 ? <Empty>{t('follows.none')}</Empty> : null}
      <ul>
        {data?.items.map(({ publisher, displayName }) => (
          <ListRow key={publisher} what={<Link to={paths.publisher(publisher)}>{displayName}</Link>}>
            <FollowChoice publisher={publisher} />
          </ListRow>
        ))}
      </ul>
    </Section>
  );
}
