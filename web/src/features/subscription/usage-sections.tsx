import type { Usage } from '@proofpix/contract/api/usage';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { count, monthInUtc, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { usageQuery } from './queries.ts';
import css from './subscription-page.module.css';

/** What is used of the month, and how often anybody may do something here. */
export function UsageSections() {
  const { t } = useTranslation('subscription');
  const { data, error, refetch } = useQuery(usageQuery);
  if (data === undefined) {
    return (
      <Section title={t('usage.title')}>
        {error === null ? (
          <LoadingRows rows={3} label={t('usage.loading')} />
        ) : (
          <ErrorNotice title={t('usage.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        )}
      </Section>
    );
  }
  const { requests, months, rateLimits } = data;
  const earlier = months.slice(1);
  return (
    <>
      <Section title={t('usage.title')} aside={t('usage.aside')}>
        <p className={css.used}>{usedText(requests)}</p>
        {requests.limit === null ? null : (
          <progress
            className={css.bar}
            value={Math.min(requests.used, requests.limit)}
            max={requests.limit}
            aria-hidden
          />
        )}
        <DescriptionList
          facts={[
            { label: t('usage.resets'), value: timeWithZone(requests.resetsAt) },
            ...earlier.map(({ month, requests: number }) => ({ label: monthInUtc(month), value: count(number) })),
          ]}
        />
      </Section>
      <Section title={t('rates.title')} aside={t('rates.aside')}>
        <DescriptionList
          facts={rateLimits.map(({ name, per, requests: number, seconds }) => ({
            label: t(`rates.names.${name}`),
            value:
              number === null
                ? t('rates.none')
                : seconds >= 60
                  ? t('rates.minutes', { number: count(number), count: seconds / 60 })
                  : t('rates.seconds', { number: count(number), count: seconds }),
            source: t(`rates.per.${per}`),
          }))}
        />
      </Section>
    </>
  );

  function usedText({ used, limit }: Usage['requests']): string {
    return limit === null
      ? t('usage.usedFree', { number: count(used) })
      : t('usage.used', { number: count(used), limit: count(limit) });
  }
}
