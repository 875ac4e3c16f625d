import type { AbuseSubjectRef } from '@proofpix/contract/api/abuse-reports';
import { abuseCategoryNames, abuseTextChars, type AbuseCategory } from '@proofpix/contract/community/abuse-reports';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useRatingChange } from './queries.ts';
import css from './ratings.module.css';

/** Tells the moderators of this marketplace what is wrong with something. */
export function ReportButton({ subject, name }: { subject: AbuseSubjectRef; name: string }) {
  const { t } = useTranslation('ratings');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="compact-xs" className={css.quietButton} onClick={() => setOpen(true)}>
        {t(`report.${subject.kind}`)}
      </Button>
      {open ? <ReportDialog subject={subject} name={name} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ReportDialog({ subject, name, onClose }: { subject: AbuseSubjectRef; name: string; onClose: () => void }) {
  const { t } = useTranslation('ratings');
  const toast = useToast();
  const [category, setCategory] = useState<AbuseCategory>('misleading');
  const [text, setText] = useState('');
  const send = useRatingChange(() =>
    call(routes.abuseReports.create, { body: { subject, category, text: text.trim() } }),
  );
  const missing = text.trim() === '' ? t('report.textMissing') : undefined;
  const onSent = () => {
    toast({ text: t('report.sent') });
    onClose();
  };
  return (
    <Dialog title={t('report.title', { name })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) send.mutate(undefined, { onSuccess: onSent });
        }}
      >
        <p className={css.sentence} tabIndex={-1} data-autofocus>
          {t('report.explain')}
        </p>
        <NativeSelect
          label={t('report.category')}
          inputWrapperOrder={fieldOrder}
          value={category}
          data={abuseCategoryNames.map((each) => ({ value: each, label: t(`category.${each}`) }))}
          onChange={(event) =>
            setCategory(abuseCategoryNames.find((each) => each === event.currentTarget.value) ?? 'other')
          }
        />
        <Textarea
          label={t('report.text')}
          inputWrapperOrder={fieldOrder}
          rows={4}
          maxLength={abuseTextChars}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {send.error === null ? null : (
          <ErrorNotice title={t('notSent')} code={problemCode(send.error)}>
            {problemText(send.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('report.send')} busy={send.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
