import { Button, PasswordInput } from '@mantine/core';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldOrder } from '../../../ui/form.tsx';
import css from './config-fields.module.css';
import type { FieldProps } from './field-props.ts';

/** Write-only: what is there is never shown again, only replaced or forgotten. */
export function SecretField({ schema, name, place, required, form }: FieldProps) {
  const { t } = useTranslation('plugins');
  const { secrets, disabled } = form;
  const id = useId();
  const [open, setOpen] = useState(false);
  const title = schema.title ?? name;
  const fresh = secrets.newAt(place);
  const isSet = secrets.isSet(place);
  const error = form.errorAt(place);
  if (isSet && !open && fresh === undefined) {
    return (
      <div>
        <p id={id} className={css.secretLabel}>
          {title}
        </p>
        <div className={css.secret} role="group" aria-labelledby={id}>
          <span className={css.set}>{t('settings.secretSet')}</span>
          <Button size="xs" disabled={disabled} onClick={() => setOpen(true)}>
            {t('settings.replace')}
          </Button>
          {required ? null : (
            <Button size="xs" disabled={disabled} onClick={() => secrets.set(place, null)}>
              {t('settings.forget')}
            </Button>
          )}
        </div>
        <p className={css.help}>{schema.description}</p>
      </div>
    );
  }
  if (fresh === null) {
    return (
      <div>
        <p id={id} className={css.secretLabel}>
          {title}
        </p>
        <div className={css.secret} role="group" aria-labelledby={id}>
          <span className={css.set}>{t('settings.forgotten')}</span>
          <Button size="xs" disabled={disabled} onClick={() => secrets.set(place, undefined)}>
            {t('settings.keep')}
          </Button>
        </div>
      </div>
    );
  }
  return (
    <PasswordInput
      label={title}
      description={error === undefined ? (schema.description ?? t('settings.secretHelp')) : undefined}
      error={error}
      withAsterisk={required}
      inputWrapperOrder={fieldOrder}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('settings.showSecret') }}
      disabled={disabled}
      autoFocus={open}
      value={fresh ?? ''}
      onChange={(event) => {
        const { value } = event.currentTarget;
        secrets.set(place, value === '' ? undefined : value);
      }}
      onBlur={() => {
        form.onLeave(place);
        if (fresh === undefined) setOpen(false);
      }}
    />
  );
}
