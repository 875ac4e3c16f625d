import type { HookInput } from '@proofpix/sdk/hooks';

export type Config = {
  minimumSeverity: 'note' | 'possible' | 'strong';
  sendProcessed: boolean;
  endpoint: string;
  title: string;
  metadata: string[];
};

type Input = HookInput<'data:analyze'>;
type Finding = Input['findings'][number];
type Value = Input['metadata'][string];

/** What leaves. All of it stays below what one message may hold. */
export type Message = {
  type: 'photo.flagged' | 'photo.processed';
  data: {
    title: string;
    photo: { id: string; name: string; type: string; size: number; sha256: string };
    severity: Finding['severity'] | null;
    findings: Pick<Finding, 'severity' | 'confidence' | 'title' | 'explanation'>[];
    findingsLeftOut: number;
    metadata: { [tag: string]: Value };
  };
};

const strength = { note: 0, possible: 1, strong: 2 };
const most = { findings: 10, explanation: 300, value: 300, name: 200 };

/** Null when there is nothing to tell. */
export function buildMessage({ file, findings, metadata }: Input, config: Config): Message | null {
  const telling = findings
    .filter(({ severity }) => strength[severity] >= strength[config.minimumSeverity])
    .sort((a, b) => strength[b.severity] - strength[a.severity] || b.confidence - a.confidence);
  const type = telling.length > 0 ? 'photo.flagged' : 'photo.processed';
  if (type === 'photo.processed' && !config.sendProcessed) return null;
  const severity = telling[0]?.severity ?? null;
  const name = cut(file.name, most.name);
  const shown = telling.slice(0, most.findings);
  return {
    type,
    data: {
      title: fill(config.title, { name, count: String(telling.length), severity: severity ?? 'none', type }),
      photo: { id: file.id, name, type: file.type, size: file.size, sha256: file.sha256 },
      severity,
      findings: shown.map((finding) => ({
        severity: finding.severity,
        confidence: finding.confidence,
        title: finding.title,
        explanation: cut(finding.explanation, most.explanation),
      })),
      findingsLeftOut: telling.length - shown.length,
      metadata: chosen(metadata, config.metadata),
    },
  };
}

/** One pass over the template: what a file's name puts in is never read as a place to fill in. */
function fill(template: string, values: { [name: string]: string }): string {
  return template.replace(/\{(name|count|severity|type)\}/g, (_, name: string) => values[name] ?? '');
}

/** Only what an admin named. A large value is told as such rather than sent. */
function chosen(metadata: Input['metadata'], names: readonly string[]): { [tag: string]: Value } {
  const entries: [string, Value][] = [];
  for (const name of names) {
    const value = Object.hasOwn(metadata, name) ? metadata[name] : undefined;
    if (value === undefined) continue;
    if (typeof value === 'string') entries.push([name, cut(value, most.value)]);
    else if (JSON.stringify(value).length <= most.value) entries.push([name, value]);
    else entries.push([name, '(too large)']);
  }
  return Object.fromEntries(entries);
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}
