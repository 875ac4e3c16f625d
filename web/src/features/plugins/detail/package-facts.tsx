import type { Plugin } from '@proofpix/contract/api/plugins';
import { hostOfSource, isFollowedSource, type localSources } from '@proofpix/contract/plugin-source';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { CopyText } from '../../../ui/copy-text.tsx';
import { DescriptionList } from '../../../ui/description-list.tsx';
import { bytes, shortHash, timeWithZone } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import { signatureSentence } from '../signature-words.ts';
import css from './package-facts.module.css';

function sourceText(source: string, t: TFunction<'plugins'>): string {
  if (isFollowedSource(source)) return t('source.followed', { host: hostOfSource(source) });
  return t(`source.${source as (typeof localSources)[number]}`); // there are no others
}

/** What exactly is installed, byte for byte, and where it runs among others. */
export function PackageFacts({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const { t: exposures } = useTranslation('exposures');
  return (
    <Section title={t('package.title')} actions={<Link to={paths.securityOf(plugin.id)}>{t('package.security')}</Link>}>
      <DescriptionList
        facts={[
          { label: t('package.version'), value: plugin.version },
          { label: t('package.author'), value: plugin.author },
          { label: t('package.source'), value: sourceText(plugin.source, t) },
          {
            label: t('package.digest'),
            value: (
              <span className={css.hash}>
                <code>{shortHash(plugin.digest)}</code>
                <CopyText text={plugin.digest} what={t('package.digest')} />
                <Link to={paths.exposure(plugin.digest)}>{exposures('title')}</Link>
              </span>
            ),
          },
          { label: t('signature.title'), value: signatureSentence(plugin, t) },
          { label: t('package.size'), value: bytes(plugin.size) },
          { label: t('package.installed'), value: timeWithZone(plugin.installedAt) },
          {
            label: t('package.hooks'),
            value:
              plugin.hooks.length === 0 ? (
                t('package.noHooks')
              ) : (
                <ul className={css.hooks}>
                  {plugin.hooks.map(({ hook, priority }) => (
                    <li key={hook}>
                      <Link to={paths.hook(hook)}>
                        <code>{hook}</code>
                      </Link>{' '}
                      <span className={css.priority}>{t('package.priority', { priority })}</span>
                    </li>
                  ))}
                </ul>
              ),
          },
          ...plugin.warnings.map((warning, index) => ({
            label: t('package.warning', { number: index + 1 }),
            value: warning,
          })),
        ]}
      />
    </Section>
  );
}
