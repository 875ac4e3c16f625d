import { Type, type Static } from 'typebox';

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
  internal: [500, 'Something failed on the server. The request id helps to find it in the log.'],
  not_ready: [503, 'The server is not ready.'],
  shutting_down: [503, 'The server is shutting down.'],

  // people
  sign_in_required: [401, 'Sign in first: send a bearer token or the session cookie.'],
  sign_in_failed: [401, 'E-mail or password is wrong.'],
  sign_in_code_invalid: [401, 'The sign-in link was used already or is too old. Restart the server for a new one.'],
  access_denied: [403, 'Your role does not allow this.'],
  subscription_required: [402, "The organisation's plan does not include this."],
  member_exists: [409, 'This person is a member already.'],
  member_not_found: [404, 'There is no such member in your organisation.'],
  last_owner: [409, 'The last owner cannot be removed.'],
  token_not_found: [404, 'There is no such token.'],
  organisation_exists: [409, 'There is an organisation of this name already.'],

  // packages
  package_too_large: [413, 'The package is over 50 MB. Nothing was stored.'],
  package_not_archive: [422, 'The file is neither a ZIP nor a TAR.GZ archive.'],
  package_refused: [422, 'The archive was refused.'],
  manifest_missing: [422, 'The package has no manifest.json at its root.'],
  manifest_invalid: [422, 'The manifest is not valid. See `errors` for the fields.'],
  pack_failed: [422, 'The plugin could not be packed.'],
  main_missing: [422, 'The main file that the manifest names is not in the package.'],

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
  hook_input_invalid: [422, "The data does not fit the hook's schema."],
  release_not_found: [404, 'The marketplace has no such release.'],
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
  },
  { title: 'Problem' },
);
export type ProblemDocument = Static<typeof ProblemDocument>;

/** The one error class: a code of the registry, what happened this time, and the fields at fault. */
export class Problem extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: string | undefined;
  readonly fields: readonly FieldError[];

  constructor(code: ErrorCode, detail?: string, fields: readonly FieldError[] = []) {
    super(detail === undefined ? errors[code][1] : `${errors[code][1]} ${detail}`);
    this.name = 'Problem';
    this.code = code;
    this.status = errors[code][0];
    this.detail = detail;
    this.fields = fields;
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
  };
}
