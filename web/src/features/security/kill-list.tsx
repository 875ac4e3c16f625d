import type { KillRecord } from '@proofpix/contract/api/trust';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { Empty, ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { KillDialog } from './kill-dialog.tsx';
import { LiftDialog } from './lift-dialog.tsx';
import css from './locked-plugins.module.css';
import { killListQuery } from './queries.ts';

/** What may run nowhere on this server: for those who run it. Lifted entries stay, with who lifted them and why. */
export function KillList() {
  const { t } = useTranslation('security');
  const { t: exposures } = useTranslation('exposures');
  const list = useQuery(killListQuery);
  const [adding, setAdding] = useState(false);
  const [lifting, setLifting] = useState<KillRecord | null>(null);
  const entries = list.data?.items;
  return (
    <Section
      title={t('kill.title')}
      aside={t('kill.aside')}
      actions={<Button onClick={() => setAdding(true)}>{t('kill.add')}</Button>}
    >
      {list.isError && entries === undefined ? (
        <ErrorNotice title={t('kill.failed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {entries?.length === 0 ? <Empty>{t('kill.none')}</Empty> : null}
      <ul>
        {entries?.map((entry) => (
          <ListRow
            key={entry.id}
            what={
              <>
                <span className={css.name}>
                  {t(`kill.kinds.${entry.kind}`)} <code>{entry.value}</code>
                </span>
                <p className={css.reason}>{entry.reason}</p>
                <p className={css.reason}>
                  {entry.liftedAt === null
                    ? t('kill.since', { time: timeWithZone(entry.from), name: entry.createdBy ?? t('kill.nobody') })
                    : t('kill.lifted', {
                        time: timeWithZone(entry.liftedAt),
                        name: entry.liftedBy ?? t('kill.nobody'),
                        reason: entry.liftReason ?? '',
                      })}
                </p>
              </>
            }
          >
            {' '}
            <State
              tone={entry.liftedAt === null ? 'failed' : 'stopped'}
              words={t(entry.liftedAt === null ? 'kill.stands' : 'kill.over')}
            />
            {entry.kind === 'digest' ? <Link to={paths.exposure(entry.value)}>{exposures('title')}</Link> : null}
            {entry.liftedAt === null ? <Button onClick={() => setLifting(entry)}>{t('kill.lift')}</Button> : null}
          </ListRow>
        ))}
      </ul>
      {adding ? <KillDialog onClose={() => setAdding(false)} /> : null}
      {lifting === null ? null : <LiftDialog entry={lifting} onClose={() => setLifting(null)} />}
    </Section>
  );
}
