import type { HookInput } from '@proofpix/sdk/hooks';

type Input = HookInput<'data:analyze'>;
type Severity = Input['findings'][number]['severity'];

export type Filter = { minimumSeverity: Severity; reportClean: boolean };
/** What is told about one photo; small, since many may wait. */
export type Report = { name: string; count: number; findings: { severity: Severity; title: string }[] };

const strength = { note: 0, possible: 1, strong: 2 };
const most = { findings: 3, title: 150, name: 120 };

/** Null when there is nothing to report. */
export function summarise({ file, findings }: Input, { minimumSeverity, reportClean }: Filter): Report | null {
  const telling = findings
    .filter(({ severity }) => strength[severity] >= strength[minimumSeverity])
    .sort((a, b) => strength[b.severity] - strength[a.severity] || b.confidence - a.confidence);
  if (telling.length === 0 && !reportClean) return null;
  return {
    name: line(file.name, most.name),
    count: telling.length,
    findings: telling
      .slice(0, most.findings)
      .map(({ severity, title }) => ({ severity, title: line(title, most.title) })),
  };
}

/** One line: names and titles come from strangers, and must not look like lines of ours. */
function line(text: string, length: number): string {
  const plain = text.replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return plain.length <= length ? plain : `${plain.slice(0, length - 1).toWellFormed()}…`;
}
