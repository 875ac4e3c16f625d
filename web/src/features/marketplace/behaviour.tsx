import type { Measurement } from '@proofpix/contract/api/trials';
import { routes } from '@proofpix/contract/routes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { bytes, count, duration, listed } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './marketplace.module.css';
import type { NamedRelease } from './release-parts.tsx';

const askAgain = 3_000;

function measurementQuery({ publisher, plugin, version }: NamedRelease) {
  return queryOptions({
    queryKey: ['marketplace', 'measurement', publisher, plugin, version],
    queryFn: ({ signal }) => call(routes.trials.measurement, { params: { publisher, plugin, version }, signal }),
    refetchInterval: (query) => (query.state.data?.state === 'waiting' ? askAgain : false),
  });
}

/** What a release was seen to do, beside what its manifest asks for. */
export function Behaviour({ release }: { release: NamedRelease }) {
  const { t } = useTranslation('listing');
  const { data, error, refetch } = useQuery(measurementQuery(release));
  return (
    <Section title={t('behaviour.title')} aside={t('behaviour.aside', { version: release.version })}>
      {data === undefined && error === null ? <LoadingRows rows={3} label={t('behaviour.loading')} /> : null}
      {data === undefined && error !== null ? (
        <ErrorNotice title={t('behaviour.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data?.state === 'waiting' ? <Empty>{t('behaviour.waiting')}</Empty> : null}
      {data?.state === 'failed' ? (
        <Empty>
          {t('behaviour.none')} {data.reason}
        </Empty>
      ) : null}
      {data?.measurement === null || data === undefined ? null : (
        <>
          <Measured measurement={data.measurement} />
          <p className={css.why}>{t('behaviour.how')}</p>
        </>
      )}
    </Section>
  );
}

/** The receipt of a measurement, or of a trial. */
export function Measured({ measurement }: { measurement: Measurement }) {
  const { t } = useTranslation('listing');
  const { hooks, answered, refused, hosts, unused } = measurement;
  const calls = (counts: Measurement['answered']) => {
    const words = Object.entries(counts).map(([name, number]) => t('behaviour.call', { name, number: count(number) }));
    return words.length === 0 ? t('behaviour.nothing') : words.join(', ');
  };
  const hookWords = hooks.map(({ hook, failures, codes, milliseconds }) =>
    failures === 0
      ? t('behaviour.hook', { hook, milliseconds: duration(milliseconds) })
      : t('behaviour.hookFailed', { hook, codes: codes.join(', ') }),
  );
  return (
    <>
      <DescriptionList
        facts={[
          {
            label: t('behaviour.hooks'),
            value: hookWords.length === 0 ? t('behaviour.noHooks') : hookWords.join(', '),
          },
          { label: t('behaviour.answered'), value: calls(answered) },
          { label: t('behaviour.refused'), value: calls(refused) },
          { label: t('behaviour.hosts'), value: hosts.length === 0 ? t('behaviour.nothing') : hosts.join(', ') },
          { label: t('behaviour.read'), value: bytes(measurement.bytesRead) },
          {
            label: t('behaviour.written'),
            value: t('behaviour.writtenValue', {
              number: count(measurement.outputs),
              size: bytes(measurement.bytesWritten),
            }),
          },
          { label: t('behaviour.findings'), value: count(measurement.findings) },
          { label: t('behaviour.processor'), value: duration(measurement.cpuMilliseconds) },
          { label: t('behaviour.memory'), value: bytes(measurement.memoryBytes) },
          ...(measurement.deaths === 0 ? [] : [{ label: t('behaviour.deaths'), value: count(measurement.deaths) }]),
        ]}
      />
      <p className={css.hosts}>
        {unused.length === 0 ? t('behaviour.allUsed') : t('behaviour.unused', { permissions: listed(unused) })}
      </p>
    </>
  );
}
