import type { RunSummary } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { IconFolderPlus, IconLayoutColumns, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import css from './history-page.module.css';

const AddToCaseDialog = lazy(async () => ({
  default: (await import('../../cases/add-to-case-dialog.tsx')).AddToCaseDialog,
}));
const DeleteRunsDialog = lazy(async () => ({ default: (await import('../delete-runs-dialog.tsx')).DeleteRunsDialog }));

/** What can be done with the rows that were chosen; what cannot says why. */
export function SelectionBar({ runs, onClear }: { runs: readonly RunSummary[]; onClear: () => void }) {
  const { t } = useTranslation('runs');
  const [open, setOpen] = useState<'case' | 'delete' | null>(null);
  const [left, right] = runs;
  const inCase = runs.filter((run) => run.case !== null).length;
  const two = runs.length === 2 && left !== undefined && right !== undefined;
  return (
    <div className={css.bar} role="region" aria-label={t('selection.label')}>
      <span className={css.chosen} role="status">
        {t('selection.chosen', { count: runs.length })}
      </span>
      <Button
        size="xs"
        leftSection={<IconFolderPlus size={15} stroke={1.6} />}
        disabled={inCase > 0}
        aria-describedby={inCase > 0 ? 'why-not-case' : undefined}
        onClick={() => setOpen('case')}
      >
        {t('selection.case')}
      </Button>
      {two ? (
        <Button
          size="xs"
          component={Link}
          to={paths.compare(left.id, right.id)}
          leftSection={<IconLayoutColumns size={15} stroke={1.6} />}
        >
          {t('selection.compare')}
        </Button>
      ) : null}
      <Button size="xs" leftSection={<IconTrash size={15} stroke={1.6} />} onClick={() => setOpen('delete')}>
        {t('selection.delete')}
      </Button>
      <Button size="xs" variant="subtle" onClick={onClear}>
        {t('selection.clear')}
      </Button>
      {inCase > 0 ? (
        <span id="why-not-case" className={css.reason}>
          {t('selection.inCase', { count: inCase })}
        </span>
      ) : null}
      <Suspense>
        {open === 'case' ? (
          <AddToCaseDialog runIds={runs.map(({ id }) => id)} onClose={() => setOpen(null)} />
        ) : open === 'delete' ? (
          <DeleteRunsDialog runs={runs} onClose={() => setOpen(null)} />
        ) : null}
      </Suspense>
    </div>
  );
}
