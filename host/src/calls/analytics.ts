import { cleanText } from '../clean-text.ts';
import type { HostCall } from './host-call.ts';

export const count: HostCall<'analytics.count'> = ({ name, by = 1 }, { installation, capabilities }) => {
  capabilities.measure(installation, { kind: 'count', name: cleanText(name), by });
  return { value: null };
};

export const time: HostCall<'analytics.time'> = ({ name, milliseconds }, { installation, capabilities }) => {
  capabilities.measure(installation, { kind: 'time', name: cleanText(name), milliseconds });
  return { value: null };
};

export const track: HostCall<'analytics.track'> = ({ name, value }, { installation, capabilities }) => {
  const measured = value === undefined ? null : cleanText(value);
  capabilities.measure(installation, { kind: 'track', name: cleanText(name), value: measured });
  return { value: null };
};
