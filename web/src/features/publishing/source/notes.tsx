import type { SubmissionComment } from '@proofpix/contract/api/submissions';
import { useTranslation } from 'react-i18next';
import { Mark } from '../../../ui/mark.tsx';
import { timeInList, timeWithZone } from '../../../ui/format.ts';
import { findingMarks } from './finding-list.tsx';
import type { Side, SourceProps } from './queries.ts';
import type { NumberedFinding } from './source-rows.ts';
import css from './notes.module.css';

/** A finding as a note under its line. */
export function FindingNote({ finding, onAsk }: { finding: NumberedFinding; onAsk?: (() => void) | undefined }) {
  const { t } = useTranslation('publishing');
  return (
    <div className={css.note}>
      <p className={css.title}>
        <Mark kind={findingMarks[finding.severity]} number={finding.number} />
        <span>{finding.message}</span>
        <code className={css.rule}>{finding.rule}</code>
      </p>
      <p className={css.remedy}>{finding.remedy}</p>
      {onAsk === undefined ? null : (
        <p className={css.acts}>
          <button type="button" className={css.act} onClick={onAsk}>
            {t('comments.about')}
          </button>
        </p>
      )}
    </div>
  );
}

/** What is found or said about the file as a whole. */
export function FileNotes({
  side,
  path,
  findings,
  comments,
  onSettle,
}: SourceProps & { path: string; findings: readonly NumberedFinding[]; comments: readonly SubmissionComment[] }) {
  const found = findings.filter(({ file, line }) => file === path && line === 0);
  const said = comments.filter(({ file, line }) => file === path && line === null);
  return (
    <>
      {found.map((finding) => (
        <FindingNote key={finding.number} finding={finding} />
      ))}
      {said.length === 0 ? null : <Thread comments={said} side={side} onSettle={onSettle} />}
    </>
  );
}

type ThreadProps = {
  comments: readonly SubmissionComment[];
  side: Side;
  onSettle?: ((comment: string) => void) | undefined;
  onReply?: (() => void) | undefined;
};

/** What both sides said, oldest first. */
export function Thread({ comments, side, onSettle, onReply }: ThreadProps) {
  const { t } = useTranslation('publishing');
  return (
    <div className={css.note}>
      <ul>
        {comments.map((comment) => (
          <li key={comment.id} className={css.comment}>
            <p className={css.meta}>
              <span className={css.author}>{comment.author ?? t(`comments.side.${comment.side}`)}</span>
              <time dateTime={comment.at} title={timeWithZone(comment.at)}>
                {timeInList(comment.at)}
              </time>
              {comment.settledAt === null ? null : <span>{t('comments.settled')}</span>}
            </p>
            <p className={css.text}>{comment.text}</p>
            {comment.side === 'marketplace' && comment.settledAt === null && onSettle !== undefined ? (
              <p className={css.acts}>
                <button type="button" className={css.act} onClick={() => onSettle(comment.id)}>
                  {t('comments.settle')}
                </button>
              </p>
            ) : null}
          </li>
        ))}
      </ul>
      {onReply === undefined ? null : (
        <p className={css.acts}>
          <button type="button" className={css.act} onClick={onReply}>
            {t(side === 'publisher' ? 'comments.answer' : 'comments.more')}
          </button>
        </p>
      )}
    </div>
  );
}
