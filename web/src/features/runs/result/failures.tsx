import { errors, type ErrorCode } from '@proofpix/contract/errors';
import type { Run, StepError } from '@proofpix/contract/runs';
import { useTranslation } from 'react-i18next';
import { problemSentence } from '../../../i18n.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { whileWords } from '../result-words.ts';
import css from './failures.module.css';

/** What did not work, before anything that it may be missing from. */
export function Failures({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const { t } = useTranslation('runs');
  const failed = run.steps.filter((step) => step.error !== undefined);
  if (run.error === undefined && failed.length === 0) return null;
  return (
    <div className={css.failures}>
      {run.error === undefined ? null : (
        <ErrorNotice title={t('failures.run')} code={run.error.code}>
          {errorWords(run.error)} {t('failures.again')}
        </ErrorNotice>
      )}
      {failed.map((step, index) =>
        step.error === undefined ? null : (
          <ErrorNotice key={index} title={whileWords(t, pluginName(step.plugin), step.hook)} code={step.error.code}>
            {errorWords(step.error)} {t('failures.rest')}
          </ErrorNotice>
        ),
      )}
    </div>
  );
}

/** The registry's sentence for the code, and what the plugin or the platform added. */
export function errorWords({ code, message }: StepError): string {
  if (!Object.hasOwn(errors, code)) return message;
  const [, english] = errors[code as ErrorCode]; // a key of the registry
  const known = problemSentence(code as ErrorCode) ?? english; // the same
  const added = message.startsWith(english) ? message.slice(english.length).trim() : message;
  return added === '' ? known : `${known} ${added}`;
}
