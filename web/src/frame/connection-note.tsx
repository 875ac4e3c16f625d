import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsLive } from '../features/runs/live-runs.ts';
import css from './frame.module.css';

/** A quiet line while nothing arrives from the server. It waits a moment: a connection that comes back at once is no news. */
export function ConnectionNote() {
  const { t } = useTranslation('frame');
  const live = useIsLive();
  const online = useSyncExternalStore(subscribe, () => navigator.onLine);
  const text = online ? (live ? null : t('live.lost')) : t('live.offline');
  return (
    <div role="status" className={css.noteRegion}>
      {text === null ? null : <p className={css.note}>{text}</p>}
    </div>
  );
}

function subscribe(listener: () => void): () => void {
  addEventListener('online', listener);
  addEventListener('offline', listener);
  return () => {
    removeEventListener('online', listener);
    removeEventListener('offline', listener);
  };
}
