import type { PluginListing, Release } from '@proofpix/contract/api/releases';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { bytes, count, shortHash, timeWithZone } from '../../ui/format.ts';
import { Mark } from '../../ui/mark.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { Section } from '../../ui/section.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './marketplace.module.css';
import { ReleaseDialog, type ReleaseAct } from './release-dialog.tsx';

const Readme = lazy(async () => ({ default: (await import('../plugins/detail/readme.tsx')).Readme }));

/** Every version that there ever was, the newest first. Whoever owns the publisher can withdraw what they published. */
export function Releases({ listing, owned }: { listing: PluginListing; owned: boolean }) {
  const { t } = useTranslation('marketplace');
  const [open, setOpen] = useState<{ act: ReleaseAct; release: Release } | null>(null);
  const { releases } = listing;
  return (
    <Section id="releases" title={t('releases.title')} aside={count(releases.length)}>
      <ul className={css.releases}>
        {releases.map((release) => (
          <ReleaseRow
            key={release.version}
            release={release}
            offered={release.version === listing.offered}
            onAct={owned ? (act) => setOpen({ act, release }) : undefined}
          />
        ))}
      </ul>
      {open === null ? null : <ReleaseDialog {...open} listing={listing} onClose={() => setOpen(null)} />}
    </Section>
  );
}

type RowProps = { release: Release; offered: boolean; onAct?: ((act: ReleaseAct) => void) | undefined };

function ReleaseRow({ release, offered, onAct }: RowProps) {
  const { t } = useTranslation('marketplace');
  const { t: words } = useTranslation('listing');
  const { may } = useAccount();
  const { version, channel, digest, size, verdict, approvedBy, changelog, releasedAt } = release;
  return (
    <li className={css.release}>
      <div className={css.line}>
        <span className={css.version}>{version}</span>
        {channel === 'stable' ? null : <span className={css.tag}>{t(`channel.${channel}`)}</span>}
        {offered ? <span className={css.tag}>{t('releases.offered')}</span> : null}
        <span className={css.end}>{timeWithZone(releasedAt)}</span>
        {onAct === undefined ? null : <ReleaseMenu release={release} onAct={onAct} />}
      </div>
      <p className={css.meta}>
        <span>{t(`verdict.${verdict}`)}</span>
        <span>{t(`approvedBy.${approvedBy}`)}</span>
        <span>{bytes(size)}</span>
        <span className={css.digest}>
          <code title={digest}>{shortHash(digest)}</code>
          <CopyText text={digest} what={t('digestOf', { version })} />
        </span>
        {may('security:read') ? <Link to={paths.exposure(digest)}>{words('whoRanIt', { version })}</Link> : null}
      </p>
      <ReleaseMarks release={release} />
      {changelog === null ? null : (
        <details className={css.changes}>
          <summary>{t('releases.changelog', { version })}</summary>
          <Suspense>
            <Readme text={changelog} />
          </Suspense>
        </details>
      )}
    </li>
  );
}

/** What its publisher or the marketplace says against a release, and where to go instead. */
export function ReleaseMarks({ release: { killed, yanked, deprecated } }: { release: Release }) {
  const { t } = useTranslation('marketplace');
  return (
    <>
      {killed === null ? null : (
        <p className={css.mark}>
          <Mark kind="strong" />
          <span>
            {t('killed')} {killed}
          </span>
        </p>
      )}
      {yanked === null ? null : (
        <p className={css.mark}>
          <Mark kind="possible" />
          <span>
            {t('yanked', { time: timeWithZone(yanked.at), reason: yanked.reason })}{' '}
            {yanked.safe === null ? t('noSafe') : t('safe', { version: yanked.safe })}
          </span>
        </p>
      )}
      {deprecated === null ? null : (
        <p className={css.mark}>
          <Mark kind="note" />
          <span>{t('deprecated', { time: timeWithZone(deprecated.at), reason: deprecated.reason })}</span>
        </p>
      )}
    </>
  );
}

function ReleaseMenu({ release, onAct }: { release: Release; onAct: (act: ReleaseAct) => void }) {
  const { t } = useTranslation('marketplace');
  const { version, yanked, deprecated, killed } = release;
  const dead = killed === null ? undefined : t('releases.isKilled');
  const act = (name: ReleaseAct) => ({ label: t(`act.${name}.open`), onClick: () => onAct(name) });
  return (
    <MenuButton
      name={t('releases.one', { version })}
      actions={[
        { ...act(yanked === null ? 'yank' : 'unyank'), disabledBecause: dead },
        act(deprecated === null ? 'deprecate' : 'undeprecate'),
        { ...act('kill'), loss: true, disabledBecause: dead },
      ]}
    />
  );
}
