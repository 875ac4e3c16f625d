import { limits } from '@proofpix/contract/limits';
import { Button, Loader } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { sourceOf } from '../../plugins/install/package-source.ts';
import css from './wizard.module.css';

export type ChosenPackage = { file: File; signature?: File };

type Props = {
  title: string;
  /** Why nothing can be sent yet; in sight. */
  missing?: string | undefined;
  busy: boolean;
  onPackage: (chosen: ChosenPackage) => void;
};

/** One package, and beside it the file of its signatures. What is too large is told before it is sent. */
export function PackageDrop({ title, missing, busy, onPackage }: Props) {
  const { t } = useTranslation('publishing');
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const closed = busy || missing !== undefined;
  function take(files: Iterable<File>) {
    const chosen = sourceOf(files);
    if (chosen === null || !('file' in chosen) || closed) return;
    const isTooLarge = chosen.file.size > limits.packageBytes;
    setTooLarge(isTooLarge ? chosen.file.name : null);
    if (!isTooLarge) onPackage(chosen);
  }
  return (
    <div
      className={css.zone}
      data-over={over || undefined}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        // Without it the browser would open the package in the place of the page.
        event.preventDefault();
        event.dataTransfer.dropEffect = closed ? 'none' : 'copy';
        setOver(!closed);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files);
      }}
    >
      <p className={css.zoneTitle}>{title}</p>
      <p className={css.help}>{t('drop.help')}</p>
      {tooLarge === null ? null : (
        <ErrorNotice title={t('drop.tooLarge', { name: tooLarge })} code="package_too_large" />
      )}
      <div className={css.buttons}>
        <Button
          disabled={closed}
          aria-describedby={missing === undefined ? undefined : 'drop-missing'}
          onClick={() => input.current?.click()}
        >
          {t('drop.choose')}
        </Button>
        {missing === undefined ? null : (
          <span id="drop-missing" className={css.help}>
            {missing}
          </span>
        )}
        {busy ? (
          <span className={css.sending} role="status">
            <Loader size={14} /> {t('drop.sending')}
          </span>
        ) : null}
      </div>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".zip,.tgz,.gz,.json,application/zip,application/gzip,application/json"
        aria-label={t('drop.choose')}
        onChange={(event) => {
          take(event.currentTarget.files ?? []);
          // The same file again is a choice too: it may have been mended.
          event.currentTarget.value = '';
        }}
      />
    </div>
  );
}

/** The form of a package as both routes take it. The file comes last: what stands before it is read first. */
export async function packageForm(
  { file, signature }: ChosenPackage,
  fields: Readonly<Record<string, string>> = {},
): Promise<FormData> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  if (signature !== undefined) form.set('signature', await signature.text());
  form.set('plugin', file);
  return form;
}
