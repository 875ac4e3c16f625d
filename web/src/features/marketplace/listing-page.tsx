import type { PluginListing } from '@proofpix/contract/api/releases';
import { hostOfSource, isFollowedSource, publisherHere } from '@proofpix/contract/plugin-source';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { DescriptionList } from '../../ui/description-list.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { AddPlugin, useAddPlugin } from '../plugins/install/add-plugin.tsx';
import { pluginsQuery } from '../plugins/queries.ts';
import { useRestriction } from '../plugins/use-restriction.ts';
import { publishersQuery } from '../publishing/queries.ts';
import { Behaviour } from './behaviour.tsx';
import { Cards } from './cards.tsx';
import { QuestionsSection } from '../questions/questions-section.tsx';
import { HelpSection } from '../support-requests/help-section.tsx';
import { PriceSection } from '../purchases/price-section.tsx';
import { ListingHeader, ListingReadme, Reach } from './listing-body.tsx';
import css from './marketplace.module.css';
import { listingQuery, similarQuery } from './queries.ts';
import { offeredRelease } from './release-words.ts';
import { RatingsSection } from '../ratings/ratings-section.tsx';
import { ReleaseMarks, Releases } from './releases.tsx';
import { Statistics } from './statistics.tsx';
import { ReleaseParts } from './release-parts.tsx';
import { TryPlugin } from './try-plugin.tsx';
import { VerifiedMark } from './verified-mark.tsx';

/** All that is known of a plugin before it is installed: who, what it reaches, every release and what is said of it. */
export function ListingPage() {
  const { t } = useTranslation('marketplace');
  const { publisher = '', plugin = '' } = useParams();
  const [query] = useSearchParams();
  const listing = useQuery(listingQuery(publisher, plugin, query.get('source') ?? undefined));
  usePageTitle(listing.data?.name ?? t('title'));
  const code = problemCode(listing.error);
  if (listing.data === undefined && (code === 'release_not_found' || code === 'invalid_request'))
    return <NotFoundPage />;
  return (
    <AddPlugin>
      <TopBar
        parents={<Link to={paths.marketplace}>{t('title')}</Link>}
        actions={listing.data === undefined ? undefined : <InstallButton listing={listing.data} />}
      />
      <main id="main" className={css.page}>
        {listing.isPending ? <LoadingRows rows={6} label={t('loadingOne')} /> : null}
        {listing.isError && listing.data === undefined ? (
          <ErrorNotice title={t('oneFailed')} code={code} action={<TryAgain onTry={listing.refetch} />}>
            {problemText(listing.error)}
          </ErrorNotice>
        ) : null}
        {listing.data === undefined ? null : <Body listing={listing.data} />}
      </main>
    </AddPlugin>
  );
}

function Body({ listing }: { listing: PluginListing }) {
  const { t } = useTranslation('marketplace');
  const { may } = useAccount();
  const own = useQuery({ ...publishersQuery, enabled: may('publishing:manage') });
  const { source, publisher, name, description, readme } = listing;
  const elsewhere = isFollowedSource(source);
  const owned = !elsewhere && (own.data?.items.some((each) => each.name === publisher.name) ?? false);
  const newest = listing.releases[0];
  const shown = offeredRelease(listing) ?? newest;
  // What another server released lies there.
  const tried =
    elsewhere || shown === undefined
      ? null
      : { publisher: publisher.name, plugin: listing.plugin, version: shown.version };
  return (
    <>
      <ListingHeader
        level={1}
        name={name}
        description={description}
        publisher={
          elsewhere ? (
            <span>{t('of', { publisher: publisher.name, host: hostOfSource(source) })}</span>
          ) : (
            <>
              <Link to={paths.publisher(publisher.name)}>{publisher.displayName}</Link>
              {publisher.verified === null ? (
                <span>{t('notVerified')}</span>
              ) : (
                <VerifiedMark domain={publisher.verified.domain} />
              )}
            </>
          )
        }
      />
      <WhyNot />
      {/* What is said against the newest one is no secret of the list below. */}
      {newest === undefined ? null : <ReleaseMarks release={newest} />}
      <div className={css.columns}>
        <div>
          <ListingReadme text={readme} />
          {tried === null || shown === undefined ? null : (
            <>
              <TryPlugin named={tried} release={shown} />
              <Behaviour release={tried} />
            </>
          )}
          <Releases listing={listing} owned={owned} />
          {elsewhere ? null : (
            <RatingsSection publisher={publisher.name} plugin={listing.plugin} name={name} owned={owned} />
          )}
          {elsewhere ? null : <QuestionsSection publisher={publisher.name} plugin={listing.plugin} name={name} />}
          <Similar publisher={publisher.name} plugin={listing.plugin} />
        </div>
        <div>
          <PriceSection publisher={publisher.name} plugin={listing.plugin} name={name} />
          {elsewhere ? null : <HelpSection publisher={publisher.name} plugin={listing.plugin} name={name} />}
          <Section title={t('reach')}>
            <Reach permissions={shown?.permissions ?? []} hosts={shown?.hosts ?? []} />
          </Section>
          <Section title={t('facts')}>
            <Facts listing={listing} />
          </Section>
          {elsewhere ? null : <Statistics publisher={publisher.name} plugin={listing.plugin} />}
          {tried === null ? null : <ReleaseParts release={tried} />}
        </div>
      </div>
    </>
  );
}

/** Nothing where it does not come: the page is about the plugin. */
function Similar({ publisher, plugin }: { publisher: string; plugin: string }) {
  const { t } = useTranslation('marketplace');
  const add = useAddPlugin();
  const restricted = useRestriction() !== undefined;
  const { data } = useQuery(similarQuery(publisher, plugin));
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Section title={t('similar')}>
      <Cards
        listings={data.items}
        closed={restricted}
        onOpen={({ source, publisher: by, pluginId, version, name }) =>
          add({ source, publisher: by, pluginId, version, name })
        }
      />
    </Section>
  );
}

function Facts({ listing }: { listing: PluginListing }) {
  const { t } = useTranslation('marketplace');
  const { source, offered, license, homepage, keywords, publisher, plugin } = listing;
  return (
    <DescriptionList
      facts={[
        { label: t('version'), value: offered ?? t('notOffered') },
        { label: t('id'), value: <code>{`${publisherHere({ source, publisher: publisher.name })}/${plugin}`}</code> },
        { label: t('license'), value: license ?? t('noLicence') },
        ...(homepage === null || !/^https?:\/\//.test(homepage)
          ? []
          : [
              {
                label: t('homepage'),
                value: (
                  <a href={homepage} target="_blank" rel="noopener noreferrer nofollow">
                    {homepage}
                  </a>
                ),
              },
            ]),
        ...(keywords.length === 0 ? [] : [{ label: t('keywords'), value: keywords.join(', ') }]),
      ]}
    />
  );
}

const why = 'install-restriction';

/** Why it cannot be installed by whoever looks, in sight. */
function WhyNot() {
  const restriction = useRestriction();
  return restriction === undefined ? null : (
    <p id={why} className={css.why}>
      {restriction}
    </p>
  );
}

function InstallButton({ listing }: { listing: PluginListing }) {
  const { t } = useTranslation('marketplace');
  const { may } = useAccount();
  const add = useAddPlugin();
  const restricted = useRestriction() !== undefined;
  const installed = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  const { source, publisher, plugin: pluginId, name, offered } = listing;
  const here = installed.data?.items.find(
    ({ id, source: from, publisher: by }) => id === pluginId && from === source && by === publisher.name,
  );
  if (offered === null) return null;
  if (here?.version === offered)
    return (
      <Button component={Link} to={paths.plugin(pluginId)}>
        {t('openInstalled')}
      </Button>
    );
  return (
    <Button
      variant="filled"
      disabled={restricted}
      aria-describedby={restricted ? why : undefined}
      onClick={() => add({ source, publisher: publisher.name, pluginId, version: offered, name })}
    >
      {here === undefined ? t('install', { version: offered }) : t('update', { version: offered })}
    </Button>
  );
}
