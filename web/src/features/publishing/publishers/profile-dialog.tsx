import type { Publisher, PublisherChange } from '@proofpix/contract/api/publishers';
import { routes } from '@proofpix/contract/routes';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Form, FormButtons } from '../../../ui/form.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { usePublishingChange } from '../queries.ts';
import { ProfileFields, profileOf } from './profile-fields.tsx';

export function ProfileDialog({ publisher, onClose }: { publisher: Publisher; onClose: () => void }) {
  const { t } = useTranslation('publishing');
  const { name, displayName, description, website, support } = publisher;
  const [draft, setDraft] = useState({
    displayName,
    description,
    website: website ?? '',
    support: support ?? '',
  });
  const save = usePublishingChange((body: PublisherChange) =>
    call(routes.publishers.update, { params: { publisher: name }, body }),
  );
  const missing = draft.displayName.trim() === '' ? t('take.displayNameMissing') : undefined;
  return (
    <Dialog title={t('profile.title', { name })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) save.mutate(profileOf(draft), { onSuccess: onClose });
        }}
      >
        <ProfileFields draft={draft} onChange={setDraft} />
        {save.error === null ? null : (
          <ErrorNotice title={t('profile.failed')} code={problemCode(save.error)}>
            {problemText(save.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('profile.save')} busy={save.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
