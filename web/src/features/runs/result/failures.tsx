import { errors } from '@proofpix/contract/errors';
import type { Run, StepError } from '@proofpix/contract/runs';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { whileWords } from '../result-words.ts';
import css from './failures.module.css';

/** What did not work, before anything that it may be missing from. */
export function Failures({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const failed = run.steps.filter((step) => step.error !== undefined);
  if (run.error === undefined && failed.length === 0) return null;
  return (
    <div className={css.failures}>
      {run.error === undefined ? null : (
        <ErrorNotice title="The run could not be finished" code={run.error.code}>
          {errorWords(run.error)} The photo is stored unchanged. Upload it again to start another run.
        </ErrorNotice>
      )}
      {failed.map((step, index) =>
        step.error === undefined ? null : (
          <ErrorNotice
            key={index}
            title={`${pluginName(step.plugin)} failed while ${whileWords(step.hook)}`}
            code={step.error.code}
          >
            {errorWords(step.error)} What it would have said is missing here; everything else is complete.
          </ErrorNotice>
        ),
      )}
    </div>
  );
}

/** The registry's sentence for the code, and what the plugin or the platform added. */
export function errorWords({ code, message }: StepError): string {
  const known = Object.hasOwn(errors, code) ? errors[code as keyof typeof errors][1] : ''; // a key of the registry
  if (known === '' || message.startsWith(known)) return message;
  return message === '' ? known : `${known} ${message}`;
}
