import type { Json } from '@proofpix/contract/json';
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldOrder } from '../../../ui/form.tsx';
import { isObject, type ConfigObject } from './config-draft.ts';
import { parseJson } from './config-fields.tsx';
import { errorWords } from './error-words.ts';
import css from './settings-page.module.css';

type Props = {
  config: ConfigObject;
  wrong: ReadonlyMap<string, string>;
  disabled: boolean;
  onBroken: (broken: boolean) => void;
  onChange: (config: ConfigObject) => void;
};

/** The whole configuration as JSON, without its secrets. */
export function ConfigText({ config, wrong, disabled, onBroken, onChange }: Props) {
  const { t } = useTranslation('plugins');
  const [text, setText] = useState(() => JSON.stringify(config, null, 2));
  const [broken, setBroken] = useState(false);
  const [[place, message] = []] = wrong;
  const error = broken
    ? t('settings.notJson')
    : message === undefined
      ? undefined
      : `${place ?? ''}: ${errorWords(message, t)}`;
  return (
    <Textarea
      className={css.json ?? ''}
      label={t('settings.json')}
      description={error === undefined ? t('settings.jsonHelp') : undefined}
      error={error}
      inputWrapperOrder={fieldOrder}
      autosize
      minRows={8}
      maxRows={30}
      spellCheck={false}
      disabled={disabled}
      value={text}
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        const parsed: { value: Json | undefined } | null = parseJson(next);
        const isBroken = parsed === null || !isObject(parsed.value);
        setBroken(isBroken);
        onBroken(isBroken);
        if (parsed !== null && isObject(parsed.value)) onChange(parsed.value);
      }}
    />
  );
}
