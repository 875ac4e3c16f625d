import type { AuditEntry } from '@proofpix/contract/api/audit';
import { auditActs } from '@proofpix/contract/audit';
import { useTranslation } from 'react-i18next';
import { texts } from '../../i18n.ts';

/** Acts and people of the trail in words. */
export function useAuditWords() {
  const { t } = useTranslation('audit');
  return {
    act: actWords,
    /** Newer servers may know more kinds than this page. */
    subject: (kind: string): string => t(`subjects.${kind as 'plugin'}`, { defaultValue: kind }),
    actor: ({ actor, actorName }: Pick<AuditEntry, 'actor' | 'actorName'>): string =>
      actor.kind === 'system' ? t('system', { name: actor.id }) : (actorName ?? t('former')),
  };
}

/** In the language of the page where it is there, or in the contract's own. A newer server may know more acts than this page. */
function actWords(act: string): string {
  const words: Readonly<Record<string, string | undefined>> = {
    ...auditActs,
    ...(texts.getResourceBundle(texts.language, 'acts') as Record<string, string> | undefined), // the file of that name
  };
  return words[act] ?? act;
}
