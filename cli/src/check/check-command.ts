import { openAdvisorySource } from '../advisory-source.ts';
import { fromCaller } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { printable, printableJson } from '../printable.ts';
import { bytesText, counted, paintFor, type Paint } from '../terminal.ts';
import { describeAudit } from './audit-plugin.ts';
import { checkPlugin, type Checked } from './check-plugin.ts';
import { inOrderOfWeight, type CheckFinding, type Severity } from './findings.ts';

export type CheckOptions = { json: boolean; load: boolean; osv?: string };

export async function check(path: string, options: CheckOptions): Promise<void> {
  const source = await openAdvisorySource(options.osv);
  const checked = await checkPlugin(fromCaller(path), { load: options.load, source });
  const findings = inOrderOfWeight(checked.findings);
  const refused = findings.some(({ severity }) => severity === 'error');
  const malicious = findings.some(({ code }) => code === 'malicious_dependency');
  if (refused || malicious) endWith('found');
  if (options.json) console.log(printableJson(document(checked, findings, refused), 2));
  else for (const line of describe(checked, findings, paintFor(process.stdout))) console.log(line);
}

function document({ plugin, dependencies }: Checked, findings: CheckFinding[], refused: boolean) {
  return {
    refused,
    plugin: plugin && {
      id: plugin.manifest.id,
      version: plugin.manifest.version,
      digest: plugin.digest,
      size: plugin.size,
      files: plugin.files.size,
    },
    dependencies: dependencies && { components: dependencies.list.components, audit: dependencies.audit },
    findings,
  };
}

function describe({ plugin, dependencies }: Checked, findings: CheckFinding[], paint: Paint): string[] {
  const marks: Record<Severity, string> = {
    error: paint.bad('error  '),
    warning: paint.warning('warning'),
    advice: paint.quiet('advice '),
  };
  const lines = findings.flatMap(({ severity, message, file, line, hint }) => {
    const place =
      file === undefined ? '' : ` ${paint.strong(printable(file) + (line === undefined ? '' : `:${line}`))}`;
    return [
      `${marks[severity]}${place} ${printable(message)}`,
      ...(hint === undefined ? [] : [`         ${paint.quiet(printable(hint))}`]),
    ];
  });
  const name = plugin && `${plugin.manifest.id} ${plugin.manifest.version}`;
  const sizes = plugin && ` (${counted(plugin.files.size, 'file')}, ${bytesText(plugin.size)})`;
  const of = (severity: Severity) => findings.filter((each) => each.severity === severity).length;
  const sums = `${counted(of('error'), 'error')}, ${counted(of('warning'), 'warning')}, ${of('advice')} advice`;
  const verdict = of('error') > 0 ? paint.bad('The server would refuse it.') : paint.good('The server would take it.');
  const audited = dependencies && describeAudit(dependencies);
  return [
    ...lines,
    ...(lines.length > 0 ? [''] : []),
    ...(audited === null ? [] : [printable(audited)]),
    `${name ?? 'The plugin'}${sizes ?? ''}: ${sums}. ${verdict}`,
  ];
}
