import { errors, type ErrorCode } from '@proofpix/contract/errors';
import type { Submission } from '@proofpix/contract/api/submissions';
import { useTranslation } from 'react-i18next';
import { problemSentence } from '../../../i18n.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import css from './submission.module.css';

/** Why a package was refused before anything in it was judged: the rule, and each field at fault. */
export function PackageProblem({ submission: { problem } }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  if (problem === null) return null;
  const { code, message, errors: fields, rule } = problem;
  const sentence = isErrorCode(code) ? problemSentence(code) : undefined;
  return (
    <div className={css.problem}>
      <ErrorNotice
        title={fields.length > 0 ? t('problem.manifest') : (sentence ?? message)}
        code={rule === null ? code : `${code} · ${rule}`}
      >
        {sentence === undefined || fields.length > 0 ? undefined : message}
      </ErrorNotice>
      {fields.length === 0 ? null : (
        <dl className={css.fields} aria-label={t('problem.fields')}>
          {fields.map(({ field, message: said }) => (
            <div key={`${field} ${said}`}>
              <dt>
                <code>{field}</code>
              </dt>
              <dd>{said}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errors, code);
}
