import { ActionIcon } from '@mantine/core';
import { useClipboard } from '@mantine/hooks';
import { useTranslation } from 'react-i18next';
import { IconCheck, IconCopy } from '@tabler/icons-react';

export function CopyText({ text, what }: { text: string; what: string }) {
  const { t } = useTranslation('ui');
  const clipboard = useClipboard({ timeout: 1500 });
  return (
    <>
      <ActionIcon aria-label={t('copy', { what })} onClick={() => clipboard.copy(text)}>
        {clipboard.copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
      </ActionIcon>
      <span className="visually-hidden" role="status">
        {clipboard.copied ? t('copied') : ''}
      </span>
    </>
  );
}
