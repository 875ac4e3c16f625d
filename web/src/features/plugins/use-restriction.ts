import { useTranslation } from 'react-i18next';
import { useAccount } from '../accounts/queries.ts';

/** Why plugins cannot be changed by whoever looks at the page; undefined when they can. The server decides again. */
export function useRestriction(): string | undefined {
  const { t } = useTranslation('plugins');
  const { may, organisation } = useAccount();
  if (!may('plugins:manage')) return t('restricted.role');
  if (organisation.plan !== 'enterprise') return t('restricted.plan', { plan: organisation.plan });
  return undefined;
}
