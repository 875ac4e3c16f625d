import type { SourceList } from '@proofpix/contract/api/submissions';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { bytes } from '../../../ui/format.ts';
import css from './source-browser.module.css';
import { usePlace } from './use-place.ts';

type File = SourceList['files'][number];
const order: Readonly<Record<File['change'], number>> = { changed: 0, added: 1, removed: 2, same: 3 };
/** A package may have thousands. */
const atFirst = 40;

/** All files of the package: first those that are not as they were in the last release. */
export function FileList({
  files,
  since,
  open,
}: {
  files: readonly File[];
  since: string | null;
  open: string | null;
}) {
  const { t } = useTranslation('publishing');
  const { go } = usePlace();
  const [all, setAll] = useState(false);
  const sorted = files.toSorted((one, other) => order[one.change] - order[other.change]);
  const changed = files.filter(({ change }) => change !== 'same').length;
  const shown = all ? sorted : sorted.slice(0, atFirst);
  return (
    <section aria-label={t('source.files')}>
      <h2 className={css.head}>
        {t('source.files')}{' '}
        <span className={css.count}>
          {since === null
            ? t('source.fileCount', { count: files.length })
            : t('source.changed', { count: files.length, changed, since })}
        </span>
      </h2>
      <ul>
        {shown.map(({ path, size, change }) => (
          <li key={path}>
            <button
              type="button"
              className={css.item}
              aria-current={path === open || undefined}
              onClick={() => go({ file: path })}
            >
              <code className={css.path}>{path}</code>
              <span className={css.change} data-change={change}>
                {change === 'same' ? bytes(size) : t(`source.change.${change}`)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shown.length === files.length ? null : (
        <button type="button" className={css.link} onClick={() => setAll(true)}>
          {t('source.allFiles', { count: files.length })}
        </button>
      )}
    </section>
  );
}
