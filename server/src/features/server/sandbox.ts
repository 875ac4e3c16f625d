import { probeLayers } from '@proofpix/host/spawn-runner';
import { sandboxLayerNames, type LayerState, type SandboxLayer } from '@proofpix/contract/sandbox-layers';
import type { Log } from '../../log.ts';
import { OperatorError } from '../../operator-error.ts';

/** Which layers stand around plugins on this machine, found out once by trying. */
export async function sandboxState(): Promise<readonly LayerState[]> {
  try {
    return (await probeLayers()).layers;
  } catch {
    // The reason stands in the log.
    return sandboxLayerNames.map((layer) => ({ layer, on: false, detail: 'No runner can be started.' }));
  }
}

/** Refuses to go on without the layers that the operator wants to have. @throws OperatorError */
export async function requireLayers(required: readonly SandboxLayer[]): Promise<void> {
  if (required.length === 0) return;
  const missing = (await sandboxState()).filter(({ layer, on }) => !on && required.includes(layer));
  if (missing.length === 0) return;
  const reasons = missing.map(({ layer, detail }) => `${layer} is off (${detail})`);
  throw new OperatorError(`SANDBOX_REQUIRE is not fulfilled on this machine: ${reasons.join('; ')}`);
}

/** Says loudly what is missing, and what could then happen. */
export async function reportLayers(log: Log): Promise<void> {
  try {
    const { layers, refusals } = await probeLayers();
    const on = layers.filter((layer) => layer.on).map(({ layer }) => layer);
    log.info({ on }, 'the layers of the sandbox');
    for (const { layer, detail } of layers.filter((each) => !each.on))
      log.warn({ layer }, `sandbox: ${layer}: ${detail}`);
    if (refusals.length > 0) log.warn({ refusals }, 'stronger ways to start plugins did not work');
  } catch (error) {
    log.error({ err: error }, 'no plugin can run');
  }
}
