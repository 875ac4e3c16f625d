import { routes } from '@proofpix/contract/routes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { call, isSignedOut } from '../../api.ts';
import { paths } from '../../paths.ts';
import { announceSession } from './session-elsewhere.ts';

/** Ends the session. Whoever is signed out already arrives at the same place. */
export function useSignOut() {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: () => call(routes.auth.logout),
    onSettled: (_reply, error) => {
      if (error !== null && !isSignedOut(error)) return;
      queryClient.clear();
      announceSession();
      void navigate(paths.signIn(), { replace: true });
    },
  });
}
