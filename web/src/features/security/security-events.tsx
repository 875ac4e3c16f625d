import type { SecurityEvent, SecuritySummary } from '@proofpix/contract/api/security';
import { violationSeverities, type ViolationSeverity } from '@proofpix/contract/violations';
import { Button, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Bars } from '../../ui/bars.tsx';
import { count, dayInUtc, timeInList, timeWithZone } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { usePluginName } from '../plugins/queries.ts';
import { securityEventsQuery } from './queries.ts';
import css from './security-events.module.css';
import { Severity, severityWord } from './severity.tsx';

const severities = [...violationSeverities].reverse();
const filters = [
  { value: 'all', label: 'All' },
  ...severities.map((severity) => ({ value: severity, label: severityWord(severity) })),
];

export function SecurityEvents({ summary }: { summary: SecuritySummary | undefined }) {
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
      title="What plugins did"
      aside={summary === undefined ? undefined : `${count(totalOf(summary))} in 30 days`}
      actions={
        <SegmentedControl
          size="sm"
          data={filters}
          value={severity ?? 'all'}
          onChange={(value) => change('severity', value === 'all' ? null : value)}
          aria-label="Severity"
        />
      }
    >
      {summary === undefined || totalOf(summary) === 0 ? null : <Month summary={summary} />}
      {events.isPending ? <LoadingRows rows={5} label="Loading the events" /> : null}
      {events.isError ? (
        <ErrorNotice
          title="The events could not be loaded"
          code={problemCode(events.error)}
          action={<Button onClick={() => void events.refetch()}>Try again</Button>}
        >
          {problemText(events.error)} They are safe on the server.
        </ErrorNotice>
      ) : null}
      {items.length > 0 ? <EventTable events={items} /> : null}
      {events.isSuccess && items.length === 0 ? (
        <NoEvents severity={severity} plugin={plugin} onClear={() => setParameters({}, { replace: true })} />
      ) : null}
      {events.hasNextPage ? (
        <Button className={css.more} loading={events.isFetchingNextPage} onClick={() => void events.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
    </Section>
  );
}

function totalOf({ totals }: SecuritySummary): number {
  return totals.low + totals.medium + totals.high + totals.critical;
}

function Month({ summary }: { summary: SecuritySummary }) {
  const bars = summary.days.map(({ day, low, medium, high, critical }) => ({
    label: dayInUtc(day),
    value: low + medium + high + critical,
    bad: high + critical,
  }));
  return (
    <Bars
      bars={bars}
      height={48}
      text={`Events a day, last 30 days; red: high and critical, ${count(summary.totals.high + summary.totals.critical)} of ${count(totalOf(summary))}`}
    />
  );
}

type NoneProps = { severity: ViolationSeverity | null; plugin: string | null; onClear: () => void };

function NoEvents({ severity, plugin, onClear }: NoneProps) {
  const name = usePluginName();
  if (severity === null && plugin === null) return <Empty>No plugin did anything that was refused.</Empty>;
  const which = [
    ...(severity === null ? [] : [`of severity ${severityWord(severity).toLowerCase()}`]),
    ...(plugin === null ? [] : [`by ${name(plugin)}`]),
  ];
  return <Empty action={<Button onClick={onClear}>Show all</Button>}>There is no event {which.join(' ')}.</Empty>;
}

function EventTable({ events }: { events: readonly SecurityEvent[] }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">What happened</th>
          <th scope="col">Plugin</th>
          <th scope="col">Severity</th>
          <th scope="col">When</th>
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
  const details = `event-${event.id}`;
  return (
    <tr data-open={open || undefined}>
      <td>
        <button type="button" className={css.toggle} aria-expanded={open} aria-controls={details} onClick={onToggle}>
          {event.title}
          {event.count > 1 ? <span className={css.quiet}> {count(event.count)} times</span> : null}
        </button>
        <p className={css.detail}>{event.detail}</p>
        <dl id={details} className={css.evidence} hidden={!open}>
          {Object.entries(event.evidence).map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>
                <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
              </dd>
            </div>
          ))}
          <div>
            <dt>Package</dt>
            <dd>
              <code title={event.digest}>{`${event.digest.slice(0, 8)}…${event.digest.slice(-8)}`}</code>
            </dd>
          </div>
          <div>
            <dt>Recorded</dt>
            <dd>{timeWithZone(event.at)}</dd>
          </div>
        </dl>
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
