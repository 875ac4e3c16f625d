import type { Policy, PolicyRule } from '@proofpix/contract/policies';
import { ActionIcon, Button, NativeSelect } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import rows from '../../ui/list-row.module.css';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import rowCss from '../security/locked-plugins.module.css';
import css from './policy-form.module.css';
import { RuleDialog } from './rule-dialog.tsx';

type Props = {
  policy: Policy;
  disabled: boolean;
  restriction: string | undefined;
  onChange: (policy: Policy) => void;
};

/** The rules in their order, which is their meaning, and what holds where none does. */
export function Rules({ policy, disabled, restriction, onChange }: Props) {
  const { t } = useTranslation('policies');
  /** Which one is open in the dialog; one behind the last is new. */
  const [editing, setEditing] = useState<number | null>(null);
  const { rules, otherwise } = policy;
  const put = (next: PolicyRule[]) => onChange({ ...policy, rules: next });
  const move = (index: number, by: -1 | 1) => {
    const next = [...rules];
    const [rule] = next.splice(index, 1);
    if (rule !== undefined) next.splice(index + by, 0, rule);
    put(next);
  };
  return (
    <Section
      title={t('rules.title')}
      aside={restriction ?? t('rules.aside')}
      actions={
        <Button disabled={disabled} onClick={() => setEditing(rules.length)}>
          {t('rules.add')}
        </Button>
      }
    >
      {rules.length === 0 ? <Empty>{t('rules.none')}</Empty> : null}
      <ol className={css.list}>
        {rules.map((rule, index) => {
          const number = index + 1;
          return (
            // Rules have no name but their place.
            <li key={index} className={rows.row}>
              <span className={css.number}>{number}</span>
              <div className={rows.what}>
                <span className={rowCss.name}>{ruleWords(rule, t)}</span>
                {rule.note === undefined ? null : <p className={rowCss.reason}>{rule.note}</p>}
              </div>
              <State tone={rule.effect === 'deny' ? 'failed' : 'running'} words={t(`rules.${rule.effect}`)} />
              <span className={css.buttons}>
                <ActionIcon
                  variant="default"
                  disabled={disabled || index === 0}
                  aria-label={t('rules.up', { number })}
                  onClick={() => move(index, -1)}
                >
                  <IconArrowUp size={16} />
                </ActionIcon>
                <ActionIcon
                  variant="default"
                  disabled={disabled || index === rules.length - 1}
                  aria-label={t('rules.down', { number })}
                  onClick={() => move(index, 1)}
                >
                  <IconArrowDown size={16} />
                </ActionIcon>
                <Button
                  disabled={disabled}
                  aria-label={t('rules.editOf', { number })}
                  onClick={() => setEditing(index)}
                >
                  {t('rules.edit')}
                </Button>
                <Button
                  disabled={disabled}
                  aria-label={t('rules.removeOf', { number })}
                  onClick={() => put(rules.filter((each) => each !== rule))}
                >
                  {t('rules.remove')}
                </Button>
              </span>
            </li>
          );
        })}
      </ol>
      <div className={rows.row}>
        <div className={rows.what}>
          <span className={rowCss.name}>{t('rules.otherwise')}</span>
          <p className={rowCss.reason}>{t('rules.otherwiseMeans')}</p>
        </div>
        <NativeSelect
          aria-label={t('rules.otherwise')}
          value={otherwise}
          disabled={disabled}
          data={(['allow', 'deny'] as const).map((value) => ({ value, label: t(`rules.${value}`) }))}
          onChange={(event) =>
            onChange({ ...policy, otherwise: event.currentTarget.value === 'deny' ? 'deny' : 'allow' })
          }
        />
      </div>
      {editing === null ? null : (
        <RuleDialog
          rule={rules[editing]}
          number={editing + 1}
          onClose={() => setEditing(null)}
          onDone={(rule) => {
            setEditing(null);
            put([...rules.slice(0, editing), rule, ...rules.slice(editing + 1)]);
          }}
        />
      )}
    </Section>
  );
}

const parts = ['plugin', 'version', 'publisher', 'verdict', 'permission', 'host'] as const;

function ruleWords(rule: PolicyRule, t: TFunction<'policies'>): string {
  const words = parts.flatMap((part) => {
    const value = rule[part];
    return value === undefined ? [] : [t(`rules.about.${part}`, { value })];
  });
  return words.length === 0 ? t('rules.everything') : words.join(' · ');
}
