import { releaseChannels, type ReleaseChannel } from '@proofpix/contract/publishing';
import { routes } from '@proofpix/contract/routes';
import { Button, NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { call, problemCode, problemText } from '../../../api.ts';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { fieldOrder } from '../../../ui/form.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { TryAgain } from '../../../ui/try-again.tsx';
import { useAccount } from '../../accounts/queries.ts';
import { NameDialog } from '../publishers/name-dialog.tsx';
import { publishersQuery, submissionQuery, usePublishingChange } from '../queries.ts';
import { useQueryClient } from '@tanstack/react-query';
import { PackageDrop, packageForm, type ChosenPackage } from './package-drop.tsx';
import { Steps } from './steps.tsx';
import css from './wizard.module.css';

/** The first step: under whose name, and which package. The page of the submission goes on from there. */
export function NewSubmissionPage() {
  const { t } = useTranslation('publishing');
  usePageTitle(t('wizard.title'));
  const { may } = useAccount();
  return (
    <>
      <TopBar parents={<Link to={paths.publishing}>{t('title')}</Link>} />
      <main id="main" className={css.page}>
        <h1 className={css.title}>{t('wizard.title')}</h1>
        {may('publishing:manage') ? <FirstStep /> : <p className={css.help}>{t('closed')}</p>}
      </main>
    </>
  );
}

function FirstStep() {
  const { t } = useTranslation('publishing');
  const list = useQuery(publishersQuery);
  const [taking, setTaking] = useState(false);
  const names = list.data?.items ?? [];
  return (
    <>
      <Steps state={null} />
      {list.isPending ? <LoadingRows rows={2} label={t('publishers.loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice
          title={t('publishers.failed')}
          code={problemCode(list.error)}
          action={<TryAgain onTry={list.refetch} />}
        >
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.data !== undefined && names.length === 0 ? (
        <Empty action={<Button onClick={() => setTaking(true)}>{t('publishers.take')}</Button>}>
          {t('wizard.nameFirst')}
        </Empty>
      ) : null}
      {names.length > 0 ? <Choice names={names.map(({ name }) => name)} /> : null}
      {taking ? <NameDialog onClose={() => setTaking(false)} /> : null}
    </>
  );
}

function Choice({ names }: { names: readonly string[] }) {
  const { t } = useTranslation('publishing');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [publisher, setPublisher] = useState(names[0] ?? '');
  const [channel, setChannel] = useState<ReleaseChannel>('stable');
  const send = usePublishingChange(async (chosen: ChosenPackage) =>
    call(routes.submissions.create, { form: await packageForm(chosen, { publisher, channel }) }),
  );
  return (
    <>
      <div className={css.fields}>
        <NativeSelect
          label={t('wizard.publisher')}
          description={t('wizard.publisherHelp')}
          inputWrapperOrder={fieldOrder}
          data={[...names]}
          value={publisher}
          onChange={({ currentTarget }) => setPublisher(currentTarget.value)}
        />
        <NativeSelect
          label={t('wizard.channel')}
          description={t(`wizard.channelHelp.${channel}`)}
          inputWrapperOrder={fieldOrder}
          data={releaseChannels.map((value) => ({ value, label: t(`channel.${value}`) }))}
          value={channel}
          onChange={({ currentTarget }) =>
            setChannel(releaseChannels.find((each) => each === currentTarget.value) ?? 'stable')
          }
        />
      </div>
      <PackageDrop
        title={t('wizard.drop')}
        busy={send.isPending}
        onPackage={(chosen) =>
          send.mutate(chosen, {
            onSuccess: (submission) => {
              queryClient.setQueryData(submissionQuery(submission.id).queryKey, submission);
              void navigate(paths.submission(submission.id));
            },
          })
        }
      />
      {send.error === null ? null : (
        <ErrorNotice title={t('drop.failed')} code={problemCode(send.error)}>
          {problemText(send.error)}
        </ErrorNotice>
      )}
      <p className={css.next}>{t('wizard.next')}</p>
    </>
  );
}
