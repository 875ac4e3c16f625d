import type { PluginActivity } from '@proofpix/contract/activity';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Bars } from '../../../ui/bars.tsx';
import { bytes, clockTime, count, duration } from '../../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { StatRow } from '../../../ui/stat-row.tsx';
import { isAlarming } from '../plugin-state.ts';
import { pluginActivityQuery } from '../queries.ts';

/** The last 24 hours in figures and bars; they follow what is written. */
export function ActivityFigures({ id }: { id: string }) {
  const { t } = useTranslation('plugins');
  const { data, error } = useQuery(pluginActivityQuery(id));
  if (data === undefined) {
    if (error === null) return <LoadingRows rows={3} label={t('loadingFigures')} />;
    return (
      <ErrorNotice title={t('figuresFailed')} code={problemCode(error)}>
        {problemText(error)}
      </ErrorNotice>
    );
  }
  const none = '–';
  return (
    <>
      <StatRow
        stats={[
          { label: t('columns.calls'), value: count(data.calls) },
          { label: t('columns.errors'), value: count(data.errors), bad: isAlarming(data) },
          { label: t('columns.p95'), value: data.p95Milliseconds === null ? none : duration(data.p95Milliseconds) },
          { label: t('columns.memory'), value: data.memoryBytes === null ? none : bytes(data.memoryBytes) },
        ]}
      />
      <Section title={t('callsAnHour')} aside={t('last24')}>
        <CallBars activity={data} />
      </Section>
    </>
  );
}

function CallBars({ activity }: { activity: PluginActivity }) {
  const { t } = useTranslation('plugins');
  const { calls, errors, hours } = activity;
  return (
    <Bars
      height={72}
      text={t('chart', { calls: count(calls), errors: count(errors) })}
      bars={hours.map(({ hour, calls: value, errors: bad }) => ({ label: clockTime(hour), value, bad }))}
    />
  );
}
