import { createBrowserRouter } from 'react-router';
import { Frame } from './frame/frame.tsx';
import { ErrorPage } from './frame/error-page.tsx';
import { NotFoundPage } from './frame/not-found-page.tsx';
import { patterns } from './paths.ts';
import { WorkbenchPage } from './features/runs/workbench-page.tsx';

export const router = createBrowserRouter([
  {
    path: patterns.signIn,
    lazy: async () => ({ Component: (await import('./features/accounts/sign-in-page.tsx')).SignInPage }),
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
  },
  {
    Component: Frame,
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
    children: [
      {
        ErrorBoundary: ErrorPage,
        children: [
          { path: patterns.workbench, Component: WorkbenchPage },
          {
            path: patterns.run,
            lazy: async () => ({ Component: (await import('./features/runs/result/result-page.tsx')).ResultPage }),
          },
          {
            path: patterns.plugin,
            lazy: async () => ({ Component: (await import('./features/plugins/plugin-page.tsx')).PluginPage }),
          },
          {
            path: patterns.security,
            lazy: async () => ({ Component: (await import('./features/security/security-page.tsx')).SecurityPage }),
          },
          {
            path: patterns.connections,
            lazy: async () => ({
              Component: (await import('./features/connections/connections-page.tsx')).ConnectionsPage,
            }),
          },
          { path: '*', Component: NotFoundPage },
        ],
      },
    ],
  },
]);
