import { Type, type Static } from 'typebox';
import type { ArchiveRule } from './archive-rules.ts';

/** Every error that leaves the product, by its stable code: HTTP status and the sentence people read. */
export const errors = {
  // the request
  invalid_request: [400, 'The request is not valid. See `errors` for the fields.'],
  not_multipart: [415, 'This route takes multipart/form-data.'],
  file_missing: [400, 'The request carries no file.'],
  file_too_large: [413, 'The file is over the limit. Nothing was stored.'],
  too_many_files: [413, 'Too many files in one request. Nothing was stored.'],
  body_too_large: [413, 'The request body is over the limit.'],
  headers_too_large: [431, 'The headers of the request are over the limit.'],
  media_type_not_supported: [415, 'This route does not take a body of this Content-Type.'],
  method_not_allowed: [405, 'This address does not know the method. The Allow header names those it knows.'],
  request_timeout: [408, 'The request did not arrive in time. Nothing was stored.'],
  host_not_allowed: [421, 'The server does not answer for this host name. Set PUBLIC_URL to the address you use.'],
  origin_not_allowed: [403, 'The request comes from a page of another origin.'],
  not_found: [404, 'There is nothing here.'],
  rate_limited: [429, 'Too many requests. Try again after the time in the Retry-After header.'],
  monthly_limit_reached: [429, "The requests of your organisation's plan for this month are used up."],
  internal: [500, 'Something failed on the server. The request id helps to find it in the log.'],
  not_ready: [503, 'The server is not ready.'],
  shutting_down: [503, 'The server is shutting down.'],

  // people
  sign_in_required: [401, 'Sign in first: send a bearer token or the session cookie.'],
  sign_in_failed: [401, 'E-mail or password is wrong.'],
  sign_in_code_invalid: [401, 'The sign-in link was used already or is too old. Restart the server for a new one.'],
  refresh_invalid: [401, 'The refresh token is wrong, was used already, or its session has ended. Sign in again.'],
  second_factor_wrong: [422, 'The code is wrong or was used already. Take the one that is shown now.'],
  challenge_invalid: [401, 'The time for the second step is over, or it was tried too often. Sign in again.'],
  access_denied: [403, 'Your role does not allow this.'],
  second_factor_needed: [
    403,
    'Your organisation asks for two-factor sign-in. Set it up in your account; until then nothing else works.',
  ],
  session_required: [403, 'An API token does not change how somebody signs in. Sign in with your password for it.'],
  password_common: [
    422,
    'This password is one that many people choose, or says little more than a name. Choose another one.',
  ],
  password_wrong: [422, 'The current password is wrong. Nothing was changed.'],
  second_factor_on: [409, 'Two-factor sign-in is on already.'],
  second_factor_off: [409, 'Two-factor sign-in is not on, or was not begun.'],
  second_factor_required: [409, 'Your organisation asks for two-factor sign-in, so it stays on.'],
  session_not_found: [404, 'You have no such session.'],
  subscription_required: [402, "The organisation's plan does not include this."],
  member_exists: [409, 'This person is a member already.'],
  member_not_found: [404, 'There is no such member in your organisation.'],
  last_owner: [409, 'The last owner can neither be removed nor get another role.'],
  photo_deleted: [410, 'The photo was deleted when its run was over. Its digest and what was found are still there.'],
  last_owner_of: [
    409,
    'You are the last owner of an organisation. Make somebody else its owner, or erase the organisation first.',
  ],
  last_operator: [409, 'The last operator of this server cannot be erased: nobody could operate it any more.'],
  confirmation_wrong: [422, 'What was typed is not what was asked for. Nothing was changed.'],
  only_organisation: [
    409,
    'It is the only organisation of this server. Erase the whole server instead: end it and delete its data folder and its key.',
  ],
  token_not_found: [404, 'There is no such token.'],
  access_review_outdated: [409, 'Members, roles or API tokens changed meanwhile. Look at the list again.'],
  invitation_exists: [409, 'There is an invitation for this address already. Send it again, or revoke it first.'],
  invitation_not_found: [404, 'There is no such invitation in your organisation.'],
  invitation_of_another: [403, 'The invitation is for another e-mail address. Sign in with that one.'],
  link_invalid: [410, 'The link was used already, was taken back or replaced by a newer one, or is too old.'],
  account_exists: [409, 'There is an account with this address already. Sign in first, then open the link again.'],
  email_taken: [409, 'Another account has this e-mail address.'],
  organisation_not_found: [404, 'There is no such organisation, or you are no member of it.'],
  single_sign_on_required: [403, 'The organisation signs its members in at its own provider. Use "Single sign-on".'],
  single_sign_on_not_found: [404, 'No organisation of this name or e-mail domain has single sign-on.'],
  single_sign_on_refused: [422, 'The settings of the provider cannot be used. See `errors` for the fields.'],
  single_sign_on_state_invalid: [
    400,
    'The sign-in was not started in this browser, was used already, or took too long. Start again.',
  ],
  single_sign_on_failed: [502, 'The provider could not be asked, or its answer does not hold.'],
  single_sign_on_email_unverified: [403, 'The provider does not say that your e-mail address is verified.'],
  single_sign_on_domain_refused: [403, 'Your e-mail address is not of a domain that the organisation lets in.'],
  single_sign_on_account_exists: [
    409,
    'A member with this e-mail address signs in with a password. Sign in with it, then connect single sign-on on the page Account.',
  ],
  single_sign_on_identity_taken: [409, 'This person at the provider belongs to another member already.'],
  mail_not_found: [404, 'There is no such mail that was given up.'],
  mail_expired: [409, 'What the mail says is over: whoever needs it asks for a new one.'],
  single_sign_on_removed: [
    403,
    'You were removed from the organisation. Ask its owner or an admin to invite you again.',
  ],
  single_sign_on_block_not_found: [404, 'Nobody of that id is kept from coming back to your organisation.'],
  single_sign_on_session: [
    403,
    "You are signed in by your organisation's provider: that is good for this organisation alone, and changes nothing about your account. Sign in with your password for it.",
  ],
  too_many_tokens: [409, 'You have 100 API tokens already. Delete one first.'],
  subscription_not_sold: [409, 'Whoever runs this server sells no such plan.'],
  subscription_exists: [409, 'Your organisation has a subscription. Change it in the portal.'],
  subscription_missing: [409, 'Your organisation has not bought a subscription here.'],
  payment_failed: [502, 'Stripe could not be asked. Nothing was charged. Try again.'],
  plugin_not_sold: [409, 'The plugin costs nothing, or can be bought no longer.'],
  price_changed: [409, 'The price is another one by now. Look at it again.'],
  order_exists: [
    409,
    'Your organisation has the plugin for good, or an order of it that is not paid. Pay or cancel that one.',
  ],
  country_not_served: [409, 'The marketplace sells nothing to this country.'],
  trial_used: [409, 'Your organisation has tried or bought this plugin already, or there is no trial of it.'],
  order_not_found: [404, 'There is no such order.'],
  order_state: [409, 'The order has another state by now, in which this cannot be done.'],
  refund_window_over: [409, 'The time in which a refund can be asked for is over. Ask the publisher.'],
  refund_too_large: [409, 'There is not so much left of the order to give back.'],
  payout_not_possible: [409, 'There is nothing that can be paid out, or the publisher did not say where to.'],
  payout_not_found: [404, 'There is no such payout.'],
  payout_state: [409, 'The payout was settled already.'],
  licence_missing: [
    402,
    'The plugin costs money, and your organisation has no licence for it. Buy it or try it on its page in the marketplace.',
  ],
  licence_ended: [
    402,
    'The licence of the plugin has ended. Nothing was deleted: it answers again once the next period is paid, under Purchases.',
  ],
  licence_stale: [
    402,
    'The licence of the plugin could not be renewed for too long. Connect this server to its marketplace.',
  ],
  licence_invalid: [
    402,
    'The licence of the plugin is not one that the marketplace signed for your organisation. Ask whoever runs this server.',
  ],
  organisation_exists: [409, 'There is an organisation of this name already.'],

  // packages
  package_too_large: [413, 'The package is over 50 MB. Nothing was stored.'],
  package_not_archive: [422, 'The file is neither a ZIP nor a TAR.GZ archive.'],
  package_refused: [422, 'The archive was refused.'],
  manifest_missing: [422, 'The package has no manifest.json at its root.'],
  manifest_invalid: [422, 'The manifest is not valid. See `errors` for the fields.'],
  pack_failed: [422, 'The plugin could not be packed.'],
  package_not_scanned: [503, 'The package could not be scanned. Nothing was stored. Try again.'],
  package_blocked: [422, 'The package was blocked for what was found in it; see `errors`. Nothing was stored.'],
  package_review_needed: [
    409,
    'Somebody has to look at what was found in the package; see `errors`. Install it with `acceptReview` once you have.',
  ],
  main_missing: [422, 'The main file that the manifest names is not in the package.'],
  signature_invalid: [422, 'The signature of the package is not valid.'],
  signature_required: [422, 'Your organisation installs no package without a signature.'],
  package_killed: [422, 'The package is on the kill list: it can neither be installed nor run.'],
  policy_denied: [409, 'The policy of your organisation denies this.'],
  policy_changed: [409, 'Somebody else changed the policy meanwhile. Load it again.'],
  plugins_stopped: [409, 'All plugins of your organisation are stopped. Nothing runs until an admin lifts that.'],
  version_pinned: [409, 'The plugin is pinned to another version. Take the pin away first.'],
  restore_point_not_found: [404, 'There is no such restore point.'],
  request_not_found: [404, 'There is no such request.'],
  request_decided: [409, 'The request was decided already.'],
  too_many_requests_waiting: [409, 'Too many requests wait for a decision. Wait until an admin decided on some.'],
  signing_key_exists: [409, 'This key is known already.'],
  signing_key_not_found: [404, 'There is no such key.'],
  kill_entry_exists: [409, 'There is an entry for this already.'],
  kill_entry_not_found: [404, 'There is no such entry in the kill list, or it was lifted before.'],
  trust_file_not_found: [404, 'There is no such file of trust metadata.'],

  // plugins
  plugin_not_found: [404, 'There is no such plugin in your organisation.'],
  plugin_id_taken: [409, 'A plugin of this id from another source or publisher is installed.'],
  version_changed: [
    409,
    'This version is installed with other content. Raise the version, or install for development.',
  ],
  grants_missing: [409, 'The plugin asks for permissions that nobody has decided on yet.'],
  grant_not_requested: [422, 'A permission was granted that the plugin does not ask for.'],
  plugin_not_loaded: [409, 'The plugin is not loaded.'],
  plugin_load_failed: [422, 'The plugin could not be loaded.'],
  config_invalid: [422, 'The configuration does not fit the plugin. See `errors` for the fields.'],
  hook_unknown: [404, 'There is no such hook.'],
  hook_order_outdated: [409, 'The plugins of this hook are others by now. Load the order again.'],
  hook_input_invalid: [422, "The data does not fit the hook's schema."],
  marketplace_unreachable: [
    502,
    'The marketplace of the other server could not be asked, and the package is not kept here. Try again later.',
  ],
  marketplace_refused: [
    502,
    'What the marketplace of the other server gave is not what it signed. Nothing was stored.',
  ],
  marketplace_outdated: [
    503,
    'The marketplace of the other server has confirmed nothing for too long: what was withdrawn meanwhile is not known here.',
  ],
  release_not_found: [404, 'The marketplace has no such release.'],
  trial_under_way: [429, 'You are trying a plugin already. Wait until that one is done.'],
  publisher_not_found: [404, 'Your organisation has no publisher of this name.'],
  publisher_name_taken: [409, 'This name is taken, reserved, or too easily read as another one.'],
  too_many_publishers: [409, 'An organisation has at most 20 publishers.'],
  domain_not_proven: [422, 'The domain does not show the challenge. Nothing was changed.'],
  release_exists: [409, 'This version was sent or released already. A release never changes: raise the version.'],
  plugin_name_taken: [409, 'The id belongs to a plugin of another publisher, or is too easily read as one.'],
  submission_not_found: [404, 'There is no such submission.'],
  submission_state: [409, 'The submission has another state by now, in which this cannot be done.'],
  too_many_submissions: [409, 'At most 20 submissions of an organisation are open at a time. Withdraw one first.'],
  too_many_comments: [409, 'There are 500 comments here already.'],
  comment_not_found: [404, 'The submission has no such comment.'],
  review_not_yours: [403, 'Somebody else reviews it, you did already, or it is of your own organisation.'],
  review_incomplete: [409, 'The checklist is not complete, or comments are not settled.'],
  rating_not_found: [404, 'There is no such rating.'],
  rating_not_allowed: [409, 'Your organisation cannot rate this plugin.'],
  rating_state: [409, 'The rating is not in a state in which this can be done.'],
  vote_not_allowed: [
    409,
    'Whoever wrote or publishes something has no voice on it, and a person has one in all their organisations.',
  ],
  moderation_not_yours: [403, 'It is about or of your own organisation, or you decided about it before the appeal.'],
  abuse_report_not_found: [404, 'There is no such report.'],
  abuse_report_exists: [409, 'You reported this already, and it is not decided yet.'],
  too_many_abuse_reports: [409, 'Ten of your reports are not decided yet.'],
  abuse_report_state: [409, 'The report is decided, or is in this state already.'],
  question_not_found: [404, 'There is no such question or answer, or none that you may do this with.'],
  edit_time_over: [409, 'The time in which it can be changed is over. You can delete it, or write another one.'],
  too_many_posts: [409, 'You have written as much today as one person may. Go on tomorrow.'],
  too_many_answers: [409, 'There are 200 answers to this question already.'],
  support_request_not_found: [404, 'There is no such support request.'],
  support_request_state: [409, 'The support request has another state by now, in which this cannot be done.'],
  support_not_offered: [409, 'Nobody else answers for this publisher: it is your own, or its organisation is gone.'],
  too_many_support_requests: [409, 'Your organisation has asked for help too often today, or too much of it is open.'],
  too_many_support_messages: [409, 'There are 200 messages here already. Begin another request.'],
  too_many_follows: [409, 'You follow or have muted 500 publishers already.'],
  too_many_announcements: [
    409,
    'There were four announcements of this plugin within 30 days. What is about security can still be announced.',
  ],
  job_not_found: [404, 'There is no such job.'],

  // what a plugin did, as it stands in the entry of a step or a result
  plugin_error: [500, 'The plugin threw an error.'],
  plugin_timeout: [504, 'The plugin did not answer by its deadline and was stopped.'],
  plugin_memory: [500, 'The plugin used more memory than it may and was stopped.'],
  plugin_died: [500, "The plugin's process ended."],
  plugin_overloaded: [503, 'Too many calls wait for this plugin.'],
  plugin_result_invalid: [500, 'What the plugin gave back was refused.'],
  plugin_hook_missing: [500, 'The plugin declares this hook but does not implement it.'],
  permission_denied: [403, 'The plugin was not granted this permission.'],
  call_ended: [409, 'The call this host call belongs to has ended.'],
  host_call_unknown: [404, 'There is no such host call.'],
  host_call_invalid: [400, 'The arguments of the host call are not valid.'],
  host_call_limit: [429, 'The plugin made too many host calls.'],
  storage_quota: [413, "The plugin's storage is full."],
  storage_conflict: [409, 'The stored value was changed by somebody else in between.'],
  no_file: [409, 'This call has no file.'],
  http_blocked: [403, 'This address is not one that the plugin may reach.'],
  http_failed: [502, 'The other server could not be reached, or broke off.'],
  http_timeout: [504, 'The other server did not answer in time.'],
  http_too_large: [413, 'The request or the answer is over the limit.'],
  webhook_not_sent: [409, 'No address is registered for this message.'],
  oauth_not_connected: [409, 'Nobody has connected an account of this provider.'],
  oauth_failed: [502, 'The provider did not give an access token.'],
  host_call_unavailable: [501, 'This host call does not work here: it needs a server.'],
  plugin_suspended: [503, 'The plugin failed too often and rests before it is tried again.'],
  plugin_quarantined: [409, 'The plugin did something hostile and is locked until an admin releases it.'],
  sandbox_busy: [503, 'All sandboxes are in use. Try again in a moment.'],

  // what comes and goes through the host
  webhook_not_found: [404, 'There is no such webhook.'],
  webhook_signature_invalid: [401, 'The signature of the message is missing or wrong.'],
  webhook_replayed: [409, 'The message is too old, from the future, or was received before.'],
  webhook_address_refused: [422, 'This address cannot be a webhook: it must be public and use https.'],
  oauth_provider_not_found: [404, 'There is no such provider.'],
  oauth_provider_exists: [409, 'There is a provider of this name already.'],
  oauth_provider_refused: [422, "The provider's addresses cannot be used."],
  oauth_state_invalid: [400, 'The sign-in at the provider was not started here, or took too long. Start again.'],

  // runs
  run_not_found: [404, 'There is no such run.'],
  file_not_found: [404, 'There is no such file.'],
  range_not_satisfiable: [416, 'The range lies outside of the file.'],
  photo_type_unknown: [
    415,
    'The file is not a photo that ProofPix reads (JPEG, PNG, WebP, HEIC, AVIF, TIFF, CR2, DNG, NEF).',
  ],
  storage_full: [413, "The organisation's storage quota is used up. Delete runs to free space."],
  run_not_finished: [409, 'The run has not finished.'],
  run_interrupted: [500, 'The run could not be finished.'],
  export_failed: [422, 'No plugin made an export in this format.'],
  case_not_found: [404, 'There is no such case.'],
  case_closed: [409, 'The case is closed. Open it again to change its exhibits.'],
  case_empty: [409, 'The case has no exhibits yet.'],
  case_full: [409, 'A case holds at most 500 exhibits. Open a second one.'],
  case_too_large: [422, 'The case is too large for one report, even with everything left out that can be.'],
  run_in_case: [409, 'The run is an exhibit of another case. Take it out there first.'],
  exhibit_not_found: [404, 'The case has no exhibit of this number.'],
  note_not_found: [404, 'There is no such note of yours.'],
  too_many_notes: [409, 'There are 500 notes here already. Delete some first.'],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type ErrorCode = keyof typeof errors;

/** One field of the input that is wrong: a JSON pointer or a form field's name, and what is wrong with it. */
export const FieldError = Type.Object({ field: Type.String(), message: Type.String() });
export type FieldError = Static<typeof FieldError>;

/** RFC 9457 problem document: what every route answers on an error. */
export const ProblemDocument = Type.Object(
  {
    type: Type.String({ description: 'Where this error is documented' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable; see docs/errors.md' }),
    detail: Type.Optional(Type.String({ description: 'What happened this time' })),
    requestId: Type.Optional(Type.String()),
    errors: Type.Optional(Type.Array(FieldError)),
    rule: Type.Optional(
      Type.String({
        description: 'Of package_refused: the rule of the archive policy that was broken; see docs/errors.md',
      }),
    ),
  },
  { title: 'Problem' },
);
export type ProblemDocument = Static<typeof ProblemDocument>;

/** The one error class: a code of the registry, what happened this time, the fields at fault or the rule that was broken. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly fields: readonly FieldError[];
  /** Of `package_refused`. */
  readonly rule: ArchiveRule | undefined;

  constructor(code: ErrorCode, detail?: string, fields: readonly FieldError[] = [], rule?: ArchiveRule) {
    super(detail === undefined ? errors[code][1] : `${errors[code][1]} ${detail}`);
    this.name = 'Problem';
    this.code = code;
    this.status = errors[code][0];
    this.detail = detail;
    this.fields = fields;
    this.rule = rule;
  }
}

export function problemDocument(problem: Problem, requestId?: string): ProblemDocument {
  return {
    type: `/docs/errors#${problem.code}`,
    title: errors[problem.code][1],
    status: problem.status,
    code: problem.code,
    ...(problem.detail === undefined ? {} : { detail: problem.detail }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(problem.fields.length === 0 ? {} : { errors: [...problem.fields] }),
    ...(problem.rule === undefined ? {} : { rule: problem.rule }),
  };
}
