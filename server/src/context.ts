import { dirname, join } from 'node:path';
import { createHost, type Host } from '@proofpix/host/host';
import { createGuardedClient, type GuardedClientOptions } from '@proofpix/host/http/guarded-client';
import { createIntake, type Intake, type IntakeOptions } from '@proofpix/intake/create-intake';
import type { Config } from './config.ts';
import type { Database } from './db/database.ts';
import { createEvents } from './events.ts';
import { bindAbuseReportRoutes } from './features/abuse-reports/routes.ts';
import { createAccessTokens } from './features/accounts/access-tokens/access-token.ts';
import { openAnnouncements } from './features/announcements/open-announcements.ts';
import { bindAnnouncementRoutes } from './features/announcements/routes.ts';
import { openSigningKeys } from './features/accounts/access-tokens/signing-keys.ts';
import { createAttempts } from './features/accounts/attempts.ts';
import { createRefusals } from './features/accounts/record-refusals.ts';
import { bindLinkRoutes } from './features/accounts/link-routes.ts';
import { openPasswordResets } from './features/accounts/password-resets/open-password-resets.ts';
import { bindAccountRoutes, cookieHeader } from './features/accounts/routes.ts';
import { createSignIn } from './features/accounts/sign-in.ts';
import { bindSingleSignOnRoutes } from './features/accounts/single-sign-on/routes.ts';
import { addExhibits } from './features/cases/add-exhibits.ts';
import { bindCaseRoutes } from './features/cases/routes.ts';
import { createAdvisorySource } from './features/dependencies/advisory-source.ts';
import { openDependencies } from './features/dependencies/open-dependencies.ts';
import { bindDependencyRoutes } from './features/dependencies/routes.ts';
import { bindFollowRoutes } from './features/follows/routes.ts';
import { bindEvidenceRoutes } from './features/evidence/routes.ts';
import { keepSealing as keepKeysSealing } from './features/keys/seal-again.ts';
import { followMarketplace, followNone, loadFollowed } from './features/marketplace/follow/follow-marketplace.ts';
import { openMarketplace } from './features/marketplace/open-marketplace.ts';
import { keepCountingUse } from './features/marketplace/discovery/keep-counting-use.ts';
import { openDiscovery } from './features/marketplace/discovery/open-discovery.ts';
import { bindMarketplaceRoutes } from './features/marketplace/routes.ts';
import { createLicences } from './features/money/licences/licences-in-force.ts';
import { openMoney } from './features/money/open-money.ts';
import { bindMoneyRoutes } from './features/money/routes.ts';
import { receiveMessage } from './features/money/stripe/receive-message.ts';
import { openMail } from './features/mail/open-mail.ts';
import { bindMailRoutes } from './features/mail/routes.ts';
import { chooseTransport } from './features/mail/transport.ts';
import { bindNoteRoutes } from './features/notes/routes.ts';
import { bindOauthRoutes } from './features/oauth/routes.ts';
import { createOauthPort } from './features/oauth/give-token.ts';
import { openOauth } from './features/oauth/open-oauth.ts';
import { keepRollingUp } from './features/plugins/analytics/roll-up.ts';
import { createCapabilities } from './features/plugins/capabilities.ts';
import { createEvidenceSigner } from './features/plugins/evidence/sign-evidence.ts';
import { openPlugins, type OpenPlugins } from './features/plugins/open-plugins.ts';
import { createPluginLimits } from './features/plugins/limits/organisation-limits.ts';
import { keepUpdating } from './features/plugins/updates/apply-updates.ts';
import { bindPluginRoutes } from './features/plugins/routes.ts';
import { bindPolicyRoutes } from './features/policies/routes.ts';
import { openRescans, type Rescans } from './features/plugins/scans/rescan.ts';
import { keepExpiring } from './features/requests/expire-requests.ts';
import { noteErasure } from './features/privacy/notices/note-erasure.ts';
import type { PrivacyParts } from './features/privacy/parts.ts';
import { openPrivacy } from './features/privacy/open-privacy.ts';
import { keepRetention } from './features/privacy/retention/keep-retention.ts';
import { bindPrivacyRoutes } from './features/privacy/routes.ts';
import { bindRequestRoutes } from './features/requests/routes.ts';
import { openPublisherAnalytics } from './features/publisher-analytics/open-publisher-analytics.ts';
import { bindPublisherAnalyticsRoutes } from './features/publisher-analytics/routes.ts';
import { lookUpTexts, type LookUpTexts } from './features/publishers/prove-domain.ts';
import { bindPublisherRoutes } from './features/publishers/routes.ts';
import { bindRatingRoutes } from './features/ratings/routes.ts';
import { bindQuestionRoutes } from './features/questions/routes.ts';
import { releasedCatalog } from './features/releases/draw-catalog.ts';
import { bindExposureRoutes } from './features/exposures/routes.ts';
import { bindReleaseRoutes } from './features/releases/routes.ts';
import { bindReviewRoutes } from './features/reviews/routes.ts';
import { openRuns, type Runs } from './features/runs/open-runs.ts';
import { bindRunRoutes } from './features/runs/routes.ts';
import { keepMailing } from './features/takedowns/keep-mailing.ts';
import { bindTakedownRoutes } from './features/takedowns/routes.ts';
import { openTrials } from './features/trials/open-trials.ts';
import { bindTrialRoutes } from './features/trials/routes.ts';
import { openTrust } from './features/trust/open-trust.ts';
import { bindTrustRoutes } from './features/trust/routes.ts';
import { bindSecurityRoutes } from './features/security/routes.ts';
import { openSubmissions } from './features/submissions/open-submissions.ts';
import { bindSupportRequestRoutes } from './features/support-requests/routes.ts';
import { bindSubmissionRoutes } from './features/submissions/routes.ts';
import { openSubscriptions } from './features/subscriptions/open-subscriptions.ts';
import { bindSubscriptionRoutes } from './features/subscriptions/routes.ts';
import { openUsage } from './features/usage/open-usage.ts';
import { bindUsageRoutes } from './features/usage/routes.ts';
import { bindServerRoutes } from './features/server/routes.ts';
import { requireLayers, sandboxState } from './features/server/sandbox.ts';
import { openWebhooks } from './features/webhooks/open-webhooks.ts';
import { createWebhookSender } from './features/webhooks/outgoing/send-message.ts';
import { bindWebhookRoutes } from './features/webhooks/routes.ts';
import { countRefusals } from './features/audit/refusals/count-refusals.ts';
import { bindAccessReviewRoutes } from './features/access-reviews/routes.ts';
import { bindAuditRoutes } from './features/audit/routes.ts';
import { bindControlRoutes } from './features/controls/routes.ts';
import { keepSealing } from './features/audit/seal/keep-sealing.ts';
import { createTrailSigner } from './features/audit/seal/trail-signer.ts';
import { createApp } from './http/app.ts';
import type { App } from './http/bind.ts';
import { closeApp } from './http/close-app.ts';
import { ownUrl } from './http/own-url.ts';
import { openLimits } from './http/limits/open-limits.ts';
import { createLog, type Log } from './log.ts';
import type { Data } from './open-data.ts';
import { openQueue } from './queue.ts';
import { openRedis } from './redis.ts';

/** The opened server. Disposing it drains and ends everything in the reverse order. */
export type Context = AsyncDisposable & {
  app: App;
  db: Database;
  host: Host;
  intake: Intake;
  plugins: OpenPlugins;
  rescans: Rescans;
  privacy: PrivacyParts;
  log: Log;
  /** Where people reach it, once it listens. */
  url: () => string;
};

export type ContextOptions = {
  data: Promise<Data>;
  version: string;
  checkReplies?: boolean;
  /** For tests: names that no name server knows, certificates that nobody else trusts, and where connections lead. */
  outgoing?: Pick<GuardedClientOptions, 'resolve' | 'ca' | 'dial'> & { texts?: LookUpTexts };
  /** For tests: other bounds of a scan, and another program in the place of the scanner. */
  intake?: Pick<IntakeOptions, 'bounds' | 'scannerFile'>;
};

/** The only place where things are opened and put together. @throws OperatorError */
export async function openContext(config: Config, options: ContextOptions): Promise<Context> {
  await using opened = new AsyncDisposableStack();
  // Standard output is for people: the address and the link.
  const log = createLog(config.logLevel, process.stderr);
  const required = requireLayers(config.sandboxRequire);
  required.catch(() => {}); // thrown below, when what is open can be closed
  const { db, keys, objects } = opened.use(await options.data);
  await required;
  for (const warning of db.warnings) log.warn(warning);
  const redis = config.redisUrl === undefined ? undefined : opened.use(await openRedis(config.redisUrl, log));
  const usage = opened.use(openUsage({ db, log, redis, allowed: config.rateLimits }));
  const limits = openLimits({
    redis,
    allowed: config.rateLimits,
    countMonth: usage.counts.count,
    takeBack: usage.counts.takeBack,
  });
  opened.use(keepKeysSealing({ db, keys, log }));
  const trust = opened.use(await openTrust({ db, log, keyFolder: dirname(config.keyFile), catalog: releasedCatalog }));
  const events = createEvents((error) => log.error({ err: error }, 'a listener failed'));
  const evidence = createEvidenceSigner({ db, keys });
  const trailSigner = createTrailSigner({ evidence, trust });
  const sealing = opened.use(
    await keepSealing({ db, signer: trailSigner, events, log, headsFile: config.auditHeadsFile }),
  );
  const refusals = opened.use(countRefusals({ db, log }));
  const sender = createWebhookSender({ db });
  const listening: { ports: readonly number[] } = { ports: [config.port] };
  const client = createGuardedClient({
    ...options.outgoing,
    outgoingAllow: config.outgoingAllow,
    ourselves: () => ourselves(config, listening.ports),
  });
  /** Its address is the operator's, so it may be inside; but it never leads back to this server. */
  const follow = (marketplace: NonNullable<Config['marketplace']>) => {
    const { host } = new URL(marketplace.url);
    const allowed = { ...options.outgoing, outgoingAllow: [host], ourselves: () => ourselves(config, listening.ports) };
    return followMarketplace({ db, log, trust, client: createGuardedClient(allowed) }, marketplace);
  };
  const oauth = createOauthPort({ db, keys, client, log });
  const capabilities = opened.use(createCapabilities({ db, keys, log, events, oauth, webhooks: sender, client }));
  const host = opened.use(
    createHost({
      capabilities,
      spareRunners: config.spareRunners,
      maximumRunners: config.maximumRunners,
      idleMilliseconds: config.runnerIdleMilliseconds,
    }),
  );
  const intake = opened.use(
    createIntake({
      ...options.intake,
      spare: config.spareScanners,
      onLost: (lost) => log.warn(lost, 'a package could not be scanned'),
    }),
  );
  const { stripe } = config;
  const licences = createLicences(trust);
  const money = opened.use(await openMoney({ db, log, trust, licences, stripe, ownUrl: () => url() }));
  const advisories = createAdvisorySource(config.osvSource, client);
  // Before anything is loaded: what is installed from another marketplace is under its kill list from the first moment on.
  await loadFollowed({ db, trust });
  const following = config.marketplace === undefined ? null : opened.use(await follow(config.marketplace));
  if (following === null) await followNone({ db });
  // Together: each mostly waits for the database. All are awaited, so that what did open is closed when another did not.
  const [openedPlugins, openedQueue, openedMarketplace] = await Promise.allSettled([
    openPlugins({
      db,
      keys,
      objects,
      log,
      host,
      intake,
      capabilities,
      events,
      limits: createPluginLimits(config.pluginLimits),
      trust,
      licences,
      advisories,
    }),
    openQueue(db, log),
    openMarketplace({ db, objects, log, trust, following, packageRoot: config.packageRoot }),
  ]);
  if (openedPlugins.status === 'fulfilled') opened.use(openedPlugins.value);
  if (openedQueue.status === 'fulfilled') opened.use(openedQueue.value);
  const [plugins, queue, marketplace] = [valueOf(openedPlugins), valueOf(openedQueue), valueOf(openedMarketplace)];
  const rescans = opened.use(await openRescans(plugins, queue));
  const { visits } = opened.use(openPublisherAnalytics({ db, log, countryHeader: config.countryHeader }));
  opened.use(keepUpdating({ plugins, marketplace, visits }));
  opened.use(keepExpiring(plugins));
  const { organisationStorageBytes } = config;
  const webhooks = opened.use(await openWebhooks({ db, keys, log, queue, host, client, sender }));
  opened.use(await keepRollingUp({ db, queue, host, log }));
  const dependencies = opened.use(
    await openDependencies({ db, objects, queue, events, log, intake, source: advisories }),
  );
  const submissions = await openSubmissions({ db, objects, queue, intake, trust, log });
  const note = (...[tx, organisationId, event]: Parameters<Runs['noteErasure']>) =>
    noteErasure(tx, queue, organisationId, event);
  const runs = opened.use(
    await openRuns({ db, objects, queue, events, host, log, organisationStorageBytes, addExhibits, noteErasure: note }),
  );

  const signingKeys = opened.use(openSigningKeys({ db, keys, log }));
  const signInRefusals = opened.use(createRefusals({ db, log }));
  const accessTokens = createAccessTokens({ keys: signingKeys, issuer: () => url() });
  const ending = new AbortController();
  const app = await createApp({
    log,
    host: config.host,
    publicUrl: config.publicUrl,
    trustedProxies: config.trustedProxies,
    ...createSignIn({ db, accessTokens }),
    onRefused: (caller, refused) => refusals.refuse(caller, refused),
    admit: limits.admit,
    ending: ending.signal,
    checkReplies: options.checkReplies ?? false,
    webFolder: join(config.packageRoot, 'web', 'dist'),
  });
  opened.defer(() => closeApp(app, ending));
  app.server.on('listening', () => {
    listening.ports = app.addresses().flatMap((one) => (typeof one === 'string' ? [] : [one.port]));
  });
  bindServerRoutes(app, {
    version: options.version,
    publicUrl: config.publicUrl,
    checks: { database: () => db.ping(), objects: () => objects.ping(), sandbox: () => host.ping() },
    limits: limits.state,
    sandbox: sandboxState,
  });
  bindUsageRoutes(app, usage);
  const url = () => ownUrl(app, config);
  const secureCookies = config.publicUrl?.startsWith('https:') ?? false;
  const attempts = createAttempts({ redis });
  const mail = await openMail({ db, keys, queue, log, transport: chooseTransport(config, log), ownUrl: url });
  await openPasswordResets({ db, queue, mail });
  bindMailRoutes(app, { db, keys, queue });
  bindAccountRoutes(app, {
    db,
    keys,
    attempts,
    refusals: signInRefusals,
    accessTokens,
    signingKeys,
    mail,
    secureCookies,
  });
  bindLinkRoutes(app, { db, attempts, queue, mail, secureCookies });
  bindSingleSignOnRoutes(app, { db, keys, log, attempts, client, ownUrl: url, secureCookies });
  bindPluginRoutes(app, { plugins, marketplace, visits });
  bindPolicyRoutes(app, plugins);
  bindRequestRoutes(app, { plugins, marketplace });
  bindDependencyRoutes(app, dependencies);
  opened.use(keepCountingUse({ db, log }));
  bindMarketplaceRoutes(app, { ...(await openDiscovery(db)), visits }, following);
  bindPublisherRoutes(app, { db, client, texts: options.outgoing?.texts ?? lookUpTexts });
  bindSubmissionRoutes(app, submissions);
  bindReviewRoutes(app, submissions);
  bindRatingRoutes(app, { db });
  bindAbuseReportRoutes(app, { db });
  bindTakedownRoutes(app, { db });
  opened.use(keepMailing({ db, log, mail }));
  bindQuestionRoutes(app, { db });
  bindSupportRequestRoutes(app, { db });
  bindFollowRoutes(app, { db });
  await openAnnouncements({ db, queue, log });
  bindAnnouncementRoutes(app, { db, queue });
  bindReleaseRoutes(app, { db, objects, trust, log, visits });
  bindPublisherAnalyticsRoutes(app, { db, trust });
  bindTrialRoutes(app, await openTrials({ db, objects, queue, trust, log }));
  bindRunRoutes(app, runs);
  bindCaseRoutes(app, runs);
  bindNoteRoutes(app, { db });
  bindEvidenceRoutes(app, {
    db,
    objects,
    signer: evidence,
    verifyPage: join(config.packageRoot, 'evidence', 'dist', 'verify.html'),
  });
  const privacy = await openPrivacy({
    db,
    keys,
    log,
    queue,
    host,
    objects,
    keeper: runs.keeper,
    runs,
    attempts,
    signer: evidence,
    plugins,
    outbox: join(config.dataDir, 'outbox'),
  });
  opened.use(keepRetention(privacy));
  const endedCookie = () => cookieHeader(app, secureCookies, { secret: '', expiresAt: new Date(0) });
  bindPrivacyRoutes(app, { ...privacy, endedCookie });
  bindTrustRoutes(app, { db, trust, log });
  const audit = { db, signer: trailSigner, sealing };
  bindAuditRoutes(app, audit);
  bindAccessReviewRoutes(app, { db });
  bindControlRoutes(app, { audit, evidence, folder: config.dataDir, version: options.version });
  bindExposureRoutes(app, { db, signer: trailSigner });
  bindSecurityRoutes(app, { db, host, flush: () => capabilities.flush() });
  bindWebhookRoutes(app, webhooks);
  const onOther = (payload: Uint8Array) => receiveMessage(money, payload);
  const subscriptions = opened.use(await openSubscriptions({ db, log, queue, plugins, stripe, ownUrl: url, onOther }));
  bindSubscriptionRoutes(app, subscriptions);
  bindMoneyRoutes(app, money);
  const accounts = await openOauth({ db, keys, log, queue, host, client, ownUrl: url });
  bindOauthRoutes(app, { ...accounts, secureCookies });

  const owned = opened.move();
  return {
    app,
    db,
    host,
    intake,
    plugins,
    rescans,
    privacy,
    log,
    url,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

/** Where this server answers: what tenants may ask other servers for must never come back to it. */
function ourselves({ publicUrl }: Config, ports: readonly number[]): { hostnames: string[]; ports: number[] } {
  if (publicUrl === undefined) return { hostnames: [], ports: [...ports] };
  const url = new URL(publicUrl);
  const usual = url.protocol === 'https:' ? 443 : 80;
  return { hostnames: [url.hostname], ports: [...ports, url.port === '' ? usual : Number(url.port)] };
}
