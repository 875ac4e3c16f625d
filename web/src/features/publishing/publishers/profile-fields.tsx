import type { PublisherChange } from '@proofpix/contract/api/publishers';
import { Textarea, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fieldOrder } from '../../../ui/form.tsx';

/** What somebody types; empty is nothing. */
export type ProfileDraft = { displayName: string; description: string; website: string; support: string };

export const emptyProfile: ProfileDraft = { displayName: '', description: '', website: '', support: '' };

export function profileOf({ displayName, description, website, support }: ProfileDraft): PublisherChange {
  return {
    displayName: displayName.trim(),
    description: description.trim(),
    website: website.trim() || null,
    support: support.trim() || null,
  };
}

type Props = { draft: ProfileDraft; onChange: (draft: ProfileDraft) => void };

export function ProfileFields({ draft, onChange }: Props) {
  const { t } = useTranslation('publishing');
  const set = (name: keyof ProfileDraft) => (event: { currentTarget: { value: string } }) =>
    onChange({ ...draft, [name]: event.currentTarget.value });
  return (
    <>
      <TextInput
        label={t('profile.displayName')}
        description={t('profile.displayNameHelp')}
        inputWrapperOrder={fieldOrder}
        maxLength={100}
        value={draft.displayName}
        onChange={set('displayName')}
      />
      <Textarea
        label={t('profile.description')}
        description={t('profile.descriptionHelp')}
        inputWrapperOrder={fieldOrder}
        rows={3}
        maxLength={1_000}
        value={draft.description}
        onChange={set('description')}
      />
      <TextInput
        label={t('profile.website')}
        description={t('profile.websiteHelp')}
        inputWrapperOrder={fieldOrder}
        type="url"
        maxLength={300}
        value={draft.website}
        onChange={set('website')}
      />
      <TextInput
        label={t('profile.support')}
        description={t('profile.supportHelp')}
        inputWrapperOrder={fieldOrder}
        maxLength={300}
        value={draft.support}
        onChange={set('support')}
      />
    </>
  );
}
