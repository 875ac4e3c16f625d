import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../accounts/queries.ts';
import type { OpenReview, ReviewedMember, ReviewedToken } from './queries.ts';

/** What was decided about whom so far. The server decides again whether it may be. */
export function useDecisions({ members, tokens }: OpenReview) {
  const { t } = useTranslation('accessReview');
  const { user, role } = useAccount();
  const [decided, setDecided] = useState<ReadonlyMap<string, boolean>>(new Map());

  /** Why somebody stays whatever is decided. */
  function fixedMember(member: ReviewedMember): string | undefined {
    if (member.id === user.id) return t('you');
    return member.role === 'owner' && role !== 'owner' ? t('onlyOwners') : undefined;
  }
  const keepsMember = (member: ReviewedMember) => (fixedMember(member) === undefined ? decided.get(member.id) : true);
  const leaving = new Set(members.filter((member) => keepsMember(member) === false).map(({ id }) => id));
  const fixedToken = (token: ReviewedToken) => (leaving.has(token.member.id) ? t('withMember') : undefined);
  const keepsToken = (token: ReviewedToken) => (fixedToken(token) === undefined ? decided.get(token.id) : false);
  const openMembers = members.filter((member) => keepsMember(member) === undefined);
  const openTokens = tokens.filter((token) => keepsToken(token) === undefined);

  return {
    fixedMember,
    fixedToken,
    keepsMember,
    keepsToken,
    openMembers: openMembers.length,
    openTokens: openTokens.length,
    removed: leaving.size + tokens.filter((token) => keepsToken(token) === false).length,
    decide: (id: string, keep: boolean) => setDecided((before) => new Map(before).set(id, keep)),
    keepRest: () =>
      setDecided(
        (before) => new Map([...before, ...[...openMembers, ...openTokens].map(({ id }) => [id, true] as const)]),
      ),
    /** As the server takes it, once nothing is open. */
    body: () => ({
      members: members.map((member) => ({ id: member.id, role: member.role, keep: keepsMember(member) === true })),
      tokens: tokens.map((token) => ({ id: token.id, keep: keepsToken(token) === true })),
    }),
  };
}

export type Decisions = ReturnType<typeof useDecisions>;
