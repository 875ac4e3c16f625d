import type { CaseDetail } from '@proofpix/contract/cases';
import { routes } from '@proofpix/contract/routes';
import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './case-dialogs.module.css';
import { keepCase } from './queries.ts';

type Props = {
  /** The case to change; a new one without it. */
  known?: CaseDetail;
  onClose: () => void;
  onSaved: (saved: CaseDetail) => void;
};

/** What a case is called. */
export function CaseFormDialog({ known, onClose, onSaved }: Props) {
  const { t } = useTranslation('cases');
  const queryClient = useQueryClient();
  const [title, setTitle] = useState(known?.title ?? '');
  const [reference, setReference] = useState(known?.reference ?? '');
  const [description, setDescription] = useState(known?.description ?? '');
  const [left, setLeft] = useState(false);
  const save = useMutation({
    mutationFn: () => {
      const body = {
        title: title.trim(),
        reference: reference.trim() === '' ? null : reference.trim(),
        description: description.trim(),
      };
      return known === undefined
        ? call(routes.cases.create, { body })
        : call(routes.cases.update, { params: { id: known.id }, body });
    },
    onSuccess: (saved) => {
      keepCase(queryClient, saved);
      onSaved(saved);
    },
  });
  const empty = title.trim() === '';
  return (
    <Dialog title={known === undefined ? t('form.new') : t('form.change', { title: known.title })} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setLeft(true);
          if (!empty) save.mutate();
        }}
      >
        <div className={css.fields}>
          <TextInput
            label={t('form.title')}
            maxLength={200}
            required
            withAsterisk={false}
            value={title}
            error={left && empty ? t('form.titleMissing') : null}
            data-autofocus
            onBlur={() => setLeft(title !== '' || left)}
            onChange={({ currentTarget }) => setTitle(currentTarget.value)}
          />
          <TextInput
            label={t('form.reference')}
            description={t('form.referenceHelp')}
            maxLength={100}
            value={reference}
            onChange={({ currentTarget }) => setReference(currentTarget.value)}
          />
          <Textarea
            label={t('form.description')}
            rows={4}
            resize="vertical"
            maxLength={4000}
            value={description}
            onChange={({ currentTarget }) => setDescription(currentTarget.value)}
          />
        </div>
        {save.error === null ? null : (
          <ErrorNotice title={t('form.failed')} code={problemCode(save.error)}>
            {problemText(save.error)}
          </ErrorNotice>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="filled" loading={save.isPending}>
            {t(known === undefined ? 'form.open' : 'form.save')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
