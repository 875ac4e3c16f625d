import type { Permission } from '@proofpix/contract/permissions';
import { lazy, Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { permissionSentence } from '../plugins/permission-words.ts';
import { IconTile } from '../plugins/plugin-icon.tsx';
import css from './marketplace.module.css';

/** Markdown is a library of its own: it comes when somebody reads. */
const Readme = lazy(async () => ({ default: (await import('../plugins/detail/readme.tsx')).Readme }));

type HeaderProps = {
  name: string;
  description: string;
  /** Who, and what is known of them. */
  publisher: ReactNode;
  /** The heading of the page, or of a part of one. */
  level: 1 | 3;
};

/** How a plugin introduces itself. */
export function ListingHeader({ name, description, publisher, level }: HeaderProps) {
  const Heading = level === 1 ? 'h1' : 'h3';
  return (
    <header className={css.header}>
      <IconTile name={name} src={null} size={56} />
      <div className={css.heading}>
        <Heading className={css.name}>{name}</Heading>
        <p className={css.publisher}>{publisher}</p>
        <p className={css.description}>{description}</p>
      </div>
    </header>
  );
}

/** What it asks for, as the sentences that people read before they grant it, and every host that it names. */
export function Reach({ permissions, hosts }: { permissions: readonly Permission[]; hosts: readonly string[] }) {
  const { t } = useTranslation('marketplace');
  const { t: plugins } = useTranslation('plugins');
  return (
    <>
      {permissions.length === 0 ? (
        <p className={css.quietLine}>{plugins('permissions.none')}</p>
      ) : (
        <ul className={css.permissions}>
          {permissions.map((permission) => (
            <li key={permission}>{permissionSentence(permission, hosts, plugins)}</li>
          ))}
        </ul>
      )}
      <p className={css.hosts}>
        <span className={css.label}>{t('hosts')}</span>{' '}
        {hosts.length === 0
          ? t('noHosts')
          : hosts.map((host) => (
              <code key={host} className={css.host}>
                {host}
              </code>
            ))}
      </p>
    </>
  );
}

/** What the publisher wrote about it. */
export function ListingReadme({ text }: { text: string | null }) {
  const { t } = useTranslation('marketplace');
  const { t: plugins } = useTranslation('plugins');
  return (
    <Section title={plugins('readme')}>
      {text === null ? (
        <Empty>{t('noReadme')}</Empty>
      ) : (
        <Suspense fallback={<LoadingRows rows={3} label={plugins('loadingReadme')} />}>
          <Readme text={text} />
        </Suspense>
      )}
    </Section>
  );
}
