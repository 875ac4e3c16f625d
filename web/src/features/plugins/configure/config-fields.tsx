import type { ConfigSchema } from '@proofpix/contract/config-schema';
import type { Json } from '@proofpix/contract/json';
import { Button, Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fieldOrder } from '../../../ui/form.tsx';
import css from './config-fields.module.css';
import { isObject, placeOf, withProperty, type ConfigObject } from './config-draft.ts';
import type { FieldProps } from './field-props.ts';
import { SecretField } from './secret-field.tsx';

/** The properties of an object, in the order of its schema. */
export function Properties({
  schema,
  place,
  value,
  onChange,
  form,
}: Pick<FieldProps, 'schema' | 'place' | 'form'> & { value: ConfigObject; onChange: (value: ConfigObject) => void }) {
  return (
    <>
      {Object.entries(schema.properties ?? {}).map(([name, child]) => (
        <Field
          key={name}
          schema={child}
          name={name}
          place={placeOf(place, name)}
          required={schema.required?.includes(name) === true}
          value={Object.hasOwn(value, name) ? value[name] : undefined}
          onChange={(changed) => onChange(withProperty(value, name, changed))}
          form={form}
        />
      ))}
    </>
  );
}

/** One value by its schema. What has no form of its own is written as JSON. */
function Field(props: FieldProps) {
  const { schema } = props;
  if (schema.writeOnly === true) return <SecretField {...props} />;
  if (schema.enum !== undefined) return <ChoiceField {...props} />;
  if (schema.type === 'boolean') return <BooleanField {...props} />;
  if (schema.type === 'object' && schema.properties !== undefined) return <ObjectField {...props} />;
  if (schema.type === 'array' && schema.items !== undefined && schema.items.type !== 'array') {
    return <ListField {...props} items={schema.items} />;
  }
  if (schema.type === 'object' || schema.type === 'array') return <JsonField {...props} />;
  return <TextField {...props} />;
}

function labelsOf({ schema, name, place, required, form }: FieldProps) {
  const error = form.errorAt(place);
  return {
    label: schema.title ?? name,
    // What is wrong stands in the place of the help.
    description: error === undefined ? schema.description : undefined,
    error,
    withAsterisk: required,
    inputWrapperOrder: fieldOrder,
    disabled: form.disabled,
    onBlur: () => form.onLeave(place),
  };
}

function TextField(props: FieldProps) {
  const { schema, required, value, onChange } = props;
  const isNumber = schema.type !== 'string';
  const shown = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  function change(text: string) {
    if (text === '' && (isNumber || !required)) return onChange(undefined);
    const number = Number(text);
    // What is no number stays as it was typed, so that it can be said what is wrong with it.
    onChange(isNumber && text.trim() !== '' && Number.isFinite(number) ? number : text);
  }
  const labels = labelsOf(props);
  const long = schema.type === 'string' && (schema.maxLength ?? 0) > 200;
  if (long)
    return (
      <Textarea
        {...labels}
        autosize
        minRows={2}
        maxRows={12}
        value={shown}
        onChange={(event) => change(event.currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...labels}
      {...(isNumber ? { inputMode: schema.type === 'integer' ? ('numeric' as const) : ('decimal' as const) } : {})}
      autoComplete="off"
      value={isNumber ? undefined : shown}
      // A number keeps the text that was typed ("1." on the way to "1.5") until somebody else changes it.
      {...(isNumber ? { defaultValue: shown } : {})}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function ChoiceField(props: FieldProps) {
  const { t } = useTranslation('plugins');
  const { schema, required, value, onChange } = props;
  const choices = schema.enum ?? [];
  const index = choices.findIndex((choice) => JSON.stringify(choice) === JSON.stringify(value));
  return (
    <NativeSelect
      {...labelsOf(props)}
      value={index === -1 ? '' : String(index)}
      onChange={(event) =>
        onChange(event.currentTarget.value === '' ? undefined : choices[Number(event.currentTarget.value)])
      }
      data={[
        ...(required && index !== -1 ? [] : [{ value: '', label: t('settings.noChoice') }]),
        ...choices.map((choice, at) => ({
          value: String(at),
          label: typeof choice === 'string' ? choice : JSON.stringify(choice),
        })),
      ]}
    />
  );
}

function BooleanField(props: FieldProps) {
  const { value, onChange } = props;
  const { label, description, error, disabled, onBlur } = labelsOf(props);
  return (
    <Checkbox
      label={label}
      description={description}
      error={error}
      disabled={disabled}
      onBlur={onBlur}
      checked={value === true}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}

function ObjectField({ schema, name, place, value, onChange, form }: FieldProps) {
  const error = form.errorAt(place);
  return (
    <fieldset className={css.group}>
      <legend>{schema.title ?? name}</legend>
      {schema.description === undefined ? null : <p className={css.help}>{schema.description}</p>}
      {error === undefined ? null : <p className={css.error}>{error}</p>}
      <Properties schema={schema} place={place} value={isObject(value) ? value : {}} onChange={onChange} form={form} />
    </fieldset>
  );
}

function ListField({ items, ...props }: FieldProps & { items: ConfigSchema }) {
  const { t } = useTranslation('plugins');
  const { schema, name, place, value, onChange, form } = props;
  const list = Array.isArray(value) ? (value as readonly Json[]) : []; // an array of JSON is one of its kinds
  const title = schema.title ?? name;
  const error = form.errorAt(place);
  const full = schema.maxItems !== undefined && list.length >= schema.maxItems;
  return (
    <fieldset className={css.group}>
      <legend>{title}</legend>
      {schema.description === undefined ? null : <p className={css.help}>{schema.description}</p>}
      {error === undefined ? null : <p className={css.error}>{error}</p>}
      {list.map((item, index) => (
        // The place is what an entry of a list is: values may be equal.
        <div key={`${index} of ${list.length}`} className={css.item}>
          <div className={css.itemField}>
            <Field
              schema={items}
              name={t('settings.entry', { number: index + 1 })}
              place={placeOf(place, index)}
              required
              value={item}
              onChange={(changed) =>
                onChange(list.map((each, at) => (at === index ? (changed ?? emptyOf(items)) : each)))
              }
              form={form}
            />
          </div>
          <Button
            size="xs"
            disabled={form.disabled}
            aria-label={t('settings.removeNamed', { number: index + 1, title })}
            onClick={() => onChange(list.filter((_, at) => at !== index))}
          >
            {t('settings.remove')}
          </Button>
        </div>
      ))}
      <div>
        <Button size="xs" disabled={form.disabled || full} onClick={() => onChange([...list, emptyOf(items)])}>
          {t('settings.addEntry', { title })}
        </Button>
      </div>
    </fieldset>
  );
}

function emptyOf(schema: ConfigSchema): Json {
  if (schema.default !== undefined) return schema.default;
  if (schema.enum?.[0] !== undefined) return schema.enum[0];
  if (schema.type === 'object') return {};
  if (schema.type === 'boolean') return false;
  return schema.type === 'string' ? '' : (schema.minimum ?? 0);
}

function JsonField(props: FieldProps) {
  const { t } = useTranslation('plugins');
  const { value, onChange, place, form } = props;
  const [text, setText] = useState(value === undefined ? '' : JSON.stringify(value, null, 2));
  const [broken, setBroken] = useState(false);
  const labels = labelsOf(props);
  return (
    <Textarea
      {...labels}
      error={broken ? t('settings.notJson') : labels.error}
      autosize
      minRows={2}
      maxRows={12}
      className={css.json ?? ''}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => {
        form.onLeave(place);
        const parsed = parseJson(text);
        setBroken(parsed === null);
        // Kept as text where it is no JSON: then it is of the wrong type, and cannot be saved.
        onChange(parsed === null ? text : parsed.value);
      }}
    />
  );
}

export function parseJson(text: string): { value: Json | undefined } | null {
  if (text.trim() === '') return { value: undefined };
  try {
    return { value: JSON.parse(text) as Json }; // JSON.parse gives nothing else
  } catch {
    return null;
  }
}
