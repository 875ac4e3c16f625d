import type { PackageInspection } from '@proofpix/contract/inspection';
import { limits } from '@proofpix/contract/limits';
import { routes } from '@proofpix/contract/routes';
import { Button, Loader } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Consent } from './consent.tsx';
import css from './install-dialog.module.css';
import { releaseOf, type PackageSource } from './package-source.ts';
import { Refused } from './refused.tsx';
import { ScanProgress } from './scan-progress.tsx';

/** From a package to a running plugin: it is read, somebody decides what it may do, it is installed. */
export function InstallDialog({ source, onClose }: { source: PackageSource; onClose: () => void }) {
  const { t } = useTranslation('plugins');
  const key = useId();
  const [watch] = useState(newId);
  const name = 'file' in source ? source.file.name : source.name;
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['inspection', key, name],
    queryFn: ({ signal }) => inspect(source, watch, signal),
    // The dialog's own: what was read once stays what is decided on.
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
  });
  const tooLarge = 'file' in source && source.file.size > limits.packageBytes;
  if (data !== undefined) return <Consent source={source} found={data} onClose={onClose} />;
  if ((error !== null && !isFetching) || tooLarge)
    return <Refused name={name} error={error} onClose={onClose} onAgain={() => void refetch()} />;
  return (
    <Dialog title={t('install.reading', { name })} onClose={onClose}>
      <div className={css.reading} tabIndex={-1} data-autofocus role="status">
        <Loader size={16} />
        <span>{t('install.readingText')}</span>
      </div>
      <ScanProgress watch={watch} />
      <div className={css.buttons}>
        <Button onClick={onClose}>{t('cancel')}</Button>
      </div>
    </Dialog>
  );
}

async function inspect(source: PackageSource, watch: string, signal: AbortSignal): Promise<PackageInspection> {
  if (!('file' in source)) {
    return call(routes.plugins.inspect, { query: { watch }, body: releaseOf(source), signal });
  }
  const form = new FormData();
  if (source.signature !== undefined) form.set('signature', await source.signature.text());
  form.set('plugin', source.file);
  return call(routes.plugins.inspect, { query: { watch }, form, signal });
}

/** A random UUID. `crypto.randomUUID` is not there where the app is served by plain http, as inside of a company. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20)].join('-');
}
