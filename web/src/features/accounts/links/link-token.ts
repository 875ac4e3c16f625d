import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';

/**
 * The token of a link, out of its fragment: it leaves address and history at once. Kept for this tab alone, so that it is
 * still there after a reload, or after signing in.
 */
export function useLinkToken(page: string): { token: string; forget: () => void } {
  const { hash, pathname, search } = useLocation();
  const navigate = useNavigate();
  const key = `proofpix-link ${page}`;
  const [token] = useState(() => {
    const given = new URLSearchParams(hash.slice(1)).get('token');
    try {
      if (given !== null) sessionStorage.setItem(key, given);
      return given ?? sessionStorage.getItem(key) ?? '';
    } catch {
      return given ?? ''; // storage can be switched off
    }
  });
  useEffect(() => {
    if (hash !== '') void navigate({ pathname, search }, { replace: true });
  }, [hash, pathname, search, navigate]);
  return {
    token,
    forget: () => {
      try {
        sessionStorage.removeItem(key);
      } catch {
        // nothing was kept then
      }
    },
  };
}
