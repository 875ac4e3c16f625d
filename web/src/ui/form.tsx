import { Button } from '@mantine/core';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './form.module.css';

/** The order that every field has: label, field, then help or what is wrong with it. */
export const fieldOrder: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

/** One column of fields. */
export function Form({ onSubmit, children }: { onSubmit: () => void; children: ReactNode }) {
  return (
    <form
      className={css.form}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        onSubmit();
      }}
    >
      {children}
    </form>
  );
}

type ButtonsProps = {
  /** Verb and object. */
  submit: string;
  busy: boolean;
  onCancel: () => void;
  /** Why it cannot be sent yet; in sight, and told with the button. */
  missing?: string | undefined;
  /** Sending it destroys something: never the button that stands out. */
  loss?: boolean;
};

/** The end of a form in a dialog. */
export function FormButtons({ submit, busy, onCancel, missing, loss = false }: ButtonsProps) {
  const { t } = useTranslation('ui');
  return (
    <div className={css.buttons}>
      {missing === undefined ? null : (
        <span id="form-missing" className={css.missing}>
          {missing}
        </span>
      )}
      <Button onClick={onCancel}>{t('cancel')}</Button>
      <Button
        type="submit"
        {...(loss ? { className: css.loss } : { variant: 'filled' })}
        loading={busy}
        disabled={missing !== undefined}
        aria-describedby={missing === undefined ? undefined : 'form-missing'}
      >
        {submit}
      </Button>
    </div>
  );
}

type SaveBarProps = {
  /** Whether anything differs from what is saved: without it nothing is drawn. */
  changed: boolean;
  busy: boolean;
  /** What stands in the way, instead of "not saved yet". */
  problem?: string | undefined;
  onDiscard: () => void;
};

/** Inside of a form, at the lower edge of the screen for as long as something is not saved. */
export function SaveBar({ changed, busy, problem, onDiscard }: SaveBarProps) {
  const { t } = useTranslation('ui');
  if (!changed) return null;
  return (
    <div className={css.saveBar} role="group" aria-label={t('unsaved')}>
      <span className={css.saveText} role="status" data-problem={problem === undefined ? undefined : true}>
        {problem ?? t('unsaved')}
      </span>
      <Button onClick={onDiscard} disabled={busy}>
        {t('discard')}
      </Button>
      <Button type="submit" variant="filled" loading={busy}>
        {t('save')}
      </Button>
    </div>
  );
}
