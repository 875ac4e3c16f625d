import { routes } from '@proofpix/contract/routes';
import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import { useAccount } from '../../accounts/queries.ts';
import { exportsQuery, isActive } from '../queries.ts';
import { EarlierExports } from './earlier-exports.tsx';
import { ExportDialog } from './export-dialog.tsx';
import css from './export-dialog.module.css';
import { useFormats } from './use-formats.ts';

/** Why no report can be written now, or null. */
export function useExportReason(run: Run): string | null {
  const { t } = useTranslation('runs');
  const { may } = useAccount();
  const formats = useFormats();
  if (!may('runs:create')) return t('export.notAllowed');
  if (isActive(run)) return t('export.notDone');
  return formats !== null && formats.length === 0 ? t('export.noWriter') : null;
}

export function ExportRun({ run, reason }: { run: Run; reason: string | null }) {
  const { t } = useTranslation('runs');
  const [open, setOpen] = useState(false);
  const formats = useFormats();
  const queryClient = useQueryClient();
  return (
    <>
      {reason === null ? null : (
        <span id="export-reason" className={css.reason}>
          {reason}
        </span>
      )}
      <Button
        variant="filled"
        leftSection={<IconDownload size={16} stroke={1.8} />}
        disabled={reason !== null}
        aria-describedby={reason === null ? undefined : 'export-reason'}
        onClick={() => setOpen(true)}
      >
        {t('export.open')}
      </Button>
      {open ? (
        <ExportDialog
          title={t('export.title', { name: run.file.name })}
          formats={formats ?? []}
          write={async ({ format, plugin }) => {
            const written = await call(routes.runs.export, {
              params: { id: run.id },
              body: { format, plugins: [plugin] },
            });
            void queryClient.invalidateQueries({ queryKey: exportsQuery(run.id).queryKey });
            return written;
          }}
          onClose={() => setOpen(false)}
        >
          <Earlier runId={run.id} />
        </ExportDialog>
      ) : null}
    </>
  );
}

function Earlier({ runId }: { runId: string }) {
  const { t } = useTranslation('runs');
  const { data } = useQuery(exportsQuery(runId));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <section className={css.earlier} aria-label={t('export.earlier')}>
      <h3>{t('export.earlier')}</h3>
      <div className={css.list} tabIndex={0} role="region" aria-label={t('export.earlier')}>
        <EarlierExports items={data.items} />
      </div>
    </section>
  );
}
