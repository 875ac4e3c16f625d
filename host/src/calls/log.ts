import { limits } from '@proofpix/contract/limits';
import { cleanText } from '../clean-text.ts';
import type { HostCall } from './host-call.ts';

export const log: HostCall<'log'> = ({ level, message }, { installation, call, capabilities, violation }) => {
  call.used.logLines += 1;
  if (call.used.logLines <= limits.logLinesPerCall) {
    capabilities.log(installation, { level, message: cleanText(message) });
  } else if (call.used.logLines === limits.logLinesPerCall + 1) {
    const said = `Only the first ${limits.logLinesPerCall} lines of a call are kept; the rest of this one is left out.`;
    capabilities.log(installation, { level: 'warn', message: said });
    violation({ type: 'log_limit', detail: said, evidence: { limit: limits.logLinesPerCall } });
  }
  return { value: null };
};
