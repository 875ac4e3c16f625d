import type { HostCallName } from '@proofpix/contract/host-calls';
import { count, time, track } from './analytics.ts';
import { attest, digest } from './crypto.ts';
import { emit } from './emit.ts';
import { readFile, writeFile } from './files.ts';
import type { HostCall } from './host-call.ts';
import { request } from './http.ts';
import { log } from './log.ts';
import { readToken } from './oauth.ts';
import { listEvents, report } from './security.ts';
import { deleteValue, getValue, listKeys, setValue } from './storage.ts';
import { sendWebhook } from './webhooks.ts';

/** Everything that a plugin can reach. What is not here does not exist; the grant of each stands in its contract row. */
export const hostCallTable: { [Name in HostCallName]: HostCall<Name> } = {
  log,
  emit,
  'files.read': readFile,
  'files.write': writeFile,
  'storage.get': getValue,
  'storage.set': setValue,
  'storage.delete': deleteValue,
  'storage.list': listKeys,
  'crypto.digest': digest,
  'crypto.attest': attest,
  'http.request': request,
  'webhooks.send': sendWebhook,
  'oauth.token': readToken,
  'analytics.count': count,
  'analytics.time': time,
  'analytics.track': track,
  'security.report': report,
  'security.events': listEvents,
};
