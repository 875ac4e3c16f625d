import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Beside an error of something that was only asked for. */
export function TryAgain({ onTry }: { onTry: () => unknown }) {
  const { t } = useTranslation('ui');
  return <Button onClick={() => void onTry()}>{t('tryAgain')}</Button>;
}
