import { routes } from '@proofpix/contract/routes';
import type { Run } from '@proofpix/contract/runs';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { call, problemCode, problemText } from '../../../api.ts';
import { bytes } from '../../../ui/format.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { hooksQuery } from '../../plugins/queries.ts';
import { isActive } from '../queries.ts';
import css from './export-action.module.css';

/** Why no report can be written now, or null. */
export function useExportReason(run: Run): string | null {
  const { may } = useAccount();
  const hooks = useQuery({ ...hooksQuery, enabled: may('plugins:read') });
  if (!may('runs:create')) return 'Your role cannot write reports';
  if (isActive(run)) return 'You can export when the run is done';
  const writers = hooks.data?.items.find((hook) => hook.name === 'export:generate')?.implementers;
  return hooks.data !== undefined && (writers === undefined || writers.length === 0)
    ? 'No installed plugin writes reports'
    : null;
}

export function ExportAction({ run, reason }: { run: Run; reason: string | null }) {
  const [open, setOpen] = useState(false);
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
        Export
      </Button>
      {open ? <ExportDialog run={run} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function ExportDialog({ run, onClose }: { run: Run; onClose: () => void }) {
  const [format, setFormat] = useState('pdf');
  const write = useMutation({
    mutationFn: () => call(routes.runs.export, { params: { id: run.id }, body: { format: format.trim() } }),
  });
  return (
    <Dialog title={`Export the report of ${run.file.name}`} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          write.mutate();
        }}
      >
        <TextInput
          label="Format"
          description="Which formats there are depends on the plugins that write reports."
          value={format}
          maxLength={50}
          onChange={(event) => setFormat(event.currentTarget.value)}
          data-autofocus
        />
        {write.error === null ? null : (
          <ErrorNotice title="No report was written" code={problemCode(write.error)}>
            {problemText(write.error)}
          </ErrorNotice>
        )}
        {write.data === undefined ? null : (
          <ul className={css.files} aria-label="Written files">
            {write.data.files.map((file) => (
              <li key={file.url}>
                <a href={file.url} download={file.name}>
                  {file.name}
                </a>{' '}
                {bytes(file.size)}
              </li>
            ))}
          </ul>
        )}
        <div className={css.buttons}>
          <Button onClick={onClose}>Close</Button>
          <Button type="submit" variant="filled" loading={write.isPending} disabled={format.trim() === ''}>
            Write the report
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
