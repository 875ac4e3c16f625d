import { useParams, Link } from 'react-router';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { RequestPage } from './request-page.tsx';

/** A support request as the publisher sees it that is asked. */
export function QueuedRequestPage() {
  const { t } = useTranslation('publishing');
  const { publisher = '', id = '' } = useParams();
  return (
    <RequestPage
      side={{ kind: 'publisher', publisher }}
      id={id}
      parents={<Link to={paths.publishing}>{t('title')}</Link>}
    />
  );
}
