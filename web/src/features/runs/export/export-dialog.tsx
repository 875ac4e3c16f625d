import type { RouteReply } from '@proofpix/contract/route';
import type { routes } from '@proofpix/contract/routes';
import { Button, Radio } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import css from './export-dialog.module.css';
import type { Format } from './use-formats.ts';
import { WrittenFile } from './written-file.tsx';

type Written = Pick<RouteReply<typeof routes.runs.export>, 'id' | 'format' | 'files'>;

type Props = {
  title: string;
  formats: readonly Format[];
  write: (format: Format) => Promise<Written>;
  onClose: () => void;
  /** What was written before. */
  children?: ReactNode;
};

/** Choose a format of an installed plugin, wait for its report, take its files. */
export function ExportDialog({ title, formats, write, onClose, children }: Props) {
  const { t } = useTranslation('runs');
  const [chosen, setChosen] = useState('0');
  const format = formats[Number(chosen)];
  const writing = useMutation({ mutationFn: write });
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (format !== undefined) writing.mutate(format);
        }}
      >
        <Radio.Group value={chosen} onChange={setChosen} aria-label={t('export.format')} className={css.formats}>
          {formats.map(({ plugin, format: id, name, description, pluginName }, index) => (
            <Radio
              key={`${plugin} ${id}`}
              value={String(index)}
              label={name}
              description={t('export.by', { description, plugin: pluginName })}
            />
          ))}
        </Radio.Group>
        {writing.isPending ? (
          <p className={css.writing} role="status">
            {t('export.writing', { plugin: format?.pluginName })}
          </p>
        ) : null}
        {writing.error === null ? null : (
          <ErrorNotice title={t('export.failed')} code={problemCode(writing.error)}>
            {problemText(writing.error)} {t('export.safe')}
          </ErrorNotice>
        )}
        {writing.data === undefined ? null : (
          <ul className={css.files} aria-label={t('export.written')}>
            {writing.data.files.map((file) => (
              <WrittenFile key={file.url} {...file} />
            ))}
          </ul>
        )}
        {children}
        <div className={css.buttons}>
          <Button onClick={onClose}>{t('export.close')}</Button>
          <Button type="submit" variant="filled" loading={writing.isPending} disabled={format === undefined}>
            {t('export.action')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
