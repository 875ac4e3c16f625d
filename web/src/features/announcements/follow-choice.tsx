import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './announcements.module.css';
import { followsQuery, useFollow, type Choice } from './queries.ts';

/** Follow a publisher, mute its news, or neither. */
export function FollowChoice({ publisher }: { publisher: string }) {
  const { t } = useTranslation('announcements');
  const follows = useQuery(followsQuery);
  const choose = useFollow(publisher);
  if (follows.data === undefined) return null;
  const current: Choice = follows.data.items.find((each) => each.publisher === publisher)?.choice ?? 'none';
  const words = { follows: t('follows.followed'), muted: t('follows.muted'), none: t('follows.neither') }[current];
  const follow = current === 'follows' ? 'none' : 'follows';
  const mute = current === 'muted' ? 'none' : 'muted';
  return (
    <div className={css.choice}>
      <p className={css.quiet} role="status">
        {words}. {current === 'muted' ? t('follows.security') : null}
      </p>
      <div className={css.buttons}>
        <Button
          size="xs"
          aria-label={t(follow === 'none' ? 'follows.unfollowName' : 'follows.followName', { publisher })}
          loading={choose.isPending && choose.variables === follow}
          onClick={() => choose.mutate(follow)}
        >
          {t(follow === 'none' ? 'follows.unfollow' : 'follows.follow')}
        </Button>
        <Button
          size="xs"
          aria-label={t(mute === 'none' ? 'follows.unmuteName' : 'follows.muteName', { publisher })}
          loading={choose.isPending && choose.variables === mute}
          onClick={() => choose.mutate(mute)}
        >
          {t(mute === 'none' ? 'follows.unmute' : 'follows.mute')}
        </Button>
      </div>
      {choose.error === null ? null : (
        <ErrorNotice title={t('follows.notSaved')} code={problemCode(choose.error)}>
          {problemText(choose.error)}
        </ErrorNotice>
      )}
    </div>
  );
}
