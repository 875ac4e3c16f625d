import { createBrowserRouter } from 'react-router';
import { Frame } from './frame/frame.tsx';
import { ErrorPage } from './frame/error-page.tsx';
import { NotFoundPage } from './frame/not-found-page.tsx';
import { withLaterTexts } from './i18n.ts';
import { patterns } from './paths.ts';
import { WorkbenchPage } from './features/runs/workbench-page.tsx';

export const router = createBrowserRouter([
  {
    path: patterns.signIn,
    lazy: async () => ({
      Component: (await withLaterTexts(import('./features/accounts/sign-in-page.tsx'))).SignInPage,
    }),
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
  },
  {
    path: patterns.invitation,
    lazy: async () => ({
      Component: (await withLaterTexts(import('./features/accounts/links/invitation-page.tsx'))).InvitationPage,
    }),
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
  },
  {
    path: patterns.forgotPassword,
    lazy: async () => ({
      Component: (await withLaterTexts(import('./features/accounts/links/forgot-password-page.tsx')))
        .ForgotPasswordPage,
    }),
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
  },
  {
    path: patterns.resetPassword,
    lazy: async () => ({
      Component: (await withLaterTexts(import('./features/accounts/links/reset-password-page.tsx'))).ResetPasswordPage,
    }),
    ErrorBoundary: ErrorPage,
    HydrateFallback: () => null,
  },
  {
    path: patterns.confirmEmail,
    lazy: async () => ({
      Component: (await withLaterTexts(import('./features/accounts/links/confirm-email-page.tsx'))).ConfirmEmailPage,
    }),
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
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/runs/result/result-page.tsx'))).ResultPage,
            }),
          },
          {
            path: patterns.history,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/runs/history/history-page.tsx'))).HistoryPage,
            }),
          },
          {
            path: patterns.compare,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/runs/compare/compare-page.tsx'))).ComparePage,
            }),
          },
          {
            path: patterns.cases,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/cases/cases-page.tsx'))).CasesPage,
            }),
          },
          {
            path: patterns.case,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/cases/case-page.tsx'))).CasePage,
            }),
          },
          {
            path: patterns.plugins,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/plugins/list/plugins-page.tsx'))).PluginsPage,
            }),
          },
          {
            path: patterns.pluginSettings,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/plugins/configure/settings-page.tsx'))).SettingsPage,
            }),
          },
          {
            path: patterns.hooks,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/plugins/order/hooks-page.tsx'))).HooksPage,
            }),
          },
          {
            path: patterns.plugin,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/plugins/plugin-page.tsx'))).PluginPage,
            }),
          },
          {
            path: patterns.marketplace,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/marketplace/marketplace-page.tsx'))).MarketplacePage,
            }),
          },
          {
            path: patterns.publisher,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/marketplace/publisher-page.tsx'))).PublisherPage,
            }),
          },
          {
            path: patterns.listing,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/marketplace/listing-page.tsx'))).ListingPage,
            }),
          },
          {
            path: patterns.question,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/questions/question-page.tsx'))).QuestionPage,
            }),
          },
          {
            path: patterns.announcements,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/announcements/announcements-page.tsx')))
                .AnnouncementsPage,
            }),
          },
          {
            path: patterns.supportRequests,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/support-requests/support-page.tsx'))).SupportPage,
            }),
          },
          {
            path: patterns.supportRequest,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/support-requests/support-request-page.tsx')))
                .SupportRequestPage,
            }),
          },
          {
            path: patterns.queuedRequest,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/support-requests/queued-request-page.tsx')))
                .QueuedRequestPage,
            }),
          },
          {
            path: patterns.publishing,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/publishing/publishing-page.tsx'))).PublishingPage,
            }),
          },
          {
            path: patterns.newSubmission,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/publishing/wizard/new-submission-page.tsx')))
                .NewSubmissionPage,
            }),
          },
          {
            path: patterns.submission,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/publishing/submission-page.tsx'))).SubmissionPage,
            }),
          },
          {
            path: patterns.money,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/money/money-page.tsx'))).MoneyPage,
            }),
          },
          {
            path: patterns.publisherAnalytics,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/publisher-analytics/analytics-page.tsx')))
                .AnalyticsPage,
            }),
          },
          {
            path: patterns.reviews,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/reviews/reviews-page.tsx'))).ReviewsPage,
            }),
          },
          {
            path: patterns.review,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/reviews/review-page.tsx'))).ReviewPage,
            }),
          },
          {
            path: patterns.moderation,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/moderation/moderation-page.tsx'))).ModerationPage,
            }),
          },
          {
            path: patterns.policies,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/policies/policies-page.tsx'))).PoliciesPage,
            }),
          },
          {
            path: patterns.exposure,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/exposures/exposure-page.tsx'))).ExposurePage,
            }),
          },
          {
            path: patterns.security,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/security/security-page.tsx'))).SecurityPage,
            }),
          },
          {
            path: patterns.audit,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/audit/audit-page.tsx'))).AuditPage,
            }),
          },
          {
            path: patterns.privacy,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/privacy/privacy-page.tsx'))).PrivacyPage,
            }),
          },
          {
            path: patterns.connections,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/connections/connections-page.tsx'))).ConnectionsPage,
            }),
          },
          {
            path: patterns.members,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/members/members-page.tsx'))).MembersPage,
            }),
          },
          {
            path: patterns.accessReview,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/access-review/access-review-page.tsx')))
                .AccessReviewPage,
            }),
          },
          {
            path: patterns.account,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/account/account-page.tsx'))).AccountPage,
            }),
          },
          {
            path: patterns.singleSignOn,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/single-sign-on/single-sign-on-page.tsx')))
                .SingleSignOnPage,
            }),
          },
          {
            path: patterns.tokens,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/tokens/tokens-page.tsx'))).TokensPage,
            }),
          },
          {
            path: patterns.subscription,
            lazy: async () => ({
              Component: (await withLaterTexts(import('./features/subscription/subscription-page.tsx')))
                .SubscriptionPage,
            }),
          },
          { path: '*', Component: NotFoundPage },
        ],
      },
    ],
  },
]);
