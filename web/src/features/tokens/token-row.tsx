import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { State, type Tone } from '../../ui/state.tsx';
import type { ApiToken } from './queries.ts';
import css from './tokens.module.css';

type Props = { token: ApiToken; member?: { name: string; email: string }; children: ReactNode };

/** What a token may do, until when, and when and from where it was used last. */
export function TokenRow({ token, member, children }: Props) {
  const { t } = useTranslation('tokens');
  return (
    <ListRow
      what={
        <>
          <p className={css.name}>
            {token.name}
            {member === undefined ? null : <span className={css.member}> {t('of', member)}</span>}
          </p>
          <p className={css.access}>
            {token.access.map((name) => (
              <code key={name}>{name}</code>
            ))}
          </p>
          <p className={css.used}>
            {token.lastUsedAt === null
              ? t('neverUsed')
              : t('used', { time: timeInList(token.lastUsedAt), from: token.lastUsedFrom ?? t('unknown') })}{' '}
            · {t('made', { time: timeInList(token.createdAt) })}
          </p>
        </>
      }
    >
      {' '}
      <State {...stateOf(token, t)} />
      {children}
    </ListRow>
  );
}

function stateOf({ expiresAt }: ApiToken, t: TFunction<'tokens'>): { tone: Tone; words: string } {
  if (expiresAt === null) return { tone: 'running', words: t('forever') };
  const over = new Date(expiresAt).getTime() <= Date.now();
  return over
    ? { tone: 'stopped', words: t('expired', { time: timeInList(expiresAt) }) }
    : { tone: 'running', words: t('until', { time: timeWithZone(expiresAt) }) };
}
