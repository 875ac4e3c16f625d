import { callHost, type Caller } from '../host-calls.ts';
import { freeze, sealed } from '../intrinsics.ts';
import { json, number, optional, text } from './arguments.ts';

type Report = { severity?: unknown; title?: unknown; detail?: unknown; evidence?: unknown };

export function createSecurity(call: Caller): object {
  return freeze({
    report: sealed(async (report: Report) => {
      const head = `"severity":${text(report.severity, 'severity')},"title":${text(report.title, 'title')}`;
      const rest = optional('detail', report.detail, text) + optional('evidence', report.evidence, json);
      await callHost(call, 'security.report', `{${head}${rest}}`);
    }),
    events: sealed(async (page?: { limit?: unknown; before?: unknown }) => {
      const rest = optional('limit', page?.limit, number) + optional('before', page?.before, text);
      // Each part begins with a comma, which an object may not.
      const { value } = await callHost(call, 'security.events', `{${rest.slice(1)}}`);
      return (value as { events: unknown }).events; // the contract's result of this call
    }),
  });
}
