import { Button } from '@mantine/core';
import { createContext, use, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useRestriction } from '../use-restriction.ts';
import css from './add-plugin.module.css';
import { InstallDialog } from './install-dialog.tsx';
import { sourceOf, type PackageSource } from './package-source.ts';

const AddContext = createContext<(source: PackageSource) => void>(() => {
  throw new Error('There is no AddPlugin around this.');
});

/** Starts an install: the dialog asks what the package may do before anything happens. */
export function useAddPlugin(): (source: PackageSource) => void {
  return use(AddContext);
}

/** A package may be dropped anywhere on the page, or chosen by the button. */
export function AddPlugin({ children }: { children: ReactNode }) {
  const { t } = useTranslation('plugins');
  const restricted = useRestriction() !== undefined;
  const [source, setSource] = useState<PackageSource | null>(null);
  const [over, setOver] = useState(false);
  const carriesFiles = (event: React.DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    <AddContext value={setSource}>
      <div
        className={css.target}
        data-over={over || undefined}
        onDragOver={(event) => {
          if (!carriesFiles(event)) return;
          // Without it the browser would open the package in the place of the page.
          event.preventDefault();
          event.dataTransfer.dropEffect = restricted ? 'none' : 'copy';
          setOver(!restricted);
        }}
        onDragLeave={(event) => {
          if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return;
          setOver(false);
        }}
        onDrop={(event) => {
          if (!carriesFiles(event)) return;
          event.preventDefault();
          setOver(false);
          const dropped = sourceOf(event.dataTransfer.files);
          if (dropped !== null && !restricted) setSource(dropped);
        }}
      >
        {children}
        {over ? <p className={css.hint}>{t('add.drop')}</p> : null}
      </div>
      {source === null ? null : <InstallDialog source={source} onClose={() => setSource(null)} />}
    </AddContext>
  );
}

type ButtonProps = { className?: string | undefined; disabled?: boolean; 'aria-describedby'?: string };

export function UploadButton(props: ButtonProps) {
  const { t } = useTranslation('plugins');
  const add = useAddPlugin();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button {...props} onClick={() => input.current?.click()}>
        {t('add.upload')}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".zip,.tgz,.gz,.json,application/zip,application/gzip,application/json"
        aria-label={t('add.upload')}
        onChange={(event) => {
          const chosen = sourceOf(event.currentTarget.files ?? []);
          if (chosen !== null) add(chosen);
          // The same file again is a choice too.
          event.currentTarget.value = '';
        }}
      />
    </>
  );
}
