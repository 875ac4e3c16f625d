import type { PublisherAnalytics } from '@proofpix/contract/api/publisher-analytics';
import { unknownCountry, visitClients } from '@proofpix/contract/publisher-analytics';
import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { count, dayInUtc, duration, percent } from '../../ui/format.ts';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import css from './publisher-analytics.module.css';
import { toldWords, usageWords } from './told-words.ts';

type Version = PublisherAnalytics['versions'][number];
type Visits = PublisherAnalytics['countries'][number];

function Rest() {
  const { t } = useTranslation('publisherAnalytics');
  return <span className={css.rest}>{t('rest')}</span>;
}

const rest = <Rest />;

/** On a phone there is no head above a number: it says itself what it is. */
function numbers<Row>(key: string, head: string, words: (row: Row) => string): Column<Row> {
  return {
    key,
    head,
    cell: (row) => (
      <>
        <span className={css.onPhone}>{head}</span> {words(row)}
      </>
    ),
    numeric: true,
  };
}

/** How each version spread and runs. */
export function Versions({ versions }: Pick<PublisherAnalytics, 'versions'>) {
  const { t } = useTranslation('publisherAnalytics');
  const number = numbers<Version>;
  return (
    <Section title={t('versions')}>
      {versions.length === 0 ? (
        <Empty>{t('noGroups')}</Empty>
      ) : (
        <DataTable
          label={t('versions')}
          rows={versions}
          rowKey={({ value }) => value ?? ''}
          nameHead={t('version')}
          name={({ value }) => value ?? rest}
          columns={[
            number('installed', t('measure.installed'), ({ installed }) => toldWords(installed)),
            number('active', t('measure.active'), ({ active }) => toldWords(active)),
            number('installs', t('measure.installs'), ({ installs }) => toldWords(installs)),
            number('updates', t('measure.updates'), ({ updates }) => toldWords(updates)),
            number('calls', t('measure.calls'), ({ calls }) => usageWords(calls, count)),
            number('errors', t('measure.errors'), ({ calls, errors }) =>
              calls === null || errors === null ? '–' : percent(errors / Math.max(1, calls)),
            ),
            number('p50', t('measure.p50Milliseconds'), ({ p50Milliseconds }) => usageWords(p50Milliseconds, duration)),
            number('p95', t('measure.p95Milliseconds'), ({ p95Milliseconds }) => usageWords(p95Milliseconds, duration)),
          ]}
        />
      )}
    </Section>
  );
}

/** Where visits came from, by one thing that is known of them. */
function VisitTable({
  title,
  rows,
  words,
}: {
  title: string;
  rows: readonly Visits[];
  words: (value: string) => string;
}) {
  const { t } = useTranslation('publisherAnalytics');
  return (
    <Section title={title}>
      {rows.length === 0 ? (
        <Empty>{t('noGroups')}</Empty>
      ) : (
        <DataTable
          label={title}
          rows={rows}
          rowKey={({ value }) => value ?? ''}
          nameHead={title}
          name={({ value }) => (value === null ? rest : words(value))}
          columns={(['views', 'impressions', 'downloads'] as const).map((measure) =>
            numbers<Visits>(measure, t(`measure.${measure}`), (row) => toldWords(row[measure])),
          )}
        />
      )}
    </Section>
  );
}

export function Countries({ countries }: Pick<PublisherAnalytics, 'countries'>) {
  const { t, i18n } = useTranslation('publisherAnalytics');
  const names = new Intl.DisplayNames(i18n.language, { type: 'region', fallback: 'code' });
  return (
    <VisitTable
      title={t('countries')}
      rows={countries}
      words={(code) =>
        code === unknownCountry || !/^[A-Z]{2}$/.test(code) ? t('unknownCountry') : (names.of(code) ?? code)
      }
    />
  );
}

export function Clients({ clients }: Pick<PublisherAnalytics, 'clients'>) {
  const { t } = useTranslation('publisherAnalytics');
  const words = (name: string) => {
    const client = visitClients.find((each) => each === name);
    return client === undefined ? name : t(`client.${client}`);
  };
  return <VisitTable title={t('clients')} rows={clients} words={words} />;
}

/** From where to where organisations updated, and what they had searched for. */
export function Lists({ changes, terms }: Pick<PublisherAnalytics, 'changes' | 'terms'>) {
  const { t } = useTranslation('publisherAnalytics');
  const number = { key: 'number', head: t('organisations'), numeric: true, phone: 'end' } as const;
  return (
    <>
      <Section title={t('terms')}>
        {terms.length === 0 ? (
          <Empty>{t('noTerms')}</Empty>
        ) : (
          <DataTable
            label={t('terms')}
            rows={terms}
            rowKey={({ term }) => term}
            nameHead={t('term')}
            name={({ term }) => term}
            columns={[{ ...number, cell: ({ organisations }) => count(organisations) }]}
          />
        )}
      </Section>
      <Section title={t('changes')}>
        {changes.length === 0 ? (
          <Empty>{t('noChanges')}</Empty>
        ) : (
          <DataTable
            label={t('changes')}
            rows={changes}
            rowKey={({ from, to }) => `${from} ${to}`}
            nameHead={t('change')}
            name={({ from, to }) => t('fromTo', { from, to })}
            columns={[{ ...number, cell: ({ updates }) => count(updates) }]}
          />
        )}
      </Section>
    </>
  );
}

type Cohort = PublisherAnalytics['retention'][number];

/** Of those who installed it in a week, how many have it later. */
export function Retention({ retention }: Pick<PublisherAnalytics, 'retention'>) {
  const { t } = useTranslation('publisherAnalytics');
  const kept = (row: Cohort, after: number | null) =>
    after === null || row.installed === null ? '–' : `${count(after)} (${percent(after / row.installed)})`;
  return (
    <Section title={t('retention')} aside={t('retentionAside')}>
      {retention.length === 0 ? (
        <Empty>{t('noRetention')}</Empty>
      ) : (
        <DataTable
          label={t('retention')}
          rows={retention}
          rowKey={({ week }) => week}
          nameHead={t('week')}
          name={({ week }) => `${dayInUtc(week)} ${week.slice(0, 4)}`}
          columns={[
            numbers<Cohort>('installed', t('weekInstalled'), (row) => toldWords(row.installed)),
            numbers<Cohort>('after1', t('after1'), (row) => kept(row, row.after1)),
            numbers<Cohort>('after4', t('after4'), (row) => kept(row, row.after4)),
            numbers<Cohort>('after12', t('after12'), (row) => kept(row, row.after12)),
          ]}
        />
      )}
    </Section>
  );
}
