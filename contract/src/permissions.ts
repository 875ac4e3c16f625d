/** The eight permissions, each with the sentence that people read before they grant it. */
export const permissions = {
  http: 'Contact {hosts} over the internet',
  crypto: 'Compute hashes and check signatures. Private keys are never handed over',
  storage: 'Remember data between runs, encrypted, up to {quota}',
  files: 'Read the photos you run it on, and add files to the report',
  analytics: 'Judge the metadata and add findings, and count its own use',
  webhooks: 'Send messages to the addresses you registered',
  oauth: 'Use the accounts you connected ({providers}), for short periods',
  security: "See your organisation's security events and report new ones",
} as const;

/** Shown for `http` where the manifest names no host. */
export const httpWithoutHosts = 'Asks for internet access but names no host, so it gets none';

export type Permission = keyof typeof permissions;

// Object.keys of a constant object: the keys are exactly its type's keys.
export const permissionNames = Object.keys(permissions) as Permission[];
