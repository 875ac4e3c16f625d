import type { SecuritySummary } from '@proofpix/contract/api/security';
import { Button } from '@mantine/core';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './locked-plugins.module.css';
import { ReleaseDialog } from './release-dialog.tsx';

type Locked = {
  plugin: string;
  name: string;
  state: 'quarantined' | 'disabled' | 'resting';
  words: string;
  reason: string;
};

function lockedOf({ quarantined, circuits }: SecuritySummary, t: TFunction<'security'>): Locked[] {
  return [
    ...quarantined.map(({ plugin, name, reason }): Locked => ({
      plugin,
      name,
      state: 'quarantined',
      words: t('locked.quarantine'),
      reason: reason ?? t('locked.hostile'),
    })),
    ...circuits.map(({ plugin, name, reason, retryAt }): Locked => ({
      plugin,
      name,
      state: retryAt === null ? 'disabled' : 'resting',
      words: retryAt === null ? t('locked.off') : t('locked.rests', { time: timeWithZone(retryAt) }),
      reason: reason ?? t('locked.failed'),
    })),
  ];
}

/** The plugins that wait for a decision. Nothing is drawn where there are none. */
export function LockedPlugins({ summary }: { summary: SecuritySummary }) {
  const { t } = useTranslation('security');
  const { may } = useAccount();
  const [releasing, setReleasing] = useState<Locked | null>(null);
  const locked = lockedOf(summary, t);
  if (locked.length === 0) return null;
  return (
    <Section title={t('locked.title')} aside={t('locked.aside', { count: locked.length })}>
      <ul>
        {locked.map((each) => (
          <ListRow
            key={`${each.state} ${each.plugin}`}
            what={
              <>
                <Link className={css.name} to={paths.plugin(each.plugin)}>
                  {each.name}
                </Link>
                <p className={css.reason}>{each.reason}</p>
              </>
            }
          >
            {' '}
            <State tone={each.state === 'resting' ? 'waits' : 'failed'} words={each.words} />
            {may('plugins:manage') ? (
              <Button onClick={() => setReleasing(each)}>
                {each.state === 'quarantined' ? t('locked.release') : t('locked.again')}
              </Button>
            ) : null}
          </ListRow>
        ))}
      </ul>
      {releasing === null ? null : (
        <ReleaseDialog
          plugin={releasing.plugin}
          name={releasing.name}
          reason={releasing.reason}
          quarantined={releasing.state === 'quarantined'}
          onClose={() => setReleasing(null)}
        />
      )}
    </Section>
  );
}
