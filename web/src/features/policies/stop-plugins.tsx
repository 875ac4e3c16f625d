import type { PolicyReply } from '@proofpix/contract/api/policies';
import { routes } from '@proofpix/contract/routes';
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { timeWithZone } from '../../ui/format.ts';
import rows from '../../ui/list-row.module.css';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from '../security/locked-plugins.module.css';
import textCss from '../security/release-dialog.module.css';
import { policyQuery } from './queries.ts';

/** The one act that stops everything, and its end. */
export function StopPlugins({ stop }: { stop: PolicyReply['stop'] }) {
  const { t } = useTranslation('policies');
  const { may } = useAccount();
  const [asking, setAsking] = useState(false);
  const why = useId();
  const allowed = may(stop === null ? 'plugins:manage' : 'policies:manage');
  return (
    <Section title={t('stop.title')}>
      <div className={rows.row}>
        <div className={rows.what}>
          <span className={css.name}>{stop === null ? t('stop.running') : t('stop.stopped')}</span>
          <p className={css.reason} id={why}>
            {stop === null
              ? t('stop.runningMeans')
              : t('stop.since', { reason: stop.reason, time: timeWithZone(stop.at) })}
            {allowed ? null : ` ${t('restricted.role')}`}
          </p>
        </div>
        {stop === null ? null : <State tone="failed" words={t('stop.stopped')} />}
        <Button disabled={!allowed} aria-describedby={why} onClick={() => setAsking(true)}>
          {stop === null ? t('stop.open') : t('stop.lift')}
        </Button>
      </div>
      {asking ? <StopDialog lifts={stop !== null} onClose={() => setAsking(false)} /> : null}
    </Section>
  );
}

function StopDialog({ lifts, onClose }: { lifts: boolean; onClose: () => void }) {
  const { t } = useTranslation('policies');
  const queryClient = useQueryClient();
  const [reason, setReason] = useState('');
  const act = useMutation({
    mutationFn: () =>
      call(lifts ? routes.plugins.liftStop : routes.plugins.stopAll, { body: { reason: reason.trim() } }),
    onSuccess: async (reply) => {
      onClose();
      queryClient.setQueryData(policyQuery.queryKey, reply);
      await queryClient.invalidateQueries({ queryKey: ['plugins'] });
    },
  });
  const empty = reason.trim() === '';
  return (
    <Dialog title={lifts ? t('stop.liftDialog') : t('stop.dialog')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (!empty) act.mutate();
        }}
      >
        <p className={textCss.text} tabIndex={-1} data-autofocus>
          {lifts ? t('stop.liftMeans') : t('stop.means')}
        </p>
        <Textarea
          label={t('stop.why')}
          inputWrapperOrder={fieldOrder}
          autosize
          minRows={2}
          maxLength={1_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {act.error === null ? null : (
          <ErrorNotice title={lifts ? t('stop.notLifted') : t('stop.notStopped')} code={problemCode(act.error)}>
            {problemText(act.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={lifts ? t('stop.lift') : t('stop.action')}
          busy={act.isPending}
          onCancel={onClose}
          missing={empty ? t('stop.missing') : undefined}
        />
      </Form>
    </Dialog>
  );
}
