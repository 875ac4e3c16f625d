import type { Json } from '@proofpix/contract/json';
import type { Run } from '@proofpix/contract/runs';
import { printable } from './printable.ts';
import type { Paint } from './terminal.ts';

function valueText(value: Json): string {
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value));
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** A run as lines for a person. */
export function describeRun(run: Run, { strong, quiet }: Paint): string[] {
  const lines = [
    strong(printable(run.file.name)),
    `${run.file.type} · ${run.file.size.toLocaleString('en')} bytes`,
    `SHA-256 ${run.file.sha256}`,
    '',
    strong('Findings'),
  ];
  if (run.findings.length === 0) lines.push('  None of the plugins found anything.');
  for (const { severity, title, explanation, source } of run.findings) {
    lines.push(`  ${severity.padEnd(9)}${printable(title)} ${quiet(`${source.plugin} ${source.version}`)}`);
    if (explanation !== '') lines.push(`           ${printable(explanation)}`);
  }
  if (run.conflicts.length > 0) lines.push('', strong('Disagreements'));
  for (const { tag, values } of run.conflicts) {
    lines.push(
      `  ${printable(tag)}: ${values.map(({ value, source }) => `${valueText(value)} (${source.plugin})`).join(' · ')}`,
    );
  }
  const tags = Object.entries(run.metadata);
  const width = Math.min(32, Math.max(8, ...tags.map(([tag]) => tag.length)));
  lines.push('', strong(`Metadata (${tags.length})`));
  for (const [tag, value] of tags) lines.push(`  ${printable(tag).padEnd(width)}  ${valueText(value)}`);
  lines.push('', strong('Plugins'));
  for (const { plugin, version, digest, hook, ok, error, milliseconds, usage } of run.steps) {
    const outcome = ok
      ? `read ${usage.bytesRead.toLocaleString('en')} bytes in ${milliseconds.toFixed(0)} ms`
      : printable(error?.message ?? 'failed');
    lines.push(`  ${ok ? '✓' : '✗'} ${plugin} ${version} ${quiet(digest.slice(0, 8))} ${hook}: ${outcome}`);
  }
  for (const { name, size, source } of run.files)
    lines.push(`  + ${printable(name)} ${size.toLocaleString('en')} bytes ${quiet(source.plugin)}`);
  return lines;
}
