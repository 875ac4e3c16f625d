import { permissionNames } from '@proofpix/contract/permissions';
import type { PolicyRule } from '@proofpix/contract/policies';
import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import textCss from '../security/release-dialog.module.css';

const verdicts = ['pass', 'review', 'block'] as const;
const texts = ['plugin', 'version', 'publisher', 'host', 'note'] as const;
type Texts = Record<(typeof texts)[number], string>;

type Props = {
  /** Undefined: a new one. */
  rule: PolicyRule | undefined;
  number: number;
  onDone: (rule: PolicyRule) => void;
  onClose: () => void;
};

/** One rule. Whether its words have the right form, the server says when the draft is checked. */
export function RuleDialog({ rule, number, onDone, onClose }: Props) {
  const { t } = useTranslation('policies');
  const [effect, setEffect] = useState<PolicyRule['effect']>(rule?.effect ?? 'deny');
  const [words, setWords] = useState<Texts>({
    plugin: rule?.plugin ?? '',
    version: rule?.version ?? '',
    publisher: rule?.publisher ?? '',
    host: rule?.host ?? '',
    note: rule?.note ?? '',
  });
  const [verdict, setVerdict] = useState(rule?.verdict);
  const [permission, setPermission] = useState(rule?.permission);
  const field = (name: keyof Texts, maxLength: number) => (
    <TextInput
      label={t(`rule.${name}`)}
      description={t(`rule.${name}Help`)}
      inputWrapperOrder={fieldOrder}
      maxLength={maxLength}
      value={words[name]}
      onChange={(event) => setWords({ ...words, [name]: event.currentTarget.value })}
    />
  );
  const done = (): PolicyRule => {
    const given = Object.fromEntries(
      texts.flatMap((name) => (words[name].trim() === '' ? [] : [[name, words[name].trim()]])),
    );
    return { effect, ...given, ...(verdict ? { verdict } : {}), ...(permission ? { permission } : {}) };
  };
  return (
    <Dialog title={rule === undefined ? t('rule.new') : t('rule.edit', { number })} onClose={onClose}>
      <Form onSubmit={() => onDone(done())}>
        <p className={textCss.text} tabIndex={-1} data-autofocus>
          {t('rule.part')}
        </p>
        <NativeSelect
          label={t('rule.effect')}
          inputWrapperOrder={fieldOrder}
          value={effect}
          data={(['deny', 'allow'] as const).map((value) => ({ value, label: t(`rule.effects.${value}`) }))}
          onChange={(event) => setEffect(event.currentTarget.value === 'allow' ? 'allow' : 'deny')}
        />
        {field('plugin', 50)}
        {field('version', 64)}
        {field('publisher', 50)}
        <NativeSelect
          label={t('rule.verdict')}
          inputWrapperOrder={fieldOrder}
          value={verdict ?? ''}
          data={[
            { value: '', label: t('rule.any') },
            ...verdicts.map((value) => ({ value, label: t(`rule.verdicts.${value}`) })),
          ]}
          onChange={(event) => setVerdict(verdicts.find((each) => each === event.currentTarget.value))}
        />
        <NativeSelect
          label={t('rule.permission')}
          inputWrapperOrder={fieldOrder}
          value={permission ?? ''}
          data={[{ value: '', label: t('rule.any') }, ...permissionNames.map((value) => ({ value, label: value }))]}
          onChange={(event) => setPermission(permissionNames.find((each) => each === event.currentTarget.value))}
        />
        {field('host', 259)}
        {field('note', 300)}
        <FormButtons submit={t('rule.submit')} busy={false} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
