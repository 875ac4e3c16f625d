import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { counted } from '../../ui/format.ts';
import { Mark } from '../../ui/mark.tsx';
import css from './refused-files.module.css';

export type Refused = { name: string; reason: string };

const mostNamed = 5;

/** What was left out before anything was sent, by name and reason. */
export function RefusedFiles({ files, onClose }: { files: readonly Refused[]; onClose: () => void }) {
  if (files.length === 0) return null;
  const rest = files.length - mostNamed;
  return (
    <div className={css.refused} role="alert">
      <Mark kind="possible" />
      <div className={css.text}>
        <p className={css.title}>{counted(files.length, 'file was', 'files were')} left out</p>
        <ul>
          {files.slice(0, mostNamed).map(({ name, reason }, index) => (
            <li key={index}>
              {name}: {reason}
            </li>
          ))}
          {rest > 0 ? <li>and {rest} more</li> : null}
        </ul>
      </div>
      <ActionIcon aria-label="Close the list of left out files" onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </div>
  );
}
