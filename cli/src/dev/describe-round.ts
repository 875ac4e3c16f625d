import type { Json } from '@proofpix/contract/json';
import type { HostCallSeen } from '@proofpix/host/capabilities';
import { printable, printableTo } from '../printable.ts';
import { bytesText, counted, type Paint } from '../terminal.ts';
import type { DevStep, Round } from './step.ts';

/** More host calls than these of one step are counted together. */
const shownCalls = 30;
const shownLines = 20;
const valueChars = 80;

/** A round as lines for a person. */
export function describeRound(round: Round, paint: Paint): string[] {
  const { plugin, problems, number } = round;
  const head =
    plugin === null
      ? `Round ${number}`
      : `Round ${number} · ${plugin.id} ${plugin.version} ${paint.quiet(plugin.digest.slice(0, 8))}`;
  const times = `packed in ${ms(round.packMilliseconds)}, loaded in ${ms(round.loadMilliseconds)}`;
  const lines = [paint.strong(head) + (plugin === null ? '' : paint.quiet(` · ${times}`))];
  for (const { message, file, line, hint } of problems) {
    const place =
      file === undefined ? '' : `${paint.strong(printable(file) + (line === undefined ? '' : `:${line}`))} `;
    lines.push(
      `${paint.bad('✗')} ${place}${printable(message)}`,
      ...(hint ? [`  ${paint.quiet(printable(hint))}`] : []),
    );
  }
  let photo = '';
  for (const step of round.steps) {
    if (step.photo.name !== photo) lines.push('', paint.strong(printable(step.photo.name)));
    photo = step.photo.name;
    lines.push(...describeStep(step, paint));
  }
  return lines;
}

function describeStep(each: DevStep, paint: Paint): string[] {
  const { step, hook, hostCalls, logs, violations, changes } = each;
  const figures = [
    ms(step.milliseconds),
    `${ms(each.cpuMilliseconds)} processor`,
    bytesText(each.memoryBytes),
    counted(hostCalls.length, 'host call'),
  ];
  const lines = [
    `${step.ok ? paint.good('✓') : paint.bad('✗')} ${paint.strong(hook)} ${paint.quiet(figures.join(' · '))}`,
  ];
  for (const call of hostCalls.slice(0, shownCalls)) lines.push(describeCall(call, paint));
  if (hostCalls.length > shownCalls)
    lines.push(paint.quiet(`    and ${hostCalls.length - shownCalls} more host calls`));
  for (const { level, message } of logs.slice(0, shownLines))
    lines.push(`    ${paint.quiet(level.padEnd(5))} ${printable(message)}`);
  if (logs.length > shownLines) lines.push(paint.quiet(`    and ${logs.length - shownLines} more lines`));
  for (const { type, detail } of violations) lines.push(`    ${paint.bad(type)} ${printable(detail)}`);
  if (step.error !== undefined) {
    lines.push(`    ${paint.bad(step.error.code)} ${printable(step.error.message)}`);
    // Frames of the author's own files: the host mapped them back, and left out everything else.
    for (const frame of (step.error.stack ?? '').split('\n').slice(1)) lines.push(`    ${printable(frame.trim())}`);
    for (const { field, message } of step.error.errors ?? [])
      lines.push(`    ${printable(field)} ${printable(message)}`);
  }
  lines.push(...describeResult(step.result ?? null, paint));
  for (const { name, size, type } of step.files)
    lines.push(`    + ${printable(name)} ${bytesText(size)} ${paint.quiet(type)}`);
  for (const note of step.notes ?? []) lines.push(`    ${paint.warning('note')} ${printable(note)}`);
  if (changes !== null)
    lines.push(
      ...(changes.length === 0
        ? [paint.quiet('    as before')]
        : changes.map((change) => `    ${paint.warning(printable(change))}`)),
    );
  return lines;
}

function describeCall(
  { name, args, startedAt, milliseconds, bytesSent, bytesReceived, error }: HostCallSeen,
  paint: Paint,
): string {
  const bytes = [
    bytesSent > 0 ? `${bytesText(bytesSent)} →` : '',
    bytesReceived > 0 ? `← ${bytesText(bytesReceived)}` : '',
  ];
  const parts = [
    `    ${paint.quiet(`+${startedAt.toFixed(1).padStart(7)} ms`)}`,
    name,
    printableTo(valueChars, argsText(args)),
    paint.quiet([ms(milliseconds), ...bytes].filter((text) => text !== '').join(' · ')),
    ...(error === null ? [] : [paint.bad(`refused: ${error.code}`)]),
  ];
  return parts.filter((text) => text !== '').join(' ');
}

function argsText(args: Json): string {
  if (typeof args !== 'object' || args === null || Array.isArray(args)) return '';
  return Object.entries(args)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join(' ');
}

function describeResult(result: Json, paint: Paint): string[] {
  if (typeof result !== 'object' || result === null || Array.isArray(result)) return [];
  const { metadata, findings } = result as {
    metadata?: { [tag: string]: Json };
    findings?: { severity: string; title: string }[];
  }; // by the hook's schema, where it has one
  const tags = typeof metadata === 'object' && metadata !== null ? Object.entries(metadata) : [];
  const lines = tags
    .slice(0, shownLines)
    .map(
      ([tag, value]) =>
        `    ${printable(tag)} = ${printableTo(valueChars, typeof value === 'string' ? value : JSON.stringify(value))}`,
    );
  if (tags.length > shownLines) lines.push(paint.quiet(`    and ${tags.length - shownLines} more tags`));
  for (const finding of Array.isArray(findings) ? findings : [])
    lines.push(`    ${paint.strong(printable(String(finding.severity)))} ${printable(String(finding.title))}`);
  return lines;
}

function ms(milliseconds: number): string {
  return `${milliseconds < 10 ? milliseconds.toFixed(1) : milliseconds.toFixed(0)} ms`;
}
