import { limits } from '@proofpix/contract/limits';
import { cleanText } from '../clean-text.ts';
import type { HostCall } from './host-call.ts';

export const log: HostCall<'log'> = ({ level, message }, { installation, call, capabilities, violation }) => {
  call.used.logLines += 1;
  if (call.used.logLines <= limits.logLinesPerCall) {
    capabilities.log(installation, { level, message: cleanText(message) });
    // The runner itself sends no more than these, so what comes after them is never seen here.
    if (call.used.logLines === limits.logLinesPerCall) {
      const detail = `Wrote ${limits.logLinesPerCall} lines or more in one call.`;
      violation({ type: 'log_limit', detail, evidence: { limit: limits.logLinesPerCall } });
    }
  } else if (call.used.logLines === limits.logLinesPerCall + 1) {
    const said = `Only the first ${limits.logLinesPerCall} lines of a call are kept; the rest of this one is left out.`;
    capabilities.log(installation, { level: 'warn', message: said });
  }
  return { value: null };
};
