import type { Publisher } from '@proofpix/contract/api/publishers';
import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../../ui/form.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { usePublishingChange } from '../queries.ts';
import css from './publishers.module.css';

/** Offers a publisher to another organisation, or takes the offer back: nothing happens until they accept. */
export function TransferDialog({ publisher, onClose }: { publisher: Publisher; onClose: () => void }) {
  const { t } = useTranslation('publishing');
  const { name, offeredTo } = publisher;
  const [organisation, setOrganisation] = useState('');
  const offer = usePublishingChange((to: string | null) =>
    call(routes.publishers.offer, { params: { publisher: name }, body: { organisation: to } }),
  );
  const send = (to: string | null) => offer.mutate(to, { onSuccess: onClose });
  const missing = organisation.trim() === '' ? t('transfer.missing') : undefined;
  const failed =
    offer.error === null ? null : (
      <ErrorNotice title={t('transfer.failed')} code={problemCode(offer.error)}>
        {problemText(offer.error)}
      </ErrorNotice>
    );
  return (
    <Dialog title={t('transfer.title', { name })} onClose={onClose}>
      {offeredTo === null ? (
        <Form onSubmit={() => (missing === undefined ? send(organisation.trim()) : undefined)}>
          <p className={css.text}>{t('transfer.text')}</p>
          <TextInput
            label={t('transfer.organisation')}
            description={t('transfer.organisationHelp')}
            inputWrapperOrder={fieldOrder}
            maxLength={100}
            data-autofocus
            value={organisation}
            onChange={(event) => setOrganisation(event.currentTarget.value)}
          />
          {failed}
          <FormButtons submit={t('transfer.action')} busy={offer.isPending} onCancel={onClose} missing={missing} />
        </Form>
      ) : (
        <div className={css.steps}>
          <p className={css.text}>{t('transfer.offered', { organisation: offeredTo })}</p>
          {failed}
          <div>
            <Button loading={offer.isPending} onClick={() => send(null)}>
              {t('transfer.takeBack')}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
