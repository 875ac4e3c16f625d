import type { Run } from '@proofpix/contract/runs';
import { ActionIcon, Button } from '@mantine/core';
import { IconFolderPlus, IconLayoutColumns, IconNote, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { ExportRun } from '../export/export-run.tsx';
import { isActive } from '../queries.ts';
import css from './result-actions.module.css';

type Props = {
  run: Run;
  exportReason: string | null;
  /** Null: the role may not, or there is nothing to do. */
  onNote: (() => void) | null;
  onCase: (() => void) | null;
  onDelete: (() => void) | null;
};

/** In the top bar; on a phone only the export stays there. */
export function ResultActions(props: Props) {
  return (
    <>
      <span className={css.wide}>
        <Actions {...props} />
      </span>
      <ExportRun run={props.run} reason={props.exportReason} />
    </>
  );
}

/** The others, below the name of the photo. */
export function PhoneActions(props: Props) {
  return <Actions {...props} />;
}

function Actions({ run, onNote, onCase, onDelete }: Props) {
  const { t } = useTranslation('runs');
  const icon = { size: 16, stroke: 1.6 };
  return (
    <>
      {onDelete === null ? null : (
        <ActionIcon
          aria-label={t(isActive(run) ? 'cancel.open' : 'delete.open')}
          title={t(isActive(run) ? 'cancel.open' : 'delete.open')}
          onClick={onDelete}
        >
          <IconTrash {...icon} />
        </ActionIcon>
      )}
      {onCase === null ? null : (
        <Button leftSection={<IconFolderPlus {...icon} />} onClick={onCase}>
          {t('selection.case')}
        </Button>
      )}
      {onNote === null ? null : (
        <Button leftSection={<IconNote {...icon} />} onClick={onNote}>
          {t('notes.add')}
        </Button>
      )}
      <Button component={Link} to={paths.compare(run.id)} leftSection={<IconLayoutColumns {...icon} />}>
        {t('result.compare')}
      </Button>
    </>
  );
}
