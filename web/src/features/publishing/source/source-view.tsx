import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { TryAgain } from '../../../ui/try-again.tsx';
import { FileNotes } from './notes.tsx';
import { fileQuery, type SourceProps } from './queries.ts';
import { SourceLines } from './source-lines.tsx';
import { rowsOfChanges, sourceLines, type NumberedFinding, type SourceRow } from './source-rows.ts';
import css from './source-view.module.css';
import { usePlace } from './use-place.ts';

type Props = SourceProps & { path: string; findings: readonly NumberedFinding[] };

/** One file: what changed in it, or all of it, with findings and what was said under their lines. */
export function SourceView(props: Props) {
  const { t } = useTranslation('publishing');
  const { side, submission, path, findings } = props;
  const place = usePlace();
  const file = useQuery(fileQuery(side, submission, path));
  const hint = useId();
  const region = useRef<HTMLDivElement>(null);
  const [writing, setWriting] = useState<number | null>(null);
  // About the package that is there now.
  const comments = useMemo(
    () => submission.comments.filter(({ attempt }) => attempt === submission.attempt),
    [submission.comments, submission.attempt],
  );
  const text = file.data?.text ?? file.data?.before ?? null;
  const isGone = file.data !== undefined && file.data.text === null && file.data.before !== null;
  const lines = useMemo(
    () =>
      text === null || file.data === undefined
        ? []
        : sourceLines(path, { text, before: isGone ? null : file.data.before }, { findings, comments }),
    [path, text, file.data, isGone, findings, comments],
  );
  const marked = lines.some((each) => each.kind !== 'same' || each.findings.length > 0 || each.comments.length > 0);
  const whole = place.whole || !marked;
  const rows: SourceRow[] = whole ? lines.map((line) => ({ line })) : rowsOfChanges(lines, place.line);
  const { line: chosen } = place;

  // Keys come faster than the address changes.
  const cursor = useRef(chosen);
  useEffect(() => void (cursor.current = chosen), [chosen]);
  useEffect(() => {
    if (chosen === null || lines.length === 0) return;
    region.current?.querySelector(`[data-line="${chosen}"]`)?.scrollIntoView({ block: 'center' });
  }, [chosen, lines.length]);

  function onKeyDown(event: KeyboardEvent) {
    // Fields and buttons inside have keys of their own.
    if (event.target !== region.current || event.altKey || event.ctrlKey || event.metaKey) return;
    const numbers = rows.flatMap((row) => ('line' in row ? (row.line.after ?? []) : []));
    const at = numbers.indexOf(cursor.current ?? 0);
    const next = { ArrowDown: numbers[at + 1], ArrowUp: numbers[Math.max(0, at - 1)] }[event.key];
    if (next !== undefined) {
      cursor.current = next;
      place.go({ line: next });
    } else if (event.key === 'c' && cursor.current !== null) setWriting(cursor.current);
    else return;
    event.preventDefault();
  }

  return (
    <section aria-label={path}>
      <div className={css.head}>
        <h2 className={css.path}>{path}</h2>
        {file.data === undefined || text === null || !marked ? null : (
          <SegmentedControl
            size="xs"
            aria-label={t('source.view')}
            data={(['changes', 'whole'] as const).map((value) => ({ value, label: t(`source.${value}`) }))}
            value={whole ? 'whole' : 'changes'}
            onChange={(value) => place.go({ whole: value === 'whole' })}
          />
        )}
      </div>
      {isGone ? <p className={css.gone}>{t('source.gone')}</p> : null}
      <FileNotes {...props} comments={comments} />
      {file.isPending ? <LoadingRows rows={8} label={t('source.loadingFile')} /> : null}
      {file.isError ? (
        <ErrorNotice
          title={t('source.fileFailed')}
          code={problemCode(file.error)}
          action={<TryAgain onTry={file.refetch} />}
        >
          {problemText(file.error)}
        </ErrorNotice>
      ) : null}
      {file.data !== undefined && text === null ? <Empty>{t('source.noText')}</Empty> : null}
      {lines.length === 0 ? null : (
        <>
          <p id={hint} className={css.hint}>
            {t('source.keys')}
          </p>
          <div
            ref={region}
            className={css.code}
            role="region"
            aria-label={t('source.of', { path })}
            aria-describedby={hint}
            tabIndex={0}
            data-keys
            onKeyDown={onKeyDown}
          >
            <SourceLines {...props} rows={rows} chosen={chosen} writing={writing} onWrite={setWriting} />
          </div>
          <span className="visually-hidden" role="status">
            {chosen === null ? '' : t('source.chosen', { line: chosen })}
          </span>
        </>
      )}
    </section>
  );
}
