import { useTranslation } from 'react-i18next';
import { useAccount } from '../accounts/queries.ts';

/** Why the policy cannot be changed by whoever looks at it; undefined when it can. The server decides again. */
export function useRestriction(): string | undefined {
  const { t } = useTranslation('policies');
  const { may, organisation } = useAccount();
  if (!may('policies:manage')) return t('restricted.role');
  if (organisation.plan !== 'enterprise') return t('restricted.plan', { plan: organisation.plan });
  return undefined;
}
