import type { PublisherProfile } from '@proofpix/contract/api/publishers';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { timeWithZone } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { ReportButton } from '../ratings/report-button.tsx';
import { FollowChoice } from '../announcements/follow-choice.tsx';
import { FirstAnswer } from '../support-requests/first-answer.tsx';
import { Cards } from './cards.tsx';
import { ListingHeader } from './listing-body.tsx';
import css from './marketplace.module.css';
import { profileQuery, publishedQuery } from './queries.ts';
import { VerifiedMark } from './verified-mark.tsx';

/** Who publishes under a name, how that was proved, and all that they offer. */
export function PublisherPage() {
  const { t } = useTranslation('marketplace');
  const { publisher = '' } = useParams();
  const profile = useQuery(profileQuery(publisher));
  usePageTitle(profile.data?.displayName ?? t('title'));
  const code = problemCode(profile.error);
  if (profile.data === undefined && (code === 'publisher_not_found' || code === 'invalid_request'))
    return <NotFoundPage />;
  return (
    <>
      <TopBar parents={<Link to={paths.marketplace}>{t('title')}</Link>} />
      <main id="main" className={css.page}>
        {profile.isPending ? <LoadingRows rows={4} label={t('loadingPublisher')} /> : null}
        {profile.isError && profile.data === undefined ? (
          <ErrorNotice title={t('publisherFailed')} code={code} action={<TryAgain onTry={profile.refetch} />}>
            {problemText(profile.error)}
          </ErrorNotice>
        ) : null}
        {profile.data === undefined ? null : <Profile profile={profile.data} />}
      </main>
    </>
  );
}

function Profile({ profile }: { profile: PublisherProfile }) {
  const { t } = useTranslation('marketplace');
  const { name, displayName, description, verified, website, support, since } = profile;
  const plugins = useQuery(publishedQuery([name]));
  return (
    <>
      <ListingHeader
        level={1}
        name={displayName}
        description={description}
        publisher={
          <>
            <code>{name}</code>
            {verified === null ? <span>{t('notVerified')}</span> : <VerifiedMark domain={verified.domain} />}
          </>
        }
      />
      <DescriptionList
        facts={[
          ...(verified === null
            ? []
            : [
                {
                  label: t('domain'),
                  value: t(`provedBy.${verified.by}`, { domain: verified.domain, time: timeWithZone(verified.at) }),
                },
              ]),
          ...(website === null ? [] : [{ label: t('website'), value: <Outside to={website} /> }]),
          ...(support === null ? [] : [{ label: t('support'), value: <Outside to={support} /> }]),
          { label: t('since'), value: timeWithZone(since) },
        ]}
      />
      <FirstAnswer publisher={name} />
      <FollowChoice publisher={name} />
      <Section
        title={t('plugins')}
        actions={<ReportButton subject={{ kind: 'publisher', publisher: name }} name={displayName} />}
      >
        {plugins.isPending ? <LoadingRows rows={2} label={t('loading')} /> : null}
        {plugins.isError ? (
          <ErrorNotice title={t('failed')} code={problemCode(plugins.error)}>
            {problemText(plugins.error)}
          </ErrorNotice>
        ) : null}
        {plugins.data?.length === 0 ? <Empty>{t('nothingOffered')}</Empty> : null}
        <Cards listings={plugins.data ?? []} />
      </Section>
    </>
  );
}

/** The server lets in pages and mail addresses; nothing else becomes a link here either. */
function Outside({ to }: { to: string }) {
  if (to.startsWith('https://'))
    return (
      <a href={to} target="_blank" rel="noopener noreferrer nofollow">
        {to}
      </a>
    );
  return /^[^\s@:/?]+@[^\s@:/?]+$/.test(to) ? <a href={`mailto:${to}`}>{to}</a> : to;
}
