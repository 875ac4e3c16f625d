import type { CaseDetail } from '@proofpix/contract/cases';
import { routeUrl } from '@proofpix/contract/client';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { IconDownload, IconPackageExport, IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { useAccount } from '../accounts/queries.ts';
import { ExportDialog } from '../runs/export/export-dialog.tsx';
import { useFormats } from '../runs/export/use-formats.ts';
import { isActive } from '../runs/queries.ts';
import css from './case-page.module.css';
import { caseExportsQuery } from './queries.ts';

/** Why neither a report nor a bundle can be made now, or null. */
function useReason(known: CaseDetail): string | null {
  const { t } = useTranslation('cases');
  if (known.exhibits.length === 0) return t('export.empty');
  return known.exhibits.some(({ run }) => isActive(run)) ? t('export.notDone') : null;
}

type Props = { known: CaseDetail; onEdit: (() => void) | null };

/** In the top bar; on a phone only the export stays there. */
export function CaseActions(props: Props) {
  const { known } = props;
  const { t } = useTranslation('cases');
  const { may } = useAccount();
  const formats = useFormats();
  const [open, setOpen] = useState(false);
  const queryClient = useQueryClient();
  const reason = useReason(known);
  const noReport = !may('runs:create')
    ? t('export.notAllowed')
    : (reason ?? (formats?.length === 0 ? t('export.noWriter') : null));
  return (
    <>
      <span className={css.wide}>
        {noReport === null ? null : (
          <span id="case-export-reason" className={css.reason}>
            {noReport}
          </span>
        )}
        <MoreCaseActions {...props} />
      </span>
      <Button
        variant="filled"
        leftSection={<IconDownload size={16} stroke={1.8} />}
        disabled={noReport !== null}
        aria-describedby={noReport === null ? undefined : 'case-export-reason'}
        onClick={() => setOpen(true)}
      >
        {t('export.open')}
      </Button>
      {open ? (
        <ExportDialog
          title={t('export.title', { title: known.title })}
          formats={formats ?? []}
          write={async ({ format, plugin }) => {
            const written = await call(routes.cases.export, {
              params: { id: known.id },
              body: { format, plugins: [plugin] },
            });
            void queryClient.invalidateQueries({ queryKey: caseExportsQuery(known.id).queryKey });
            return written;
          }}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}

/** The others: on a phone they stand below the title. */
export function MoreCaseActions({ known, onEdit }: Props) {
  const { t } = useTranslation('cases');
  const reason = useReason(known);
  return (
    <>
      {onEdit === null ? null : (
        <Button leftSection={<IconPencil size={16} stroke={1.6} />} onClick={onEdit}>
          {t('case.edit')}
        </Button>
      )}
      {reason === null ? (
        <Button
          component="a"
          href={routeUrl(routes.cases.bundle, { id: known.id })}
          download
          leftSection={<IconPackageExport size={16} stroke={1.6} />}
        >
          {t('case.bundle')}
        </Button>
      ) : null}
    </>
  );
}
