import { useQueryClient } from '@tanstack/react-query';
import { createContext, useContext, useSyncExternalStore } from 'react';
import { accountQuery } from '../accounts/queries.ts';
import { keepActive } from './live-runs.ts';
import { runKeys } from './queries.ts';
import { UploadQueue, type Upload } from './upload-queue.ts';

/** Lives in the frame, so that uploads go on while another page is looked at, and end when somebody signs out. */
export const UploadsContext = createContext<UploadQueue | null>(null);

export function useNewUploadQueue(): () => UploadQueue {
  const queryClient = useQueryClient();
  return () =>
    new UploadQueue({
      onCreated: (runs) => {
        keepActive(queryClient, runs);
        // A run may have finished before its reply came: then no event will say so again.
        void queryClient.invalidateQueries({ queryKey: runKeys.active });
        void queryClient.invalidateQueries({ queryKey: runKeys.histories });
        void queryClient.invalidateQueries({ queryKey: ['cases'] });
      },
      onSignedOut: () => void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey }),
    });
}

export function useUploadQueue(): UploadQueue {
  const queue = useContext(UploadsContext);
  if (queue === null) throw new Error('Uploads are only there inside the frame.');
  return queue;
}

export function useUploads(): readonly Upload[] {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.uploads);
}

export function useUploadsPaused(): boolean {
  const queue = useUploadQueue();
  return useSyncExternalStore(queue.subscribe, queue.paused);
}
