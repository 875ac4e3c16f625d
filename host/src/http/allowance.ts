import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { PerMinute } from '../limits.ts';

/** Answers that are being received, in memory. */
const organisationBytes = 64 * 1024 * 1024;
const serverBytes = 512 * 1024 * 1024;
const rememberedSecrets = 20;

/** What one installation has under way with other servers. */
type Installed = {
  organisationId: string;
  minute: PerMinute;
  underWay: number;
  waiting: (() => void)[];
  /** Sent before by this installation: what repeats them later is masked too. */
  secrets: Map<string, string>;
};

/** What the plugins of one host may have under way with other servers. */
export class Allowance {
  readonly #installed = new Map<string, Installed>();
  readonly #held = new Map<string, number>();
  #heldBytes = 0;

  of(installationId: string, organisationId: string): Installed {
    const known = this.#installed.get(installationId);
    if (known !== undefined) return known;
    if (this.#installed.size > 10_000) this.#forgetIdle();
    const made = { organisationId, minute: new PerMinute(0), underWay: 0, waiting: [], secrets: new Map() };
    this.#installed.set(installationId, made);
    return made;
  }

  /** Waits for its turn among the requests of the installation. The signal ends the wait. */
  async enter(one: Installed, signal: AbortSignal): Promise<void> {
    if (one.underWay < limits.httpAtOnce) {
      one.underWay += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const turn = (): void => {
        signal.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        one.waiting.splice(one.waiting.indexOf(turn), 1);
        reject(new Problem('call_ended'));
      };
      one.waiting.push(turn);
      signal.addEventListener('abort', leave, { once: true });
    });
  }

  leave(one: Installed): void {
    const next = one.waiting.shift();
    // The place passes on: whoever comes now does not get in before.
    if (next !== undefined) next();
    else one.underWay -= 1;
  }

  /** @throws Problem when the organisation, or all together, receive more than fits */
  hold({ organisationId }: Installed, bytes: number): void {
    const held = this.#held.get(organisationId) ?? 0;
    if (held + bytes > organisationBytes || this.#heldBytes + bytes > serverBytes) {
      throw new Problem('host_call_limit', 'Too much is being received at the same time.');
    }
    this.#held.set(organisationId, held + bytes);
    this.#heldBytes += bytes;
  }

  release({ organisationId }: Installed, bytes: number): void {
    const held = (this.#held.get(organisationId) ?? 0) - bytes;
    if (held > 0) this.#held.set(organisationId, held);
    else this.#held.delete(organisationId);
    this.#heldBytes -= bytes;
  }

  remember(one: Installed, secrets: ReadonlyMap<string, string>): void {
    for (const [handle, secret] of secrets) {
      one.secrets.delete(handle);
      one.secrets.set(handle, secret);
    }
    for (const handle of one.secrets.keys()) {
      if (one.secrets.size <= rememberedSecrets) return;
      one.secrets.delete(handle);
    }
  }

  #forgetIdle(): void {
    for (const [id, { underWay }] of this.#installed) if (underWay === 0) this.#installed.delete(id);
  }
}
