import './styles/all.ts';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router/dom';
import { isSignedOut, problemCode } from './api.ts';
import { accountQuery } from './features/accounts/queries.ts';
import { startTexts } from './i18n.ts';
import { router } from './routes.tsx';
import { colorSchemeManager, cssVariablesResolver, theme } from './theme.ts';
import { ToastProvider } from './ui/toasts.tsx';

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content ?? '';
// Where the library that locks scrolling behind a dialog looks for the nonce of its style element.
Object.assign(globalThis, { __webpack_nonce__: nonce });

/** A session may end at any moment: asking who is signed in again leads to the sign-in page, and back. */
function onError(error: unknown) {
  if (isSignedOut(error)) void queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
}

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (query.queryKey[0] !== accountQuery.queryKey[0]) onError(error);
    },
  }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // What the server refused it refuses again; a lost connection may come back.
      retry: (failures, error) => failures < 2 && problemCode(error) === undefined,
    },
  },
});

await startTexts();
const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root.');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <MantineProvider
        theme={theme}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
        cssVariablesResolver={cssVariablesResolver}
        getStyleNonce={() => nonce}
      >
        <ToastProvider>
          <RouterProvider router={router} />
        </ToastProvider>
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);
