import type { Publisher } from '@proofpix/contract/api/publishers';
import { routes } from '@proofpix/contract/routes';
import { SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { CopyText } from '../../../ui/copy-text.tsx';
import { Dialog } from '../../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../../ui/form.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { usePublishingChange } from '../queries.ts';
import css from './publishers.module.css';

type Way = 'dns' | 'well-known';

/** The exact text, where it has to stand, and a look whether it does. */
export function VerifyDialog({ publisher, onClose }: { publisher: Publisher; onClose: () => void }) {
  const { t } = useTranslation('publishing');
  const { name, challenge, verified, website } = publisher;
  const [domain, setDomain] = useState(verified?.domain ?? hostOf(website));
  const [by, setBy] = useState<Way>('dns');
  const check = usePublishingChange(() =>
    call(routes.publishers.verify, { params: { publisher: name }, body: { domain: domain.trim(), by } }),
  );
  const shown = domain.trim() || t('verify.exampleDomain');
  const missing = domain.trim() === '' ? t('verify.domainMissing') : undefined;
  const place =
    by === 'dns'
      ? { label: t('verify.record'), text: `_proofpix.${shown}` }
      : { label: t('verify.file'), text: `https://${shown}/.well-known/proofpix-publisher.txt` };
  return (
    <Dialog title={t('verify.title', { name })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) check.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p className={css.text}>{t('verify.text')}</p>
        <TextInput
          label={t('verify.domain')}
          inputWrapperOrder={fieldOrder}
          placeholder={t('verify.exampleDomain')}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={253}
          data-autofocus
          value={domain}
          onChange={(event) => setDomain(event.currentTarget.value)}
        />
        <SegmentedControl
          size="sm"
          aria-label={t('verify.way')}
          data={[
            { value: 'dns', label: t('verify.dns') },
            { value: 'well-known', label: t('verify.wellKnown') },
          ]}
          value={by}
          onChange={(value) => setBy(value === 'dns' ? 'dns' : 'well-known')}
        />
        <dl>
          <div className={css.copy}>
            <dt>{place.label}</dt>
            <dd>
              <code>{place.text}</code>
              <CopyText text={place.text} what={place.label} />
            </dd>
          </div>
          <div className={css.copy}>
            <dt>{t('verify.content')}</dt>
            <dd>
              <code>{challenge}</code>
              <CopyText text={challenge} what={t('verify.content')} />
            </dd>
          </div>
        </dl>
        {check.error === null ? null : (
          <ErrorNotice title={t('verify.failed')} code={problemCode(check.error)}>
            {problemText(check.error)} {by === 'dns' ? t('verify.patience') : null}
          </ErrorNotice>
        )}
        <FormButtons submit={t('verify.check')} busy={check.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}

function hostOf(website: string | null): string {
  return website !== null && URL.canParse(website) ? new URL(website).hostname.replace(/^www\./, '') : '';
}
