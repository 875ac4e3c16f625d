import type { SecurityEvent, SecuritySummary } from '@proofpix/contract/api/security';
import { violationSeverities, type ViolationSeverity } from '@proofpix/contract/violations';
import { Button, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Bars } from '../../ui/bars.tsx';
import { DescriptionList } from '../../ui/description-list.tsx';
import { count, dayInUtc, timeInList, timeWithZone } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { usePluginName } from '../plugins/queries.ts';
import { securityEventsQuery } from './queries.ts';
import css from './security-events.module.css';
import { Severity } from './severity.tsx';

const severities = [...violationSeverities].reverse();

export function SecurityEvents({ summary }: { summary: SecuritySummary | undefined }) {
  const { t } = useTranslation('security');
  const [parameters, setParameters] = useSearchParams();
  const severity = severities.find((each) => each === parameters.get('severity')) ?? null;
  const plugin = parameters.get('plugin');
  const events = useInfiniteQuery({ ...securityEventsQuery({ severity, plugin }), placeholderData: keepPreviousData });
  const items = events.data?.pages.flatMap((page) => page.items) ?? [];

  /** The filter lives in the address, so that it can be linked. */
  function change(name: string, value: string | null) {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === null) after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  }

  return (
    <Section
      title={t('events.title')}
      aside={summary === undefined ? undefined : t('events.month', { number: count(totalOf(summary)) })}
      actions={
        <SegmentedControl
          size="sm"
          data={[
            { value: 'all', label: t('events.all') },
            ...severities.map((each) => ({ value: each, label: t(`severity.${each}`) })),
          ]}
          value={severity ?? 'all'}
          onChange={(value) => change('severity', value === 'all' ? null : value)}
          aria-label={t('events.severity')}
        />
      }
    >
      {summary === undefined || totalOf(summary) === 0 ? null : <Month summary={summary} />}
      {events.isPending ? <LoadingRows rows={5} label={t('events.loading')} /> : null}
      {events.isError && events.data === undefined ? (
        <ErrorNotice
          title={t('events.failed')}
          code={problemCode(events.error)}
          action={<TryAgain onTry={events.refetch} />}
        >
          {problemText(events.error)} {t('events.safe')}
        </ErrorNotice>
      ) : null}
      {items.length > 0 ? <EventTable events={items} /> : null}
      {events.isSuccess && items.length === 0 ? (
        <NoEvents severity={severity} plugin={plugin} onClear={() => setParameters({}, { replace: true })} />
      ) : null}
      <LoadMore
        query={events}
        failed={
          events.isFetchNextPageError ? { text: problemText(events.error), code: problemCode(events.error) } : undefined
        }
      />
    </Section>
  );
}

function totalOf({ totals }: SecuritySummary): number {
  return totals.low + totals.medium + totals.high + totals.critical;
}

function Month({ summary }: { summary: SecuritySummary }) {
  const { t } = useTranslation('security');
  const bars = summary.days.map(({ day, low, medium, high, critical }) => ({
    label: dayInUtc(day),
    value: low + medium + high + critical,
    bad: high + critical,
  }));
  return (
    <Bars
      bars={bars}
      height={48}
      text={t('events.chart', {
        bad: count(summary.totals.high + summary.totals.critical),
        all: count(totalOf(summary)),
      })}
    />
  );
}

type NoneProps = { severity: ViolationSeverity | null; plugin: string | null; onClear: () => void };

function NoEvents({ severity, plugin, onClear }: NoneProps) {
  const { t } = useTranslation('security');
  const name = usePluginName();
  if (severity === null && plugin === null) return <Empty>{t('events.none')}</Empty>;
  const named = plugin === null ? '' : name(plugin);
  const text =
    severity === null
      ? t('events.noneBy', { plugin: named })
      : t(plugin === null ? 'events.noneOf' : 'events.noneOfBy', {
          severity: t(`severity.${severity}`),
          plugin: named,
        });
  return <Empty action={<Button onClick={onClear}>{t('events.showAll')}</Button>}>{text}</Empty>;
}

function EventTable({ events }: { events: readonly SecurityEvent[] }) {
  const { t } = useTranslation('security');
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t('events.what')}</th>
          <th scope="col">{t('events.plugin')}</th>
          <th scope="col">{t('events.severity')}</th>
          <th scope="col">{t('events.when')}</th>
        </tr>
      </thead>
      <tbody>
        {events.map((event) => (
          <EventRow
            key={event.id}
            event={event}
            open={open === event.id}
            onToggle={() => setOpen(open === event.id ? null : event.id)}
          />
        ))}
      </tbody>
    </table>
  );
}

function EventRow({ event, open, onToggle }: { event: SecurityEvent; open: boolean; onToggle: () => void }) {
  const name = usePluginName();
  const { t } = useTranslation('security');
  const details = `event-${event.id}`;
  return (
    <tr data-open={open || undefined}>
      <td>
        <button type="button" className={css.toggle} aria-expanded={open} aria-controls={details} onClick={onToggle}>
          {event.title}
          {event.count > 1 ? (
            <span className={css.quiet}> {t('events.times', { number: count(event.count) })}</span>
          ) : null}
        </button>
        <p className={css.detail}>{event.detail}</p>
        <div id={details} className={css.evidence} hidden={!open}>
          <DescriptionList
            dense
            facts={[
              ...Object.entries(event.evidence).map(([key, value]) => ({
                label: key,
                value: <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>,
              })),
              {
                label: t('events.package'),
                value: <code title={event.digest}>{`${event.digest.slice(0, 8)}…${event.digest.slice(-8)}`}</code>,
              },
              { label: t('events.recorded'), value: timeWithZone(event.at) },
            ]}
          />
        </div>
      </td>
      <td>
        {event.installed ? (
          <Link className={css.plugin} to={paths.plugin(event.plugin)}>
            {name(event.plugin)}
          </Link>
        ) : (
          event.plugin
        )}{' '}
        <span className={css.quiet}>{event.version}</span>
      </td>
      <td>
        <Severity severity={event.severity} />
      </td>
      <td>
        <time dateTime={event.at} title={timeWithZone(event.at)}>
          {timeInList(event.at)}
        </time>
      </td>
    </tr>
  );
}
