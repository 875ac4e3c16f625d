import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { count, timeWithZone, timeInList } from '../../../ui/format.ts';
import { LoadMore } from '../../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { logsQuery } from '../queries.ts';
import css from './records.module.css';

const levels = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof levels)[number];

/** What it wrote, newest first and live. Pausing keeps what is seen as it is; what comes meanwhile is counted. */
export function PluginLog({ id }: { id: string }) {
  const { t } = useTranslation('plugins');
  const query = useInfiniteQuery(logsQuery(id));
  const { data, error } = query;
  const [from, setFrom] = useState<Level>('debug');
  const [paused, setPaused] = useState<string | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const all = data?.pages.flatMap((page) => page.items);
  const newer =
    paused === null
      ? 0
      : Math.max(
          0,
          (all ?? []).findIndex((line) => line.id === paused),
        );
  const lines = all?.slice(newer).filter(({ level }) => levels.indexOf(level) >= levels.indexOf(from));
  const newest = all?.[0]?.id;

  function toNewest() {
    setPaused(null);
    list.current?.scrollTo({ top: 0 });
  }

  return (
    <Section
      title={t('log.title')}
      actions={
        all === undefined || all.length === 0 ? undefined : (
          <>
            {newer === 0 ? null : (
              <Button size="xs" onClick={toNewest}>
                {t('log.newer', { count: newer, number: count(newer) })}
              </Button>
            )}
            <SegmentedControl
              aria-label={t('log.levels')}
              size="xs"
              value={from}
              onChange={setFrom}
              data={levels.map((level) => ({ value: level, label: t(`log.${level}`) }))}
            />
            <Button size="xs" onClick={() => (paused === null ? setPaused(newest ?? null) : toNewest())}>
              {paused === null ? t('log.pause') : t('log.resume')}
            </Button>
          </>
        )
      }
    >
      {all === undefined && error === null ? <LoadingRows rows={3} label={t('log.loading')} /> : null}
      {all === undefined && error !== null ? (
        <ErrorNotice title={t('log.failed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {all?.length === 0 ? <Empty>{t('log.none')}</Empty> : null}
      {all !== undefined && all.length > 0 && lines?.length === 0 ? (
        <Empty action={<Button onClick={() => setFrom('debug')}>{t('log.showAll')}</Button>}>
          {t('log.noneOfLevel', { level: t(`log.${from}`) })}
        </Empty>
      ) : null}
      {lines === undefined || lines.length === 0 ? null : (
        <div ref={list} className={css.log} role="region" aria-label={t('log.lines')} tabIndex={0} data-keys>
          <ul>
            {lines.map((line) => (
              <li key={line.id} className={css.line}>
                <time className={css.time} dateTime={line.at} title={timeWithZone(line.at)}>
                  {timeInList(line.at)}
                </time>
                <span className={css.level} data-level={line.level}>
                  {t(`log.${line.level}`)}
                </span>
                <span className={css.message}>{line.message}</span>
              </li>
            ))}
          </ul>
          <div className={css.more}>
            <LoadMore
              query={query}
              failed={error === null ? undefined : { text: problemText(error), code: problemCode(error) }}
            />
          </div>
        </div>
      )}
    </Section>
  );
}
