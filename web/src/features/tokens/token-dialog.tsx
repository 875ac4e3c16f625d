import { routes } from '@proofpix/contract/routes';
import { Checkbox, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { useTokenChange, type ApiToken } from './queries.ts';
import css from './tokens.module.css';

type AccessName = ApiToken['access'][number];
type Props = { onClose: () => void; onMade: (made: { name: string; token: string }) => void };

const lifetimes = ['30', '90', '365', 'never'] as const;
type Lifetime = (typeof lifetimes)[number];

/** Opens with what only reads: more is a decision. */
export function TokenDialog({ onClose, onMade }: Props) {
  const { t } = useTranslation('tokens');
  const { access } = useAccount();
  // The own account is a person's: no token is given it.
  const own = access.filter((each): each is AccessName => each !== 'own-account');
  // Words for what there are words for: a newer server may know more. A colon in a key would name another file of words.
  const words: Readonly<Record<string, string>> = t('access', { returnObjects: true });
  const [name, setName] = useState('');
  const [lifetime, setLifetime] = useState<Lifetime>('90');
  const [chosen, setChosen] = useState<readonly AccessName[]>(() =>
    own.filter((each) => each === 'signed-in' || each.endsWith(':read')),
  );
  const make = useTokenChange(() => {
    const expiresAt = lifetime === 'never' ? lifetime : inDays(Number(lifetime));
    return call(routes.tokens.create, { body: { name: name.trim(), access: [...chosen], expiresAt } });
  });
  const missing = name.trim() === '' ? t('dialog.nameMissing') : chosen.length === 0 ? t('dialog.accessMissing') : null;
  return (
    <Dialog title={t('dialog.title')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === null) {
            make.mutate(undefined, { onSuccess: ({ token }) => onMade({ name: name.trim(), token }) });
          }
        }}
      >
        <TextInput
          label={t('dialog.name')}
          description={t('dialog.nameHelp')}
          inputWrapperOrder={fieldOrder}
          maxLength={100}
          value={name}
          data-autofocus
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NativeSelect
          label={t('dialog.expires')}
          description={lifetime === 'never' ? t('dialog.neverHelp') : t('dialog.expiresHelp')}
          inputWrapperOrder={fieldOrder}
          data={lifetimes.map((each) => ({ value: each, label: t(`dialog.lifetimes.${each}`) }))}
          value={lifetime}
          onChange={(event) => setLifetime(lifetimes.find((each) => each === event.currentTarget.value) ?? '90')}
        />
        <fieldset className={css.choices}>
          <legend>{t('dialog.access')}</legend>
          <p className={css.help}>{t('dialog.accessHelp')}</p>
          {own.map((each) => (
            <Checkbox
              key={each}
              label={words[each.replace(':', '_')] ?? each}
              checked={chosen.includes(each)}
              onChange={(event) =>
                setChosen(event.currentTarget.checked ? [...chosen, each] : chosen.filter((other) => other !== each))
              }
            />
          ))}
        </fieldset>
        {make.error === null ? null : (
          <ErrorNotice title={t('dialog.notMade')} code={problemCode(make.error)}>
            {problemText(make.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('create')} busy={make.isPending} onCancel={onClose} missing={missing ?? undefined} />
      </Form>
    </Dialog>
  );
}

function inDays(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString();
}
