import type { AnalyticsDay, PublisherAnalytics } from '@proofpix/contract/api/publisher-analytics';
import { routeUrl } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { Button, SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { count, duration } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { StatRow } from '../../ui/stat-row.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { Badges } from './badges.tsx';
import { pointsOf, type Measure } from './chart-days.ts';
import { Chart } from './chart.tsx';
import { Clients, Countries, Lists, Retention, Versions } from './groups.tsx';
import css from './publisher-analytics.module.css';
import { analyticsDaysQuery, analyticsQuery, type Plugin, type Span } from './queries.ts';
import { toldWords, usageWords } from './told-words.ts';

const ranges = ['28', '90', '365', 'all'] as const;
type Range = (typeof ranges)[number];
/** Before anything was published. */
const beginning = '2000-01-01';
const dayMilliseconds = 86_400_000;

/** What became of one plugin of a publisher, in numbers that name nobody. */
export function AnalyticsPage() {
  const { t } = useTranslation('publisherAnalytics');
  const { publisher = '', plugin = '' } = useParams();
  usePageTitle(t('title', { plugin }));
  const { may } = useAccount();
  const [query, setQuery] = useSearchParams();
  const range = ranges.find((each) => each === query.get('range')) ?? '28';
  const span = spanOf(range);
  const analytics = useQuery({
    ...analyticsQuery({ publisher, plugin }, span),
    enabled: may('publishing:manage'),
    placeholderData: keepPreviousData,
  });
  const { data, error } = analytics;
  const code = problemCode(error);
  if (
    data === undefined &&
    (code === 'publisher_not_found' || code === 'release_not_found' || code === 'invalid_request')
  )
    return <NotFoundPage />;
  const parents = <Link to={paths.publishing}>{t('parent')}</Link>;
  if (!may('publishing:manage'))
    return (
      <>
        <TopBar parents={parents} />
        <main id="main">
          <p className={css.closed}>{t('closed')}</p>
        </main>
      </>
    );
  return (
    <>
      <TopBar
        parents={parents}
        actions={
          <Button
            component="a"
            href={routeUrl(routes.publisherAnalytics.csv, { publisher, plugin }, range === 'all' ? {} : span)}
            download
          >
            {t('csv')}
          </Button>
        }
      />
      <main id="main" className={css.page}>
        <div className={css.head}>
          <h1>{t('title', { plugin })}</h1>
          <SegmentedControl
            size="sm"
            aria-label={t('range.label')}
            data={ranges.map((value) => ({ value, label: t(`range.${value}`) }))}
            value={range}
            onChange={(value) => setQuery(value === '28' ? {} : { range: value }, { replace: true })}
          />
        </div>
        <p className={css.rule}>{t('rule')}</p>
        {analytics.isPending ? <LoadingRows rows={6} label={t('loading')} /> : null}
        {analytics.isError && data === undefined ? (
          <ErrorNotice title={t('failed')} code={code} action={<TryAgain onTry={analytics.refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : <Body plugin={{ publisher, plugin }} analytics={data} />}
      </main>
    </>
  );
}

function spanOf(range: Range): Span {
  const to = new Date().toISOString().slice(0, 10);
  if (range === 'all') return { from: beginning, to };
  return { from: new Date(Date.parse(to) - (Number(range) - 1) * dayMilliseconds).toISOString().slice(0, 10), to };
}

function Body({ plugin, analytics }: { plugin: Plugin; analytics: PublisherAnalytics }) {
  const { t } = useTranslation('publisherAnalytics');
  const { figures, firstDay, from, to } = analytics;
  if (firstDay === null)
    return (
      <>
        <Empty>{t('nothing')}</Empty>
        <Badges plugin={plugin} />
      </>
    );
  const told = [
    'views',
    'impressions',
    'downloads',
    'installs',
    'uninstalls',
    'updates',
    'installed',
    'active',
  ] as const;
  return (
    <>
      <StatRow
        stats={told.map((measure) => ({ label: t(`measure.${measure}`), value: toldWords(figures[measure]) }))}
      />
      <StatRow
        stats={[
          { label: t('measure.calls'), value: usageWords(figures.calls, count) },
          { label: t('measure.errors'), value: usageWords(figures.errors, count) },
          { label: t('measure.p50Milliseconds'), value: usageWords(figures.p50Milliseconds, duration) },
          { label: t('measure.p95Milliseconds'), value: usageWords(figures.p95Milliseconds, duration) },
        ]}
      />
      <Charts plugin={plugin} span={{ from, to }} />
      <Versions versions={analytics.versions} />
      <Retention retention={analytics.retention} />
      <Lists changes={analytics.changes} terms={analytics.terms} />
      <Countries countries={analytics.countries} />
      <Clients clients={analytics.clients} />
      <Badges plugin={plugin} />
    </>
  );
}

function Charts({ plugin, span }: { plugin: Plugin; span: Span }) {
  const { t } = useTranslation('publisherAnalytics');
  const days = useQuery({ ...analyticsDaysQuery(plugin, span), placeholderData: keepPreviousData });
  if (days.data === undefined) {
    if (days.error === null) return <LoadingRows rows={4} label={t('loadingCharts')} />;
    return (
      <ErrorNotice title={t('chartsFailed')} code={problemCode(days.error)} action={<TryAgain onTry={days.refetch} />}>
        {problemText(days.error)}
      </ErrorNotice>
    );
  }
  return <Drawn days={days.data} />;
}

function Drawn({ days }: { days: readonly AnalyticsDay[] }) {
  const { t } = useTranslation('publisherAnalytics');
  const told = ['views', 'downloads', 'installs', 'uninstalls', 'installed', 'active'] as const satisfies Measure[];
  return (
    <div className={css.charts}>
      {told.map((measure) => (
        <Chart key={measure} title={t(`measure.${measure}`)} points={pointsOf(days, measure)} words={toldWords} />
      ))}
      <Chart
        title={t('measure.calls')}
        badTitle={t('measure.errors')}
        points={pointsOf(days, 'calls', 'errors')}
        words={(value) => usageWords(value, count)}
      />
      <Chart
        title={t('measure.p95Milliseconds')}
        points={pointsOf(days, 'p95Milliseconds')}
        words={(value) => usageWords(value, duration)}
      />
    </div>
  );
}
