import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { CommentForm } from './comment-form.tsx';
import { FindingNote, Thread } from './notes.tsx';
import type { SourceProps } from './queries.ts';
import type { SourceLine, SourceRow } from './source-rows.ts';
import css from './source-view.module.css';
import { usePlace } from './use-place.ts';

type Props = SourceProps & {
  path: string;
  rows: readonly SourceRow[];
  chosen: number | null;
  /** The line that a comment is written about. */
  writing: number | null;
  onWrite: (line: number | null) => void;
};

/** A file may have half a million lines: no browser draws them at once. */
const atOnce = 2_000;

export function SourceLines(props: Props) {
  const { t } = useTranslation('publishing');
  const { rows, chosen } = props;
  const { go } = usePlace();
  const [shown, setShown] = useState(atOnce);
  const asked = rows.findIndex((row) => 'line' in row && row.line.after === chosen && chosen !== null);
  const most = Math.max(shown, asked + 40);
  return (
    <>
      {rows.slice(0, most).map((row, index) =>
        'line' in row ? (
          <Line key={`${row.line.before} ${row.line.after}`} {...props} line={row.line} />
        ) : (
          <button
            key={`hidden ${index}`}
            type="button"
            className={css.hidden}
            onClick={() => go({ whole: true, line: row.from })}
          >
            {t('source.hidden', { count: row.hidden })}
          </button>
        ),
      )}
      {rows.length > most ? (
        <button type="button" className={css.hidden} onClick={() => setShown(most + atOnce)}>
          {t('source.moreLines', { count: Math.min(atOnce, rows.length - most) })}
        </button>
      ) : null}
    </>
  );
}

const signs = { added: '+', removed: '−', same: ' ' } as const;

function Line({ line, ...props }: Props & { line: SourceLine }) {
  const { t } = useTranslation('publishing');
  const { side, submission, path, chosen, writing, onWrite, onSettle } = props;
  const { kind, before, after, pieces, findings, comments } = line;
  const [gravest] = findings;
  const Text = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : 'span';
  return (
    <>
      <div
        className={css.line}
        data-line={after ?? undefined}
        data-kind={kind}
        data-severity={gravest?.severity}
        data-chosen={(after !== null && after === chosen) || undefined}
      >
        {after === null ? (
          <span className={css.number}>{before}</span>
        ) : (
          <button
            type="button"
            className={css.number}
            // The arrow keys choose a line; thousands of stops would lock everybody in here.
            tabIndex={-1}
            aria-label={t('source.commentOn', { line: after })}
            onClick={() => onWrite(after)}
          >
            {after}
          </button>
        )}
        <span className={css.sign} aria-hidden>
          {signs[kind]}
        </span>
        <code className={css.text}>
          <Text>
            {pieces.map(({ tone, text }, index) =>
              tone === 'plain' ? (
                text
              ) : (
                // The place is what a piece is: it has no other name.
                <span key={index} data-tone={tone}>
                  {text}
                </span>
              ),
            )}
          </Text>
        </code>
      </div>
      {findings.map((finding) => (
        <FindingNote key={finding.number} finding={finding} onAsk={after === null ? undefined : () => onWrite(after)} />
      ))}
      {comments.length === 0 ? null : (
        <Thread
          comments={comments}
          side={side}
          onSettle={onSettle}
          onReply={after === null ? undefined : () => onWrite(after)}
        />
      )}
      {after === null || writing !== after ? null : (
        <CommentForm
          side={side}
          submission={submission}
          about={{ file: path, line: after, ...(gravest === undefined ? {} : { rule: gravest.rule }) }}
          onClose={() => onWrite(null)}
        />
      )}
    </>
  );
}
