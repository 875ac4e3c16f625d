import type { SecuritySummary } from '@proofpix/contract/api/security';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { counted, timeWithZone } from '../../ui/format.ts';
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

function lockedOf({ quarantined, circuits }: SecuritySummary): Locked[] {
  return [
    ...quarantined.map(({ plugin, name, reason }): Locked => ({
      plugin,
      name,
      state: 'quarantined',
      words: 'In quarantine',
      reason: reason ?? 'It did something hostile.',
    })),
    ...circuits.map(({ plugin, name, reason, retryAt }): Locked => ({
      plugin,
      name,
      state: retryAt === null ? 'disabled' : 'resting',
      words: retryAt === null ? 'Switched off' : `Rests until ${timeWithZone(retryAt)}`,
      reason: reason ?? 'It failed too often.',
    })),
  ];
}

/** The plugins that wait for a decision. Nothing is drawn where there are none. */
export function LockedPlugins({ summary }: { summary: SecuritySummary }) {
  const { may } = useAccount();
  const [releasing, setReleasing] = useState<Locked | null>(null);
  const locked = lockedOf(summary);
  if (locked.length === 0) return null;
  return (
    <Section title="Needs you" aside={`${counted(locked.length, 'plugin')} not called at the moment`}>
      <ul>
        {locked.map((each) => (
          <li key={`${each.state} ${each.plugin}`} className={css.row}>
            <div className={css.what}>
              <Link className={css.name} to={paths.plugin(each.plugin)}>
                {each.name}
              </Link>
              <p className={css.reason}>{each.reason}</p>
            </div>
            <State tone={each.state === 'resting' ? 'waits' : 'failed'} words={each.words} />
            {may('plugins:manage') ? (
              <Button onClick={() => setReleasing(each)}>
                {each.state === 'quarantined' ? 'Release' : 'Try again'}
              </Button>
            ) : null}
          </li>
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
