import type { Publisher } from '@proofpix/contract/api/publishers';
import { useTranslation } from 'react-i18next';
import { RequestList } from './request-list.tsx';

/** In the portal: what users ask the publishers of an organisation. */
export function SupportQueue({ publishers }: { publishers: readonly Publisher[] }) {
  const { t } = useTranslation('supportRequests');
  return publishers
    .filter(({ plugins }) => plugins > 0)
    .map(({ name, displayName }) => (
      <RequestList
        key={name}
        side={{ kind: 'publisher', publisher: name }}
        title={t('queue.title', { publisher: displayName })}
        none={t('queue.none')}
        loading={t('queue.loading')}
        failed={t('queue.failed')}
      />
    ));
}
