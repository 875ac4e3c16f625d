import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../ui/mark.tsx';
import css from './refused-files.module.css';

export type Refused = { name: string; reason: string };

const mostNamed = 5;

/** What was left out before anything was sent, by name and reason. */
export function RefusedFiles({ files, onClose }: { files: readonly Refused[]; onClose: () => void }) {
  const { t } = useTranslation('runs');
  if (files.length === 0) return null;
  const rest = files.length - mostNamed;
  return (
    <div className={css.refused} role="alert">
      <Mark kind="possible" />
      <div className={css.text}>
        <p className={css.title}>{t('refused.title', { count: files.length })}</p>
        <ul>
          {files.slice(0, mostNamed).map(({ name, reason }, index) => (
            <li key={index}>
              {name}: {reason}
            </li>
          ))}
          {rest > 0 ? <li>{t('refused.more', { count: rest })}</li> : null}
        </ul>
      </div>
      <ActionIcon aria-label={t('refused.close')} onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  );
}
