import type { UpdateRules } from '@proofpix/contract/policies';
import { updateModes } from '@proofpix/contract/update-modes';
import { NativeSelect, NumberInput, Switch } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import rows from '../../ui/list-row.module.css';
import { Section } from '../../ui/section.tsx';
import css from '../security/locked-plugins.module.css';

type Props = { updates: UpdateRules; disabled: boolean; onChange: (updates: UpdateRules) => void };

const mostDays = 365;

/** What is installed by itself, in all plugins that have no rule of their own. */
export function UpdateChoices({ updates, disabled, onChange }: Props) {
  const { t } = useTranslation('policies');
  return (
    <Section title={t('updates.title')} aside={t('updates.aside')}>
      <div className={rows.row}>
        <div className={rows.what}>
          <span className={css.name}>{t('updates.mode')}</span>
        </div>
        <NativeSelect
          aria-label={t('updates.mode')}
          value={updates.mode}
          disabled={disabled}
          data={updateModes.map((value) => ({ value, label: t(`updates.modes.${value}`) }))}
          onChange={(event) =>
            onChange({ ...updates, mode: updateModes.find((each) => each === event.currentTarget.value) ?? 'none' })
          }
        />
      </div>
      <div className={rows.row}>
        <div className={rows.what}>
          <span className={css.name}>{t('updates.security')}</span>
          <p className={css.reason}>{t('updates.securityMeans')}</p>
        </div>
        <Switch
          aria-label={t('updates.security')}
          withThumbIndicator={false}
          checked={updates.security}
          disabled={disabled}
          onChange={(event) => onChange({ ...updates, security: event.currentTarget.checked })}
        />
      </div>
      <div className={rows.row}>
        <div className={rows.what}>
          <span className={css.name}>{t('updates.age')}</span>
          <p className={css.reason}>{t('updates.ageMeans')}</p>
        </div>
        <NumberInput
          aria-label={t('updates.age')}
          w={100}
          min={0}
          max={mostDays}
          allowDecimal={false}
          clampBehavior="strict"
          value={updates.minimumAgeDays}
          disabled={disabled}
          onChange={(days) => onChange({ ...updates, minimumAgeDays: typeof days === 'number' ? days : 0 })}
        />
      </div>
    </Section>
  );
}
