import type { Publisher, PublisherProfile } from '@proofpix/contract/api/publishers';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { timeWithZone } from '../../../ui/format.ts';
import { MenuButton } from '../../../ui/menu-button.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { State } from '../../../ui/state.tsx';
import { TryAgain } from '../../../ui/try-again.tsx';
import { publishersQuery, usePublishingChange } from '../queries.ts';
import { NameDialog } from './name-dialog.tsx';
import { ProfileDialog } from './profile-dialog.tsx';
import css from './publishers.module.css';
import { TransferDialog } from './transfer-dialog.tsx';
import { VerifyDialog } from './verify-dialog.tsx';

type Opened = { kind: 'profile' | 'verify' | 'transfer'; publisher: Publisher };

/** The names that the organisation publishes under, and those that another one hands over to it. */
export function Publishers() {
  const { t } = useTranslation('publishing');
  const list = useQuery(publishersQuery);
  const [taking, setTaking] = useState(false);
  const [opened, setOpened] = useState<Opened | null>(null);
  const items = list.data?.items;
  const close = () => setOpened(null);
  return (
    <Section
      title={t('publishers.title')}
      aside={t('publishers.aside')}
      actions={<Button onClick={() => setTaking(true)}>{t('publishers.take')}</Button>}
    >
      {list.isPending ? <LoadingRows rows={1} label={t('publishers.loading')} /> : null}
      {list.isError && items === undefined ? (
        <ErrorNotice
          title={t('publishers.failed')}
          code={problemCode(list.error)}
          action={<TryAgain onTry={list.refetch} />}
        >
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {items?.length === 0 ? <Empty>{t('publishers.none')}</Empty> : null}
      <ul>
        {list.data?.offered.map((publisher) => (
          <Offered key={publisher.name} publisher={publisher} />
        ))}
        {items?.map((publisher) => (
          <Row key={publisher.name} publisher={publisher} onOpen={(kind) => setOpened({ kind, publisher })} />
        ))}
      </ul>
      {taking ? <NameDialog onClose={() => setTaking(false)} /> : null}
      {opened?.kind === 'profile' ? <ProfileDialog publisher={opened.publisher} onClose={close} /> : null}
      {opened?.kind === 'verify' ? <VerifyDialog publisher={opened.publisher} onClose={close} /> : null}
      {opened?.kind === 'transfer' ? <TransferDialog publisher={opened.publisher} onClose={close} /> : null}
    </Section>
  );
}

function Row({ publisher, onOpen }: { publisher: Publisher; onOpen: (kind: Opened['kind']) => void }) {
  const { t } = useTranslation('publishing');
  const { name, displayName, verified, plugins, offeredTo, since } = publisher;
  return (
    <li className={css.row}>
      <div className={css.what}>
        <p className={css.name}>
          <Link to={paths.publisher(name)}>{displayName}</Link> <code className={css.quiet}>{name}</code>
        </p>
        <p className={css.quiet}>
          {t('publishers.plugins', { count: plugins })} · {t('publishers.since', { time: timeWithZone(since) })}
        </p>
        {offeredTo === null ? null : <p className={css.waits}>{t('transfer.offered', { organisation: offeredTo })}</p>}
      </div>
      {verified === null ? (
        <State tone="waits" words={t('verify.not')} />
      ) : (
        <State tone="running" words={t('verify.done', { domain: verified.domain })} />
      )}
      {verified === null ? (
        <Button size="xs" aria-label={t('verify.openNamed', { name })} onClick={() => onOpen('verify')}>
          {t('verify.open')}
        </Button>
      ) : null}
      <MenuButton
        name={displayName}
        actions={[
          { label: t('profile.open'), onClick: () => onOpen('profile') },
          { label: t(verified === null ? 'verify.open' : 'verify.again'), onClick: () => onOpen('verify') },
          { label: t('transfer.open'), onClick: () => onOpen('transfer') },
        ]}
      />
    </li>
  );
}

/** Accepted with one click: nothing is lost by it, and nobody but the organisation it is offered to can. */
function Offered({ publisher: { name, displayName } }: { publisher: PublisherProfile }) {
  const { t } = useTranslation('publishing');
  const accept = usePublishingChange(() => call(routes.publishers.accept, { params: { publisher: name } }));
  return (
    <li className={css.row}>
      <div className={css.what}>
        <p className={css.name}>
          {displayName} <code className={css.quiet}>{name}</code>
        </p>
        <p className={css.quiet}>{t('transfer.forYou')}</p>
        {accept.error === null ? null : (
          <ErrorNotice title={t('transfer.notAccepted')} code={problemCode(accept.error)}>
            {problemText(accept.error)}
          </ErrorNotice>
        )}
      </div>
      <Button
        variant="filled"
        size="xs"
        aria-label={t('transfer.acceptNamed', { name })}
        loading={accept.isPending}
        onClick={() => accept.mutate(undefined)}
      >
        {t('transfer.accept')}
      </Button>
    </li>
  );
}
