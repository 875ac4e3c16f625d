import type { PluginListing, Release } from '@proofpix/contract/api/releases';
import { routes } from '@proofpix/contract/routes';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { usePublishingChange } from '../publishing/queries.ts';
import css from './marketplace.module.css';

export type ReleaseAct = 'yank' | 'unyank' | 'deprecate' | 'undeprecate' | 'kill';

type Props = { act: ReleaseAct; release: Release; listing: PluginListing; onClose: () => void };

/** A reason that customers read; what cannot be undone is typed once more. */
export function ReleaseDialog({ act, release: { version }, listing, onClose }: Props) {
  const { t } = useTranslation('marketplace');
  const params = { publisher: listing.publisher.name, plugin: listing.plugin, version };
  const named = `${listing.plugin} ${version}`;
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const takesBack = act === 'unyank' || act === 'undeprecate';
  const change = usePublishingChange(() => {
    const why = takesBack ? null : reason.trim();
    if (act === 'kill') return call(routes.marketplace.kill, { params, body: { reason: reason.trim() } });
    const row = act === 'yank' || act === 'unyank' ? routes.marketplace.yank : routes.marketplace.deprecate;
    return call(row, { params, body: { reason: why } });
  });
  const missing =
    !takesBack && reason.trim() === ''
      ? t('act.reasonMissing')
      : act === 'kill' && typed.trim() !== named
        ? t('act.kill.typeMissing', { named })
        : undefined;
  const what = { name: listing.name, version };
  return (
    <Dialog title={t(`act.${act}.title`, what)} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) change.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p className={css.text} tabIndex={-1} data-autofocus>
          {t(`act.${act}.text`, what)}
        </p>
        {takesBack ? null : (
          <Textarea
            label={t('act.reason')}
            description={t('act.reasonHelp')}
            inputWrapperOrder={fieldOrder}
            rows={3}
            maxLength={1_000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
        )}
        {act === 'kill' ? (
          <TextInput
            label={t('act.kill.type', { named })}
            inputWrapperOrder={fieldOrder}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : null}
        {change.error === null ? null : (
          <ErrorNotice title={t('act.failed')} code={problemCode(change.error)}>
            {problemText(change.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={t(`act.${act}.action`, what)}
          busy={change.isPending}
          onCancel={onClose}
          missing={missing}
        />
      </Form>
    </Dialog>
  );
}
