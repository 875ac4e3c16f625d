import type { Capabilities } from './capabilities.ts';

/** What is only told must not bring down whoever tells it: these are called where a runner's frames are read. */
export function shielded(capabilities: Capabilities): Capabilities {
  function quietly<Args extends unknown[]>(tell: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      try {
        tell(...args);
      } catch {
        // The outside failed to write something down; there is nobody here to tell.
      }
    };
  }
  const { hostCall } = capabilities;
  return {
    ...capabilities,
    ...(hostCall === undefined ? {} : { hostCall: quietly(hostCall) }),
    measure: quietly((installation, measure) => capabilities.measure(installation, measure)),
    log: quietly((installation, line) => capabilities.log(installation, line)),
    observe: quietly((installation, observation) => capabilities.observe(installation, observation)),
    violation: quietly((installation, violation) => capabilities.violation(installation, violation)),
    died: quietly((installation, reason) => capabilities.died(installation, reason)),
    circuit: quietly((installation, circuit) => capabilities.circuit(installation, circuit)),
    quarantined: quietly((installation, reason) => capabilities.quarantined(installation, reason)),
  };
}
