type OauthPreset = {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  revocationEndpoint: string | null;
  clientAuthentication: 'basic' | 'body';
  scopes: readonly string[];
  parameters: Readonly<Record<string, string>>;
};

/** What may be sent along to an authorization endpoint. Nothing of the flow itself (state, redirect_uri, …) is in it. */
export const oauthParameters = [
  'access_type',
  'audience',
  'domain_hint',
  'hd',
  'include_granted_scopes',
  'login_hint',
  'prompt',
  'resource',
  'team',
  'token_access_type',
  'user_scope',
] as const;

/** Providers by their public addresses; client id and secret come from an app that the organisation registers there. */
export const oauthPresets = {
  slack: {
    authorizationEndpoint: 'https://slack.com/oauth/v2/authorize',
    tokenEndpoint: 'https://slack.com/api/oauth.v2.access',
    revocationEndpoint: 'https://slack.com/api/auth.revoke',
    clientAuthentication: 'basic',
    scopes: ['chat:write'],
    parameters: {},
  },
  google: {
    authorizationEndpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    tokenEndpoint: 'https://oauth2.googleapis.com/token',
    revocationEndpoint: 'https://oauth2.googleapis.com/revoke',
    clientAuthentication: 'body',
    scopes: ['openid', 'email'],
    parameters: { access_type: 'offline', prompt: 'consent' },
  },
  microsoft: {
    authorizationEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    tokenEndpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    revocationEndpoint: null,
    clientAuthentication: 'body',
    scopes: ['openid', 'email', 'offline_access'],
    parameters: {},
  },
  dropbox: {
    authorizationEndpoint: 'https://www.dropbox.com/oauth2/authorize',
    tokenEndpoint: 'https://api.dropboxapi.com/oauth2/token',
    revocationEndpoint: null,
    clientAuthentication: 'basic',
    scopes: [],
    parameters: { token_access_type: 'offline' },
  },
  github: {
    authorizationEndpoint: 'https://github.com/login/oauth/authorize',
    tokenEndpoint: 'https://github.com/login/oauth/access_token',
    revocationEndpoint: null,
    clientAuthentication: 'body',
    scopes: ['read:user'],
    parameters: {},
  },
} as const satisfies Record<string, OauthPreset>;

export const oauthPresetNames = Object.keys(oauthPresets) as (keyof typeof oauthPresets)[]; // keys of a constant object
