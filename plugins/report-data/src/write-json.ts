import type { Exhibit, Report, ReportedFinding, Source } from '@proofpix/sdk/report';

/** Goes up when something is taken out or changes its meaning. What is added leaves it as it is. */
const schemaVersion = 1;
/** Above this the text is written without spaces: a derived file has an end. */
const readableBytes = 12 * 1024 * 1024;

type Generator = { id: string; version: string };

/** The report as JSON, in a shape of its own that does not change when the platform's does. README.md documents it. */
export function writeJson({ about, exhibits }: Report, generator: Generator): string {
  const document = {
    schema: 'proofpix-report',
    schemaVersion,
    generator: { plugin: generator.id, version: generator.version },
    kind: about === null ? 'run' : 'case',
    case: about,
    exhibits: exhibits.map(exhibitOf),
  };
  const text = JSON.stringify(document);
  return text.length > readableBytes ? text : JSON.stringify(document, null, 2);
}

function exhibitOf(exhibit: Exhibit) {
  const { number, caption, file, createdAt, finishedAt, metadata, sources, conflicts, disagreements } = exhibit;
  return {
    number,
    caption,
    file: { name: file.name, type: file.type, size: file.size, sha256: file.sha256 },
    receivedAt: createdAt,
    finishedAt,
    findings: exhibit.findings.map(findingOf),
    metadata: Object.entries(metadata).map(([tag, value]) => ({ tag, value, source: sourceOf(sources[tag]) })),
    conflicts: conflicts.map(({ tag, values }) => ({
      tag,
      values: values.map(({ value, source }) => ({ value, source: sourceOf(source) })),
    })),
    disagreements,
    files: exhibit.files.map(({ name, type, size, sha256, source }) => ({
      name,
      type,
      size,
      sha256,
      source: sourceOf(source),
    })),
    custody: exhibit.steps.map((step) => ({
      hook: step.hook,
      source: sourceOf(step),
      ok: step.ok,
      error: step.error === undefined ? null : { code: step.error.code, message: step.error.message },
      milliseconds: step.milliseconds,
      bytesRead: step.usage.bytesRead,
      bytesWritten: step.usage.bytesWritten,
      hostCalls: step.usage.hostCalls,
      inputDigest: step.inputDigest,
      outputDigest: step.outputDigest,
    })),
    notes: exhibit.notes.map(({ text, createdAt: at, createdBy }) => ({ text, at, by: createdBy?.name ?? null })),
  };
}

function findingOf({ severity, confidence, question, title, explanation, evidence, region, source }: ReportedFinding) {
  return {
    severity,
    confidence,
    question: question ?? null,
    title,
    explanation,
    evidence: evidence ?? {},
    region: region ?? null,
    source: sourceOf(source),
  };
}

function sourceOf(source: Source | undefined): Source | null {
  return source === undefined ? null : { plugin: source.plugin, version: source.version, digest: source.digest };
}
