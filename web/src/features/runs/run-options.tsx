import type { Plugin } from '@proofpix/contract/api/plugins';
import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { openCasesQuery } from '../cases/queries.ts';
import { isGranted, looksAtPhotos } from './looking.ts';
import css from './run-options.module.css';

export type RunChoice = {
  /** Ids that were unticked: a plugin that is installed later looks too. */
  leftOut: ReadonlySet<string>;
  /** The id of a case, `new` or nothing. */
  caseId: string;
  newTitle: string;
  /** Photos go when plugins have read them; what was found and their digests stay. */
  deletePhoto: boolean;
};

export const newCase = 'new';

type Props = { plugins: readonly Plugin[]; choice: RunChoice; onChange: (choice: RunChoice) => void };

/** Which plugins look at the next photos, which case they belong to, and whether they stay. */
export function RunOptions({ plugins, choice, onChange }: Props) {
  const { t } = useTranslation('runs');
  const cases = useQuery(openCasesQuery);
  const looking = plugins.filter(looksAtPhotos);
  const ticked = looking.filter(({ id }) => !choice.leftOut.has(id));

  function tick(id: string, on: boolean) {
    const leftOut = new Set(choice.leftOut);
    if (on) leftOut.delete(id);
    else leftOut.add(id);
    onChange({ ...choice, leftOut });
  }

  return (
    <div className={css.options}>
      <fieldset className={css.group}>
        <legend className={css.legend}>{t('options.plugins')}</legend>
        {looking.map((plugin) => (
          <Checkbox
            key={plugin.id}
            label={plugin.name}
            description={reachOf(plugin) ?? t('options.noNetwork')}
            checked={!choice.leftOut.has(plugin.id)}
            onChange={({ currentTarget }) => tick(plugin.id, currentTarget.checked)}
          />
        ))}
        {ticked.length === 0 && looking.length > 0 ? (
          <p className={css.warning} role="status">
            {t('options.nobody')}
          </p>
        ) : null}
        {choice.leftOut.size === 0 ? null : (
          <Button size="xs" onClick={() => onChange({ ...choice, leftOut: new Set() })}>
            {t('options.tickAll')}
          </Button>
        )}
      </fieldset>
      <div className={css.group}>
        <NativeSelect
          label={t('options.case')}
          description={t('options.caseHelp')}
          value={choice.caseId}
          onChange={({ currentTarget }) => onChange({ ...choice, caseId: currentTarget.value })}
          data={[
            { value: '', label: t('options.noCase') },
            { value: newCase, label: t('options.newCase') },
            ...(cases.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title })),
          ]}
        />
        {choice.caseId === newCase ? (
          <TextInput
            label={t('options.title')}
            maxLength={200}
            value={choice.newTitle}
            error={choice.newTitle.trim() === '' ? t('options.titleMissing') : null}
            onChange={({ currentTarget }) => onChange({ ...choice, newTitle: currentTarget.value })}
          />
        ) : null}
        <Checkbox
          mt={8}
          label={t('options.deletePhoto')}
          description={t('options.deletePhotoHelp')}
          checked={choice.deletePhoto}
          onChange={({ currentTarget }) => onChange({ ...choice, deletePhoto: currentTarget.checked })}
        />
      </div>
    </div>
  );

  function reachOf(plugin: Plugin): string | null {
    return isGranted(plugin, 'http') && plugin.hosts.length > 0
      ? t('options.reaches', { hosts: plugin.hosts.slice(0, 3).join(', ') })
      : null;
  }
}
