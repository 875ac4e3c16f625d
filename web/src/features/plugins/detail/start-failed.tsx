import type { Plugin } from '@proofpix/contract/api/plugins';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';

/** Out of a menu there is no place where the reason could stay: it stays here until it was read. */
export function StartFailed({ plugin, error, onClose }: { plugin: Plugin; error: unknown; onClose: () => void }) {
  const { t } = useTranslation('plugins');
  return (
    <Dialog title={t('changeFailed', { name: plugin.name })} onClose={onClose}>
      <div tabIndex={-1} data-autofocus>
        <ErrorNotice
          title={t('stateStays')}
          code={problemCode(error)}
          action={<Button onClick={onClose}>{t('close')}</Button>}
        >
          {problemText(error)}
        </ErrorNotice>
      </div>
    </Dialog>
  );
}
