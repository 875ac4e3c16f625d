import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { memberTokensQuery, useTokenChange, type MemberToken } from './queries.ts';
import { TokenRow } from './token-row.tsx';

/** Every token of the organisation, whoever made it. */
export function MemberTokens() {
  const { t } = useTranslation('tokens');
  const list = useInfiniteQuery(memberTokensQuery);
  const tokens = list.data?.pages.flatMap(({ items }) => items);
  const [ending, setEnding] = useState<MemberToken | null>(null);
  const revoke = useTokenChange((id: string) => call(routes.tokens.revoke, { params: { id } }));
  return (
    <Section title={t('all.title')} aside={t('all.aside')}>
      {list.isPending ? <LoadingRows rows={3} label={t('all.loading')} /> : null}
      {list.isError && tokens === undefined ? (
        <ErrorNotice title={t('listFailed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {tokens?.length === 0 ? <Empty>{t('all.none')}</Empty> : null}
      <ul>
        {tokens?.map((token) => (
          <TokenRow key={token.id} token={token} member={token.member}>
            <Button
              aria-label={t('revokeNamed', { name: token.name, member: token.member.name })}
              onClick={() => setEnding(token)}
            >
              {t('revoke')}
            </Button>
          </TokenRow>
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('all.more')}
        </Button>
      ) : null}
      {ending === null ? null : (
        <ConfirmDialog
          title={t('revokeTitle', { name: ending.name, member: ending.member.name })}
          action={t('revokeAction')}
          busy={revoke.isPending}
          error={
            revoke.error === null ? undefined : (
              <ErrorNotice title={t('notEnded')} code={problemCode(revoke.error)}>
                {problemText(revoke.error)}
              </ErrorNotice>
            )
          }
          onClose={() => {
            setEnding(null);
            revoke.reset();
          }}
          onConfirm={() => revoke.mutate(ending.id, { onSuccess: () => setEnding(null) })}
        >
          <p>{t('endText')}</p>
        </ConfirmDialog>
      )}
    </Section>
  );
}
