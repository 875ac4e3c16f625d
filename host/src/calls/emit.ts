import { validateConfig } from '@proofpix/contract/config-schema';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { customHookOf } from '../custom-hook.ts';
import type { HostCall } from './host-call.ts';

/** Gives the hook to its implementers and does not wait for them: a slow listener must not use up the emitter's deadline. */
export const emit: HostCall<'emit'> = ({ hook, payload }, { installation, call, deliver, violation }) => {
  const declared = customHookOf(installation, hook);
  if (declared === null) {
    throw new Problem(
      'host_call_invalid',
      `A plugin can only emit hooks that its own manifest declares under "${installation.pluginId}:".`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(payload)) > limits.emitBytes) {
    throw new Problem('host_call_invalid', `What is emitted must be at most ${limits.emitBytes / 1024} kB.`);
  }
  if (declared.input !== undefined) {
    const wrong = validateConfig(declared.input, payload);
    if (wrong.length > 0)
      throw new Problem('host_call_invalid', 'What was emitted does not fit the schema of the hook.', wrong);
  }
  if (call.emission.depth >= limits.emitDepth) {
    const detail = `Raised a hook deeper than ${limits.emitDepth}.`;
    violation({ type: 'emit_limit', detail, evidence: { hook, limit: limits.emitDepth } });
    throw new Problem(
      'host_call_limit',
      `A hook that was raised by a hook may raise others only ${limits.emitDepth} deep.`,
    );
  }
  // One budget for the whole tree: three levels of plugins that each raise 100 hooks would otherwise be a million calls.
  if (call.emission.budget.left <= 0) {
    const detail = `Raised more than ${limits.emitsPerCall} hooks.`;
    violation({ type: 'emit_limit', detail, evidence: { hook, limit: limits.emitsPerCall } });
    throw new Problem(
      'host_call_limit',
      `One call may raise at most ${limits.emitsPerCall} hooks, those raised by its listeners included.`,
    );
  }
  call.emission.budget.left -= 1;
  return { value: { delivered: deliver(hook, payload, call) } };
};
