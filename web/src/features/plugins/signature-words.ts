import type { Plugin } from '@proofpix/contract/api/plugins';
import type { TFunction } from 'i18next';

/** Whose the package is, in a sentence: it never says that the plugin is good. */
export function signatureSentence({ signature }: Pick<Plugin, 'signature'>, t: TFunction<'plugins'>): string {
  const { state, publisher, countersigned } = signature;
  const who = t(`signature.${state}`, { publisher: publisher ?? '' });
  return countersigned === null ? who : `${who}; ${t('signature.reviewed', { rules: countersigned.ruleSet })}`;
}
