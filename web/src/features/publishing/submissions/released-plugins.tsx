import type { Publisher } from '@proofpix/contract/api/publishers';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { Section } from '../../../ui/section.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { publishedQuery } from '../../marketplace/queries.ts';
import { RevenueSection } from '../../revenue/revenue-section.tsx';
import { submissionsQuery } from '../queries.ts';
import css from './submissions.module.css';

type Released = { publisher: string; plugin: string; name: string; version: string | null };

/** What customers can have, each with the page where its releases are managed, and what it brings. Nothing is drawn before the first release. */
export function ReleasedPlugins({ publishers }: { publishers: readonly Publisher[] }) {
  const { t } = useTranslation('publishing');
  const { may } = useAccount();
  const released = useInfiniteQuery(submissionsQuery('released'));
  const offered = useQuery({
    ...publishedQuery(publishers.map(({ name }) => name)),
    enabled: publishers.some(({ plugins }) => plugins > 0),
  });
  const known = new Map<string, Released>();
  for (const { publisher, pluginId, name, version } of offered.data ?? [])
    known.set(`${publisher} ${pluginId}`, { publisher, plugin: pluginId, name, version });
  // What is offered no longer was released here all the same.
  for (const { publisher, plugin, name } of released.data?.pages.flatMap(({ items }) => items) ?? []) {
    const isOurs = publishers.some((each) => each.name === publisher);
    if (plugin === null || !isOurs || known.has(`${publisher} ${plugin}`)) continue;
    known.set(`${publisher} ${plugin}`, { publisher, plugin, name: name ?? plugin, version: null });
  }
  if (known.size === 0) return null;
  const all = [...known.values()];
  return (
    <>
      <Section title={t('released.title')} aside={t('released.aside')}>
        <ul className={css.plugins}>
          {all.map(({ publisher, plugin, name, version }) => (
            <li key={`${publisher} ${plugin}`} className={css.plugin}>
              <Link to={paths.listing(publisher, plugin)}>{name}</Link>
              <code className={css.quiet}>{`${publisher}/${plugin}`}</code>
              <span className={css.end}>
                {version === null ? t('released.notOffered') : t('released.offered', { version })}
              </span>
              <Link to={paths.publisherAnalytics(publisher, plugin)} aria-label={t('released.analyticsOf', { name })}>
                {t('released.analytics')}
              </Link>
            </li>
          ))}
        </ul>
      </Section>
      {may('revenue:manage')
        ? publishers.map((publisher) => {
            const own = all.filter((each) => each.publisher === publisher.name).map(({ plugin }) => plugin);
            return own.length === 0 ? null : (
              <RevenueSection key={publisher.name} publisher={publisher} plugins={own} />
            );
          })
        : null}
    </>
  );
}
