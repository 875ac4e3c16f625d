import { routes } from '@proofpix/contract/routes';
import { routeUrl } from '@proofpix/contract/client';
import type { Run } from '@proofpix/contract/runs';
import { useTranslation } from 'react-i18next';
import { IconDownload } from '@tabler/icons-react';
import { bytes, shortHash } from '../../../ui/format.ts';
import { Section } from '../../../ui/section.tsx';
import css from './derived-files.module.css';

export function DerivedFiles({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const { t } = useTranslation('runs');
  if (run.files.length === 0) return null;
  return (
    <Section title={t('files.title')} aside={t('files.aside')}>
      <ul>
        {run.files.map((file) => (
          <li key={`${file.source.plugin} ${file.name}`} className={css.row}>
            <a
              className={css.name}
              href={routeUrl(routes.runs.file, { id: run.id, name: file.name }, { plugin: file.source.plugin })}
              download={file.name}
            >
              <IconDownload size={16} stroke={1.6} aria-hidden />
              {file.name}
            </a>
            <span className={css.quiet}>{bytes(file.size)}</span>
            <code className={css.quiet} title={file.sha256}>
              {shortHash(file.sha256, 1)}
            </code>
            <span className={css.source}>{pluginName(file.source.plugin)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
