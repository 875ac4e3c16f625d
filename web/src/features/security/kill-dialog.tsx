import { routes } from '@proofpix/contract/routes';
import type { KillKind } from '@proofpix/contract/trust';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { fieldOrder } from '../../ui/form.tsx';
import { killListQuery } from './queries.ts';
import { ReasonDialog } from './reason-dialog.tsx';

const kinds: readonly KillKind[] = ['plugin', 'version', 'digest', 'publisher', 'key'];

export function KillDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('security');
  const [kind, setKind] = useState<KillKind>('plugin');
  const [value, setValue] = useState('');
  return (
    <ReasonDialog
      title={t('kill.dialog')}
      label={t('kill.reason')}
      help={t('kill.reasonHelp')}
      submit={t('kill.submit')}
      missing={t('kill.missing')}
      incomplete={value.trim() === ''}
      failed={t('kill.notAdded')}
      changes={killListQuery.queryKey}
      act={(reason) => call(routes.trust.kill, { body: { kind, value: value.trim(), reason } })}
      onClose={onClose}
    >
      <NativeSelect
        label={t('kill.kind')}
        inputWrapperOrder={fieldOrder}
        data={kinds.map((each) => ({ value: each, label: t(`kill.kinds.${each}`) }))}
        value={kind}
        onChange={(event) => setKind(kinds.find((each) => each === event.currentTarget.value) ?? 'plugin')}
      />
      <TextInput
        label={t('kill.value')}
        description={t(`kill.values.${kind}`)}
        inputWrapperOrder={fieldOrder}
        maxLength={180}
        value={value}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </ReasonDialog>
  );
}
