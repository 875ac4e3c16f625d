import type { HostCallArgs, HostCallName, HostCallResult } from '@proofpix/contract/host-calls';
import type { Json } from '@proofpix/contract/json';
import type { Capabilities, Installation, Violation } from '../capabilities.ts';
import type { EffectiveLimits } from '../limits.ts';
import type { OpenCall } from '../open-call.ts';

/** What a host call gets: who calls, within which call, and the outside. Its arguments are valid and its grant is checked. */
export type HostCallContext = {
  installation: Installation;
  call: OpenCall;
  /** Raw bytes behind the JSON; empty unless the row says `to-host`. */
  bytes: Uint8Array;
  capabilities: Capabilities;
  /** What the manifest asks for, the organisation and the server allow: the lowest of them, at this moment. */
  limits(): EffectiveLimits;
  /** Hands a custom hook to its implementers; gives how many took it. */
  deliver(hook: string, payload: Json, call: OpenCall): number;
  /** Records a refused act. The refusal itself is the Problem that the host call throws. */
  violation(violation: Violation): void;
};

export type HostCallAnswer<Result> = { value: Result; bytes?: Uint8Array };

/** Any of them, for whoever has checked the arguments by the row of the name. A union of all would cost the type checker seconds. */
export type AnyHostCall = (
  args: never,
  context: HostCallContext,
) => Promise<HostCallAnswer<Json>> | HostCallAnswer<Json>;

export type HostCall<Name extends HostCallName> = (
  args: HostCallArgs<Name>,
  context: HostCallContext,
) => Promise<HostCallAnswer<HostCallResult<Name>>> | HostCallAnswer<HostCallResult<Name>>;
