import { useParams, Link } from 'react-router';
import { useTranslation } from 'react-i18next';
import { paths } from '../../paths.ts';
import { RequestPage } from './request-page.tsx';

/** A support request as the organisation sees it that asked. */
export function SupportRequestPage() {
  const { t } = useTranslation('supportRequests');
  const { id = '' } = useParams();
  return (
    <RequestPage side={{ kind: 'customer' }} id={id} parents={<Link to={paths.supportRequests}>{t('title')}</Link>} />
  );
}
