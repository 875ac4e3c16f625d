import type { Page } from 'playwright-core';
import { Problem, problemDocument } from '@proofpix/contract/errors';
import { paths, patterns, type PageName } from '../../src/paths.ts';
import { conversationPictures } from './conversation-pages.ts';
import { packageWith } from './packages.ts';
import { dialog, type Picture } from './picture.ts';
import { publishingPictures } from './publishing-pages.ts';

/** By the name of the page in `patterns`, with its states. */
const pictures: Record<string, readonly Picture[]> = {
  workbench: [
    { name: 'workbench', path: () => paths.workbench },
    {
      name: 'palette',
      path: () => paths.workbench,
      before: async (page) => {
        await page.keyboard.press('Control+k');
        await dialog(page);
        await page.getByRole('option').first().waitFor();
      },
    },
    {
      name: 'palette-search',
      path: () => paths.workbench,
      before: async (page) => {
        await page.keyboard.press('Control+k');
        await dialog(page);
        await page.keyboard.type('re');
        await page.getByRole('option').first().waitFor();
      },
    },
    {
      name: 'shortcuts',
      path: () => paths.workbench,
      before: async (page) => {
        await page.keyboard.press('?');
        await dialog(page);
      },
    },
    {
      name: 'account-menu',
      path: () => paths.workbench,
      only: 'wide',
      before: (page) => page.locator('[popovertarget=account]').click(),
    },
    {
      name: 'phone-menu',
      path: () => paths.workbench,
      only: 'phone',
      before: (page) => page.locator('[popovertarget=phone-menu]').click(),
    },
    {
      name: 'offline',
      path: () => paths.workbench,
      before: async (page) => {
        await page.context().setOffline(true);
        await page.getByText('This device is offline').waitFor();
      },
    },
  ],
  run: [
    { name: 'result', path: ({ run }) => paths.run(run) },
    { name: 'result-plain', path: ({ plainRun }) => paths.run(plainRun) },
    { name: 'not-found', path: () => paths.run('00000000-0000-4000-8000-000000000000') },
  ],
  history: [{ name: 'history', path: () => paths.history }],
  cases: [{ name: 'cases', path: () => paths.cases }],
  case: [{ name: 'case', path: (made) => paths.case(made.case ?? 'none') }],
  compare: [{ name: 'compare', path: ({ run, plainRun }) => paths.compare(run, plainRun) }],
  plugins: [
    { name: 'plugins', path: () => paths.plugins },
    { name: 'plugins-open', path: ({ plugin }) => `${paths.plugins}?open=${plugin}` },
    { name: 'plugins-add', path: () => `${paths.plugins}?add=1` },
    ...(['pass', 'review', 'block', 'not-scanned'] as const).map((verdict) => ({
      name: `plugins-install-${verdict}`,
      path: () => paths.plugins,
      before: async (page: Page) => {
        if (verdict === 'not-scanned') {
          const body = JSON.stringify(problemDocument(new Problem('package_not_scanned')));
          const headers = { 'content-type': 'application/problem+json' };
          await page.route('**/api/plugins/inspect', (route) => route.fulfill({ status: 503, headers, body }));
        }
        await page.getByLabel('Upload package').setInputFiles(await packageWith(verdict));
        await dialog(page);
        await page
          .getByRole('button', { name: /^(Install|Try again)/ })
          .last()
          .waitFor();
      },
    })),
  ],
  pluginSettings: [{ name: 'plugin-settings', path: ({ plugin }) => `${paths.plugin(plugin)}/settings` }],
  hooks: [{ name: 'hooks', path: () => '/hooks' }],
  plugin: [{ name: 'plugin', path: ({ plugin }) => paths.plugin(plugin) }],
  ...publishingPictures,
  ...conversationPictures,
  connections: [
    { name: 'connections', path: () => paths.connections },
    {
      name: 'connections-add',
      path: () => paths.connections,
      before: async (page) => {
        await page.getByRole('button', { name: 'Add an address' }).click();
        await dialog(page);
      },
    },
    {
      name: 'connections-delete',
      path: () => paths.connections,
      before: async (page) => {
        await page.getByRole('button', { name: 'Delete' }).first().click();
        await dialog(page);
      },
    },
  ],
  policies: [
    { name: 'policies', path: () => paths.policies },
    {
      name: 'policies-draft',
      path: () => paths.policies,
      before: async (page) => {
        await page.getByRole('button', { name: 'Add a rule' }).click();
        await dialog(page);
        await page.getByRole('textbox', { name: 'Plugin' }).fill('exif-reader');
        await page.getByRole('textbox', { name: 'Why' }).fill('It reads dates wrongly.');
        await page.getByRole('button', { name: 'Take into the draft' }).click();
        await page.getByRole('button', { name: 'Check what this changes' }).click();
        await page.getByRole('region', { name: 'What this would change' }).waitFor();
      },
    },
    {
      name: 'policies-rule',
      path: () => paths.policies,
      before: async (page) => {
        await page.getByRole('button', { name: 'Add a rule' }).click();
        await dialog(page);
      },
    },
  ],
  security: [
    { name: 'security', path: () => paths.security },
    { name: 'security-none', path: () => `${paths.security}?severity=medium&plugin=nobody` },
    {
      name: 'security-error',
      path: () => paths.security,
      before: async (page) => {
        await page.route('**/api/security/**', (route) => route.fulfill({ status: 500, body: '' }));
        await page.reload();
        await page.getByRole('alert').first().waitFor();
      },
    },
  ],
  members: [
    { name: 'members', path: () => paths.members },
    {
      name: 'members-invite',
      path: () => paths.members,
      before: async (page) => {
        await page.getByRole('button', { name: 'Invite somebody' }).click();
        await dialog(page);
      },
    },
    {
      name: 'members-role',
      path: () => paths.members,
      before: async (page) => {
        await page.getByRole('button', { name: 'Jonas Weidner' }).click();
        await page.getByRole('menuitem', { name: 'Change role' }).click();
        await dialog(page);
      },
    },
    {
      name: 'members-remove',
      path: () => paths.members,
      before: async (page) => {
        await page.getByRole('button', { name: 'Jonas Weidner' }).click();
        await page.getByRole('menuitem', { name: 'Remove', exact: true }).click();
        await dialog(page);
      },
    },
  ],
  account: [
    { name: 'account', path: () => paths.account },
    {
      name: 'account-set-up',
      path: () => paths.account,
      before: async (page) => {
        await page.getByRole('button', { name: 'Set up two-factor sign-in' }).click();
        await page.getByRole('img', { name: 'QR code' }).waitFor();
      },
    },
  ],
  tokens: [
    { name: 'tokens', path: () => paths.tokens },
    {
      name: 'tokens-create',
      path: () => paths.tokens,
      before: async (page) => {
        await page.getByRole('button', { name: 'Create a token' }).click();
        await dialog(page);
      },
    },
  ],
  accessReview: [
    { name: 'access-review', path: () => paths.accessReview },
    {
      name: 'access-review-decided',
      path: () => paths.accessReview,
      before: async (page) => {
        await page.getByRole('button', { name: /^(Keep all that are open|Alle offenen behalten)$/ }).click();
        await page.getByRole('button', { name: /^(Finish the review|Überprüfung abschließen)$/ }).click();
        await dialog(page);
      },
    },
  ],
  privacy: [{ name: 'privacy', path: () => paths.privacy }],
  audit: [
    {
      name: 'audit-evidence',
      path: () => paths.audit,
      before: async (page) => {
        await page.getByRole('button', { name: /^(Export|Exportieren)$/ }).click();
        await page.getByRole('menuitem', { name: /^(Evidence of a period|Nachweise eines Zeitraums)/ }).click();
        await dialog(page);
      },
    },
    { name: 'audit', path: () => paths.audit },
    {
      name: 'audit-open',
      path: () => `${paths.audit}?act=plugin.install`,
      before: async (page) => {
        await page.getByRole('table').getByRole('link').first().click();
        await page.getByRole('heading', { name: 'Seal' }).waitFor();
      },
    },
    {
      name: 'audit-verified',
      path: () => paths.audit,
      before: async (page) => {
        await page.getByRole('button', { name: 'Verify the trail' }).click();
        await page.getByText('as they were sealed').waitFor();
      },
    },
    { name: 'audit-none', path: () => `${paths.audit}?search=nothing-like-it` },
    { name: 'audit-server', path: () => `${paths.audit}?of=server` },
  ],
  singleSignOn: [
    { name: 'single-sign-on', path: () => paths.singleSignOn },
    {
      name: 'single-sign-on-required',
      path: () => paths.singleSignOn,
      before: async (page) => {
        await page.locator('input[maxlength="1000"]').fill('https://login.northgate.example');
        await page.locator('input[maxlength="500"]').fill('proofpix');
        await page.getByLabel('E-mail domains').fill('northgate.example');
        await page.getByRole('switch').click({ force: true });
        await page.getByRole('button', { name: 'Save settings' }).click();
        await dialog(page);
      },
    },
  ],
  invitation: [
    {
      name: 'invitation',
      path: () => `${paths.invitation}#token=made-up`,
      signedOut: true,
      before: async (page) => {
        const invited = { organisation: 'Northgate Claims', email: 'ada@northgate.example', role: 'analyst' };
        const body = JSON.stringify({ ...invited, hasAccount: false, expiresAt: '2099-01-01T00:00:00Z' });
        await page.route('**/api/invitations/open', (route) =>
          route.fulfill({ contentType: 'application/json', body }),
        );
        await page.reload();
        await page.locator('[name=name]').waitFor();
      },
    },
    {
      name: 'invitation-gone',
      path: () => `${paths.invitation}#token=made-up`,
      signedOut: true,
      before: (page) => page.getByRole('alert').waitFor(),
    },
  ],
  forgotPassword: [
    { name: 'forgot-password', path: () => paths.forgotPassword, signedOut: true },
    {
      name: 'forgot-password-sent',
      path: () => paths.forgotPassword,
      signedOut: true,
      before: async (page) => {
        await page.route('**/api/password-resets', (route) => route.fulfill({ status: 204 }));
        await page.locator('[name=email]').fill('ada@northgate.example');
        await page.locator('button[type=submit]').click();
        await page.getByText('Look into your mailbox').waitFor();
      },
    },
  ],
  resetPassword: [
    { name: 'reset-password', path: () => `${paths.resetPassword}#token=made-up`, signedOut: true },
    { name: 'reset-password-cut', path: () => paths.resetPassword, signedOut: true },
  ],
  confirmEmail: [{ name: 'confirm-email', path: () => `${paths.confirmEmail}#token=made-up`, signedOut: true }],
  subscription: [{ name: 'subscription', path: () => paths.subscription }],
  signIn: [
    {
      name: 'sign-in-provider',
      path: () => `${paths.signIn()}?problem=single_sign_on_email_unverified`,
      signedOut: true,
    },
    {
      name: 'sign-in-organisation',
      path: () => paths.signIn(),
      signedOut: true,
      before: async (page) => {
        const found = { id: '00000000-0000-4000-8000-000000000000', organisation: 'Northgate Claims' };
        const body = JSON.stringify({ ...found, provider: 'login.northgate.example' });
        await page.route('**/api/single-sign-on/find', (route) =>
          route.fulfill({ contentType: 'application/json', body }),
        );
        await page.getByRole('button', { name: 'Single sign-on' }).click();
        await page.locator('[name=organisation]').fill('Northgate Claims');
        await page.locator('button[type=submit]').click();
        await page.getByText('You sign in to').waitFor();
      },
    },
    { name: 'sign-in', path: () => paths.signIn(), signedOut: true },
    {
      name: 'sign-in-wrong',
      path: () => paths.signIn(),
      signedOut: true,
      before: async (page) => {
        await page.locator('[name=email]').fill('mara@northgate.example');
        await page.locator('[name=password]').fill('not the password');
        await page.locator('button[type=submit]').click();
        await page.getByRole('alert').waitFor();
      },
    },
  ],
};

/** Whoever adds a page adds its pictures above: without them nothing is taken. */
export function allPictures(): Picture[] {
  const pages = Object.keys(patterns) as PageName[]; // its keys
  const without = pages.filter((page) => (pictures[page] ?? []).length === 0);
  if (without.length > 0) throw new Error(`No picture is taken of these pages: ${without.join(', ')}`);
  return pages.flatMap((page) => pictures[page] ?? []);
}
