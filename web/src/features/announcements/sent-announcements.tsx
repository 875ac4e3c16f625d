import type { Announcement } from '@proofpix/contract/community/announcements';
import type { Publisher } from '@proofpix/contract/api/publishers';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { AnnounceDialog } from './announce-dialog.tsx';
import css from './announcements.module.css';
import { sentQuery } from './queries.ts';

/** In the portal: what was announced, and to how many. Nothing for whoever has released nothing. */
export function SentAnnouncements({ publishers }: { publishers: readonly Publisher[] }) {
  const { t } = useTranslation('announcements');
  const [announcing, setAnnouncing] = useState(false);
  const some = publishers.filter(({ plugins }) => plugins > 0);
  if (some.length === 0) return null;
  return (
    <Section
      title={t('sent.title')}
      actions={
        <Button size="xs" onClick={() => setAnnouncing(true)}>
          {t('sent.announce')}
        </Button>
      }
    >
      {some.map(({ name, displayName }) => (
        <OfPublisher key={name} publisher={name} displayName={displayName} named={some.length > 1} />
      ))}
      {announcing ? (
        <AnnounceDialog publishers={some.map(({ name }) => name)} onClose={() => setAnnouncing(false)} />
      ) : null}
    </Section>
  );
}

type OfPublisherProps = { publisher: string; displayName: string; named: boolean };

function OfPublisher({ publisher, displayName, named }: OfPublisherProps) {
  const { t } = useTranslation('announcements');
  const list = useInfiniteQuery(sentQuery(publisher));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {named ? <h3>{displayName}</h3> : null}
      {list.isPending ? <LoadingRows rows={2} label={t('sent.loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice title={t('sent.failed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.isSuccess && items.length === 0 ? <Empty>{t('sent.none')}</Empty> : null}
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
    </>
  );
}

function Item({ item }: { item: Announcement }) {
  const { t } = useTranslation('announcements');
  const { kind, title, text, plugin, createdAt, sentAt, reached } = item;
  const reach =
    sentAt === null ? t('sent.underWay') : reached === null ? t('sent.few') : t('sent.reached', { count: reached });
  return (
    <li className={css.item}>
      <span className={css.title}>{title}</span>
      <p className={css.meta}>
        <span className={css.tag}>{t(`kind.${kind}`)}</span>
        <span>{plugin}</span>
        <time dateTime={createdAt} title={timeWithZone(createdAt)}>
          {timeInList(createdAt)}
        </time>
        <span>{reach}</span>
      </p>
      <p className={css.text}>{text}</p>
    </li>
  );
}
