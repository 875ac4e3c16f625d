import type { NewPublisher } from '@proofpix/contract/api/publishers';
import { routes } from '@proofpix/contract/routes';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../../ui/form.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { usePublishingChange } from '../queries.ts';
import { emptyProfile, ProfileFields, profileOf } from './profile-fields.tsx';
import css from './publishers.module.css';

/** A name is for good: it says so before it is taken, and the button repeats the name. */
export function NameDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('publishing');
  const [name, setName] = useState('');
  const [draft, setDraft] = useState(emptyProfile);
  const take = usePublishingChange((body: NewPublisher) => call(routes.publishers.create, { body }));
  const missing =
    name === '' ? t('take.nameMissing') : draft.displayName.trim() === '' ? t('take.displayNameMissing') : undefined;
  return (
    <Dialog title={t('take.title')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) take.mutate({ name, ...profileOf(draft) }, { onSuccess: onClose });
        }}
      >
        <p className={css.text}>{t('take.forGood')}</p>
        <TextInput
          label={t('take.name')}
          description={t('take.nameHelp')}
          inputWrapperOrder={fieldOrder}
          maxLength={50}
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value.trim().toLowerCase())}
        />
        <ProfileFields draft={draft} onChange={setDraft} />
        {take.error === null ? null : (
          <ErrorNotice title={t('take.failed')} code={problemCode(take.error)}>
            {problemText(take.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={name === '' ? t('take.action') : t('take.actionNamed', { name })}
          busy={take.isPending}
          onCancel={onClose}
          missing={missing}
        />
      </Form>
    </Dialog>
  );
}
