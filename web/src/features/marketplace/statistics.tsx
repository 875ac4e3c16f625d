import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DescriptionList } from '../../ui/description-list.tsx';
import { count, dayInUtc, percent, timeWithZone } from '../../ui/format.ts';
import { Section } from '../../ui/section.tsx';
import { statisticsQuery } from '../publisher-analytics/queries.ts';
import { toldWords } from '../publisher-analytics/told-words.ts';

/** How much a plugin is used, in numbers that name nobody. Nothing where they do not come: the page is about the plugin. */
export function Statistics({ publisher, plugin }: { publisher: string; plugin: string }) {
  const { t } = useTranslation('publisherAnalytics');
  const { data } = useQuery(statisticsQuery({ publisher, plugin }));
  if (data === undefined) return null;
  const { releases, lastReleasedAt, asOf, installs, installed, active, errorFree } = data;
  return (
    <Section title={t('listing.title')} aside={asOf === null ? undefined : t('listing.asOf', { day: dayInUtc(asOf) })}>
      <DescriptionList
        facts={[
          { label: t('listing.installs'), value: toldWords(installs) },
          { label: t('listing.installed'), value: toldWords(installed) },
          { label: t('listing.active'), value: toldWords(active) },
          ...(errorFree === null
            ? []
            : [{ label: t('listing.errorFree'), value: percent(Math.floor(errorFree * 100) / 100) }]),
          { label: t('listing.releases'), value: count(releases) },
          { label: t('listing.last'), value: timeWithZone(lastReleasedAt) },
        ]}
      />
    </Section>
  );
}
