import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { MemberTokens } from './member-tokens.tsx';
import { tokensQuery, useTokenChange, type ApiToken } from './queries.ts';
import { TokenDialog } from './token-dialog.tsx';
import { TokenMadeDialog } from './token-made-dialog.tsx';
import { TokenRow } from './token-row.tsx';
import css from './tokens.module.css';

/** What programs sign in with: one's own, and for those who manage members everybody's. */
export function TokensPage() {
  const { t } = useTranslation('tokens');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const list = useQuery(tokensQuery);
  const [adding, setAdding] = useState(false);
  const [made, setMade] = useState<{ name: string; token: string } | null>(null);
  const [ending, setEnding] = useState<ApiToken | null>(null);
  const remove = useTokenChange((id: string) => call(routes.tokens.remove, { params: { id } }));
  return (
    <>
      <TopBar
        title={t('title')}
        actions={
          <Button variant="filled" onClick={() => setAdding(true)}>
            {t('create')}
          </Button>
        }
      />
      <main id="main" className={css.page}>
        <Section title={t('own.title')} aside={t('own.aside')}>
          {list.isPending ? <LoadingRows rows={2} label={t('own.loading')} /> : null}
          {list.isError && list.data === undefined ? (
            <ErrorNotice
              title={t('listFailed')}
              code={problemCode(list.error)}
              action={<TryAgain onTry={list.refetch} />}
            >
              {problemText(list.error)}
            </ErrorNotice>
          ) : null}
          {list.data?.items.length === 0 ? <Empty>{t('own.none')}</Empty> : null}
          <ul>
            {list.data?.items.map((token) => (
              <TokenRow key={token.id} token={token}>
                <Button aria-label={t('deleteNamed', { name: token.name })} onClick={() => setEnding(token)}>
                  {t('delete')}
                </Button>
              </TokenRow>
            ))}
          </ul>
        </Section>
        {may('members:manage') ? <MemberTokens /> : null}
      </main>
      {adding ? (
        <TokenDialog
          onClose={() => setAdding(false)}
          onMade={(token) => {
            setAdding(false);
            setMade(token);
          }}
        />
      ) : null}
      {made === null ? null : <TokenMadeDialog {...made} onClose={() => setMade(null)} />}
      {ending === null ? null : (
        <ConfirmDialog
          title={t('deleteTitle', { name: ending.name })}
          action={t('deleteNamed', { name: ending.name })}
          busy={remove.isPending}
          error={
            remove.error === null ? undefined : (
              <ErrorNotice title={t('notEnded')} code={problemCode(remove.error)}>
                {problemText(remove.error)}
              </ErrorNotice>
            )
          }
          onClose={() => {
            setEnding(null);
            remove.reset();
          }}
          onConfirm={() => remove.mutate(ending.id, { onSuccess: () => setEnding(null) })}
        >
          <p>{t('endText')}</p>
        </ConfirmDialog>
      )}
    </>
  );
}
