import { publisherHere } from '@proofpix/contract/plugin-source';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { count } from '../../ui/format.ts';
import { IconTile } from '../plugins/plugin-icon.tsx';
import css from './marketplace.module.css';
import { hasPage, listingPath, type Listing } from './queries.ts';
import { WhyHere } from './why-here.tsx';

type Props = {
  listings: readonly Listing[];
  /** For what comes with the server: it has no page of its own. */
  onOpen?: (listing: Listing) => void;
  /** Why it cannot be opened, where it cannot. */
  closed?: boolean;
};

/** A grid of shared hairlines; the whole card is the link of its name. */
export function Cards({ listings, onOpen, closed = false }: Props) {
  const { t } = useTranslation('marketplace');
  if (listings.length === 0) return null;
  return (
    <ul className={css.grid}>
      {listings.map((listing) => (
        <li key={`${listing.source} ${listing.publisher} ${listing.pluginId}`} className={css.card}>
          <div className={css.cardHead}>
            <IconTile name={listing.name} src={null} size={32} />
            <div className={css.heading}>
              <h3 className={css.cardName}>
                {hasPage(listing.source) ? (
                  <Link className={css.cardLink} to={listingPath(listing)}>
                    {listing.name}
                  </Link>
                ) : (
                  <button
                    type="button"
                    className={css.cardLink}
                    disabled={closed || listing.installed}
                    onClick={() => onOpen?.(listing)}
                  >
                    {listing.name}
                  </button>
                )}
              </h3>
              <p className={css.why}>{publisherHere(listing)}</p>
            </div>
            {listing.installed ? <span className={css.why}>{t('installed')}</span> : null}
          </div>
          <p className={css.cardText}>{listing.description}</p>
          <p className={css.cardFoot}>
            <span>{listing.version}</span>
            <span>{t('downloads', { count: listing.downloads, number: count(listing.downloads) })}</span>
            {listing.usedBy === 0 ? null : <span>{t('usedBy', { number: count(listing.usedBy) })}</span>}
            <span className={css.end}>
              {listing.hosts.length === 0 ? t('noNetwork') : t('someHosts', { count: listing.hosts.length })}
            </span>
          </p>
          {listing.explanation === undefined ? null : <WhyHere name={listing.name} explanation={listing.explanation} />}
        </li>
      ))}
    </ul>
  );
}
