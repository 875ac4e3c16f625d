import { PasswordInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fieldOrder } from '../../../ui/form.tsx';

export const shortestPassword = 10;

export function NewPasswordField({
  label,
  value,
  error,
  onChange,
}: {
  label: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation('accounts');
  const links = useTranslation('links');
  return (
    <PasswordInput
      label={label}
      description={links.t('passwordHelp')}
      inputWrapperOrder={fieldOrder}
      name="new-password"
      autoComplete="new-password"
      maxLength={200}
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0, 'aria-hidden': false }}
    />
  );
}
