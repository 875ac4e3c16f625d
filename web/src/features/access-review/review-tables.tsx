import { useTranslation } from 'react-i18next';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { count, listed, timeInList, timeWithZone } from '../../ui/format.ts';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import css from './access-review-page.module.css';
import { Decision } from './decision.tsx';
import type { ReviewedMember, ReviewedToken } from './queries.ts';
import type { Decisions } from './use-decisions.ts';

/** Below 760 px the decision stands under what it is about: beside it, names would have no width. */
const decisionWidth = '190px';

type MemberLine = { member: ReviewedMember; decisions: Decisions };
type TokenLine = { token: ReviewedToken; decisions: Decisions };

export function MembersToReview({ members, decisions }: { members: readonly ReviewedMember[]; decisions: Decisions }) {
  const { t } = useTranslation('accessReview');
  const columns: Column<MemberLine>[] = [
    { key: 'role', head: t('members.role'), width: '130px', cell: roleCell },
    { key: 'signIn', head: t('members.signIn'), width: '150px', cell: wayCell },
    { key: 'seen', head: t('members.seen'), width: '150px', cell: seenCell },
    { key: 'decision', head: t('decision'), width: decisionWidth, cell: memberDecisionCell },
  ];
  return (
    <Section title={t('members.title')} aside={<Left open={decisions.openMembers} />}>
      <DataTable
        label={t('members.title')}
        rows={members.map((member): MemberLine => ({ member, decisions }))}
        rowKey={({ member }) => member.id}
        nameHead={t('members.name')}
        name={memberNameCell}
        columns={columns}
      />
    </Section>
  );
}

export function TokensToReview({ tokens, decisions }: { tokens: readonly ReviewedToken[]; decisions: Decisions }) {
  const { t } = useTranslation('accessReview');
  const columns: Column<TokenLine>[] = [
    { key: 'access', head: t('tokens.access'), cell: accessCell },
    { key: 'used', head: t('tokens.used'), width: '150px', cell: usedCell },
    { key: 'decision', head: t('decision'), width: decisionWidth, cell: tokenDecisionCell },
  ];
  return (
    <Section title={t('tokens.title')} aside={tokens.length === 0 ? undefined : <Left open={decisions.openTokens} />}>
      {tokens.length === 0 ? (
        <Empty>{t('tokens.none')}</Empty>
      ) : (
        <DataTable
          label={t('tokens.title')}
          rows={tokens.map((token): TokenLine => ({ token, decisions }))}
          rowKey={({ token }) => token.id}
          nameHead={t('tokens.name')}
          name={tokenNameCell}
          columns={columns}
        />
      )}
    </Section>
  );
}

const memberNameCell = ({ member }: MemberLine) => <Named name={member.name} below={member.email} />;
const roleCell = ({ member }: MemberLine) => <RoleOf member={member} />;
const wayCell = ({ member }: MemberLine) => <WayIn member={member} />;
const seenCell = ({ member }: MemberLine) => <Seen member={member} />;
const tokenNameCell = ({ token }: TokenLine) => <TokenName token={token} />;
const accessCell = ({ token }: TokenLine) => <code>{listed(token.access)}</code>;
const usedCell = ({ token }: TokenLine) => <Used token={token} />;

const memberDecisionCell = ({ member, decisions }: MemberLine) => (
  <Decision
    name={member.name}
    keep={decisions.keepsMember(member)}
    fixed={decisions.fixedMember(member)}
    onDecide={(keep) => decisions.decide(member.id, keep)}
  />
);

const tokenDecisionCell = ({ token, decisions }: TokenLine) => (
  <Decision
    name={token.name}
    keep={decisions.keepsToken(token)}
    fixed={decisions.fixedToken(token)}
    onDecide={(keep) => decisions.decide(token.id, keep)}
  />
);

function Left({ open }: { open: number }) {
  const { t } = useTranslation('accessReview');
  return open === 0 ? t('members.decided') : t('members.open', { count: open, number: count(open) });
}

function Named({ name, below }: { name: string; below: string }) {
  return (
    <>
      <span className={css.name}>{name}</span>
      <span className={css.below}>{below}</span>
    </>
  );
}

function RoleOf({ member: { role, operator } }: { member: ReviewedMember }) {
  const { t } = useTranslation('accessReview');
  const { t: frame } = useTranslation('frame');
  return (
    <>
      {frame(`roles.${role}`)}
      {operator ? <span className={css.below}>{t('members.operator')}</span> : null}
    </>
  );
}

function TokenName({ token: { name, member } }: { token: ReviewedToken }) {
  const { t } = useTranslation('accessReview');
  return <Named name={name} below={t('tokens.of', { member: member.name })} />;
}

function Used({ token: { lastUsedAt } }: { token: ReviewedToken }) {
  const { t } = useTranslation('accessReview');
  return <At what={t('tokens.used')} time={lastUsedAt} never={t('tokens.never')} />;
}

function WayIn({ member: { singleSignOn, secondFactor } }: { member: ReviewedMember }) {
  const { t } = useTranslation('accessReview');
  const way = secondFactor ? 'factor' : singleSignOn ? 'provider' : 'password';
  return <State tone={way === 'password' ? 'stopped' : 'running'} words={t(`members.ways.${way}`)} />;
}

function Seen({ member: { lastSeenAt, dormant } }: { member: ReviewedMember }) {
  const { t } = useTranslation('accessReview');
  return (
    <>
      <At what={t('members.seen')} time={lastSeenAt} never={t('members.never')} />
      {dormant ? <span className={css.dormant}>{t('members.dormant')}</span> : null}
    </>
  );
}

/** On a phone there are no heads of columns: a time alone would not say of what. */
function At({ what, time, never }: { what: string; time: string | null; never: string }) {
  return (
    <>
      <span className={css.phoneHead}>{`${what}: `}</span>
      {time === null ? (
        never
      ) : (
        <time dateTime={time} title={timeWithZone(time)}>
          {timeInList(time)}
        </time>
      )}
    </>
  );
}
