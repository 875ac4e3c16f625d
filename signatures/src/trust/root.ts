import { Metadata, Root } from '@tufjs/models';
import type { PublicKey, SigningKey } from '../keys.ts';
import { TrustFault } from './fault.ts';
import { checkSigned, expiryText, signMetadata, tufKeyOf, type Signed } from './metadata.ts';

export type RootPlan = {
  version: number;
  expires: Date;
  /** Who may make the next root, and how many of them it takes. */
  rootKeys: readonly Pick<PublicKey, 'spki'>[];
  threshold: number;
  /** Signs what changes daily: keys, kill list, snapshot and timestamp. */
  serverKey: Pick<PublicKey, 'spki'>;
};

/**
 * A root, signed by those who make it. One that follows another has to be signed by enough of the old keys as well.
 * @throws TrustFault too_few_signatures
 */
export function makeRoot(plan: RootPlan, signers: readonly SigningKey[], before?: Signed<'root'>): Signed<'root'> {
  const rootKeys = plan.rootKeys.map(tufKeyOf);
  const serverKey = tufKeyOf(plan.serverKey);
  const online = { keyids: [serverKey.keyID], threshold: 1 };
  const root = Root.fromJSON({
    _type: 'root',
    version: plan.version,
    spec_version: '1.0.33',
    expires: expiryText(plan.expires),
    keys: Object.fromEntries([...rootKeys, serverKey].map((key) => [key.keyID, key.toJSON()])),
    roles: {
      root: { keyids: rootKeys.map(({ keyID }) => keyID), threshold: plan.threshold },
      timestamp: online,
      snapshot: online,
      targets: online,
    },
    consistent_snapshot: true,
  });
  const metadata = new Metadata(root);
  signMetadata(metadata, signers);
  const name = `${plan.version}.root.json`;
  checkSigned(metadata, 'root', metadata, name);
  if (before !== undefined) checkNextRoot(before, metadata, name);
  return metadata;
}

/** What makes one root the successor of another. @throws TrustFault */
export function checkNextRoot(before: Signed<'root'>, next: Signed<'root'>, name: string): void {
  if (next.signed.version !== before.signed.version + 1) {
    const wanted = before.signed.version + 1;
    throw new TrustFault('version_skipped', `${name} says version ${next.signed.version}, and ${wanted} comes next.`);
  }
  checkSigned(before, 'root', next, `${name}, by the keys of version ${before.signed.version}`);
  checkSigned(next, 'root', next, `${name}, by its own keys`);
}

/** Public keys of a role, as TUF writes them: 32 bytes in hexadecimal digits. */
export function keysOfRole(
  { signed }: Signed<'root'>,
  role: 'root' | 'timestamp',
): { keys: string[]; threshold: number } {
  const { keyIDs = [], threshold = 1 } = signed.roles[role] ?? {};
  return { keys: keyIDs.map((keyId) => signed.keys[keyId]?.keyVal['public'] ?? ''), threshold };
}
