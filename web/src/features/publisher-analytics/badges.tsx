import { badgeKinds, type BadgeKind } from '@proofpix/contract/publisher-analytics';
import { routeUrl } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import css from './publisher-analytics.module.css';
import type { Plugin } from './queries.ts';

/** Pictures for a README elsewhere, each with the Markdown that shows it and leads here. */
export function Badges({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('publisherAnalytics');
  // What costs something has none, and the server says no more than that.
  const [none, setNone] = useState(false);
  return (
    <Section title={t('badges.title')} aside={t('badges.aside')}>
      {none ? (
        <Empty>{t('badges.none')}</Empty>
      ) : (
        <ul>
          {badgeKinds.map((kind) => (
            <BadgeRow key={kind} plugin={plugin} kind={kind} onNone={() => setNone(true)} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function BadgeRow({ plugin, kind, onNone }: { plugin: Plugin; kind: BadgeKind; onNone: () => void }) {
  const { t } = useTranslation('publisherAnalytics');
  const source = routeUrl(routes.marketplace.badge, plugin, { kind });
  const page = `${location.origin}${paths.listing(plugin.publisher, plugin.plugin)}`;
  const markdown = `[![${plugin.plugin}: ${kind}](${location.origin}${source})](${page})`;
  return (
    <li className={css.badge}>
      <img src={source} alt={t(`badges.${kind}`)} onError={onNone} />
      <code>{markdown}</code>
      <CopyText text={markdown} what={t('badges.markdown', { kind: t(`badges.${kind}`) })} />
    </li>
  );
}
