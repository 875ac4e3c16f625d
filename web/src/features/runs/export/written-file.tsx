import { IconDownload } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { bytes } from '../../../ui/format.ts';
import css from './export-dialog.module.css';

type Props = { url: string; name: string; size: number; when?: ReactNode };

export function WrittenFile({ url, name, size, when }: Props) {
  return (
    <li className={css.file}>
      <a className={css.name} href={url} download={name}>
        <IconDownload size={16} stroke={1.6} aria-hidden />
        {name}
      </a>
      <span className={css.size}>{bytes(size)}</span>
      {when === undefined ? null : <span className={css.when}>{when}</span>}
    </li>
  );
}
