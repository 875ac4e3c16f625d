import type { PluginRequest } from '@proofpix/contract/api/requests';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { listed, timeInList, timeWithZone } from '../../ui/format.ts';
import rows from '../../ui/list-row.module.css';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State, type Tone } from '../../ui/state.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from '../security/locked-plugins.module.css';
import { AskDialog } from './ask-dialog.tsx';
import { DecideDialog } from './decide-dialog.tsx';
import formCss from './policy-form.module.css';
import { requestsQuery } from './queries.ts';
import { useRestriction } from './use-restriction.ts';

const tones: Record<PluginRequest['state'], Tone> = {
  waiting: 'waits',
  approved: 'running',
  refused: 'failed',
  expired: 'stopped',
};

/** What members ask for: for admins the queue, for everybody else what they asked themselves. */
export function Requests() {
  const { t } = useTranslation('policies');
  const restriction = useRestriction();
  const { data: items, error, refetch } = useQuery(requestsQuery);
  const [asking, setAsking] = useState(false);
  const [deciding, setDeciding] = useState<{ request: PluginRequest; approves: boolean } | null>(null);
  return (
    <Section
      title={t('requests.title')}
      aside={t('requests.aside')}
      actions={<Button onClick={() => setAsking(true)}>{t('requests.ask')}</Button>}
    >
      {items === undefined && error === null ? <LoadingRows rows={2} label={t('requests.loading')} /> : null}
      {items === undefined && error !== null ? (
        <ErrorNotice title={t('requests.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {items?.length === 0 ? <Empty>{t('requests.none')}</Empty> : null}
      <ul>
        {items?.map((request) => {
          const what = requestWords(request, t);
          const { state, requestedBy, decidedBy, decisionReason, expiresAt, permissions, at } = request;
          return (
            <li key={request.id} className={rows.row}>
              <div className={rows.what}>
                <span className={css.name}>{what}</span>
                <p className={css.reason}>{request.reason}</p>
                {permissions.length === 0 ? null : (
                  <p className={css.reason}>{t('requests.wants', { permissions: listed(permissions) })}</p>
                )}
                <p className={css.reason} title={timeWithZone(at)}>
                  {t('requests.by', { name: requestedBy ?? t('requests.somebody'), time: timeInList(at) })}
                </p>
                {decisionReason === null ? null : (
                  <p className={css.reason}>
                    {t('requests.decided', { name: decidedBy ?? t('requests.somebody'), reason: decisionReason })}
                    {expiresAt === null ? null : ` · ${t('requests.until', { time: timeWithZone(expiresAt) })}`}
                  </p>
                )}
              </div>
              <State tone={tones[state]} words={t(`requests.states.${state}`)} />
              {state !== 'waiting' || restriction !== undefined ? null : (
                <span className={formCss.buttons}>
                  <Button
                    aria-label={t('requests.approveOf', { what })}
                    onClick={() => setDeciding({ request, approves: true })}
                  >
                    {t('requests.approve')}
                  </Button>
                  <Button
                    aria-label={t('requests.refuseOf', { what })}
                    onClick={() => setDeciding({ request, approves: false })}
                  >
                    {t('requests.refuse')}
                  </Button>
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {asking ? <AskDialog onClose={() => setAsking(false)} /> : null}
      {deciding === null ? null : <DecideDialog {...deciding} onClose={() => setDeciding(null)} />}
    </Section>
  );
}

function requestWords({ kind, plugin, version }: PluginRequest, t: TFunction<'policies'>): string {
  return t(`requests.kinds.${kind}`, { plugin, version: version ?? '' }).trim();
}
