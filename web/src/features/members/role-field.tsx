import type { Role } from '@proofpix/contract/access';
import { NativeSelect } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { fieldOrder } from '../../ui/form.tsx';
import { useAccount } from '../accounts/queries.ts';
import { rolesInOrder } from './queries.ts';

/** The roles with what each may do. Only an owner makes owners. */
export function RoleField({ role, onChange }: { role: Role; onChange: (role: Role) => void }) {
  const { t } = useTranslation('members');
  const frame = useTranslation('frame');
  const { role: own } = useAccount();
  return (
    <NativeSelect
      label={t('role')}
      description={t(`may.${role}`)}
      inputWrapperOrder={fieldOrder}
      value={role}
      onChange={(event) => onChange(event.currentTarget.value as Role)} // one of the options below
      data={rolesInOrder
        .filter((each) => each !== 'owner' || own === 'owner')
        .map((each) => ({ value: each, label: frame.t(`roles.${each}`) }))}
    />
  );
}
