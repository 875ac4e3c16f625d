import { randomBytes } from 'node:crypto';
import type { Json } from '@proofpix/contract/json';
import type { Capabilities, DerivedFiles, Installation, Photo } from '@proofpix/host/capabilities';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';

/** Something that a plugin did in the world outside of its runner. */
type Act = { installation: string; what: string };

export type Outside = {
  capabilities: Capabilities;
  /** All acts since the last `forget`, in order. */
  acts: Act[];
  /** All that the host told of plugins: log lines, violations, deaths. Canaries are looked for in it. */
  told: string[];
  deaths: string[];
  forget(): void;
  /** The one photo; reading it is an act. */
  photoFor(installation: string): Photo;
  derivedFor(installation: string): DerivedFiles;
};

const digest = 'b'.repeat(64);
const kept = 10_000;

/** The outside of a host that writes down who did what. */
export function openOutside(): Outside {
  const photo = randomBytes(64 * 1024);
  const acts: Act[] = [];
  const told: string[] = [];
  const deaths: string[] = [];
  const act = (installation: string, what: string): void =>
    void (acts.length < kept && acts.push({ installation, what }));
  const tell = (what: unknown): void => void (told.length < kept && told.push(JSON.stringify(what) ?? ''));
  const memory = createMemoryCapabilities();
  const { storage } = memory;
  /** Runs a function of the memory's and notes that it was asked to. */
  const noted =
    <Rest extends unknown[], Result>(what: string, run: (installation: Installation, ...rest: Rest) => Result) =>
    (installation: Installation, ...rest: Rest): Result => {
      act(installation.id, what);
      return run(installation, ...rest);
    };

  return {
    acts,
    told,
    deaths,
    forget() {
      for (const list of [acts, told, deaths]) list.length = 0;
    },
    photoFor: (installation) => ({
      file: { id: 'file-1', name: 'photo.jpg', type: 'image/jpeg', size: photo.length, sha256: digest },
      async read(offset, length) {
        act(installation, 'files.read');
        return new Uint8Array(photo.subarray(offset, offset + length));
      },
    }),
    derivedFor: (installation) => ({
      async write(name, bytes) {
        act(installation, 'files.write');
        return { name, size: bytes.length, sha256: digest, type: 'application/octet-stream' };
      },
    }),
    capabilities: {
      ...memory,
      storage: {
        get: noted('storage.get', storage.get),
        set: noted('storage.set', storage.set),
        delete: noted('storage.delete', storage.delete),
        list: noted('storage.list', storage.list),
      },
      // The reply of a real server would come from elsewhere too: the answers are plausible, and nothing is sent.
      webhooks: { send: noted('webhooks.send', async () => ({ id: 'message-1', endpoints: 1 })) },
      oauth: {
        token: noted('oauth.token', async () => ({
          accessToken: 'a-token-of-nobody',
          tokenType: 'bearer',
          expiresAt: null,
          scopes: [],
        })),
      },
      security: {
        report: noted('security.report', async () => undefined),
        events: noted('security.events', async () => []),
      },
      measure: (installation, measure) => {
        act(installation.id, `analytics.${measure.kind}`);
        tell(measure as Json);
      },
      log: (installation, line) => {
        act(installation.id, 'log');
        tell(line);
      },
      violation: (_installation, violation) => tell(violation),
      died: (installation, reason) => {
        deaths.push(installation.id);
        tell(reason);
      },
    },
  };
}
