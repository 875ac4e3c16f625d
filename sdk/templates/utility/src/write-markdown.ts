/** What is used here of a run. */
export type Report = {
  file?: { name?: string; sha256?: string };
  findings?: { severity: string; title: string; explanation: string; source: { plugin: string } }[];
  metadata?: { [tag: string]: unknown };
};

export function writeMarkdown({ file, findings = [], metadata = {} }: Report): string {
  const lines = [
    `# ${plain(file?.name ?? 'Photo')}`,
    '',
    `SHA-256: \`${file?.sha256 ?? 'unknown'}\``,
    '',
    '## Findings',
    '',
  ];
  if (findings.length === 0) lines.push('None of the plugins found anything.');
  for (const { severity, title, explanation, source } of findings) {
    lines.push(`- **${plain(title)}** (${severity}, ${source.plugin}). ${plain(explanation)}`);
  }
  lines.push('', '## Metadata', '', '| tag | value |', '|---|---|');
  for (const [tag, value] of Object.entries(metadata)) {
    lines.push(`| ${plain(tag)} | ${plain(typeof value === 'string' ? value : JSON.stringify(value))} |`);
  }
  return `${lines.join('\n')}\n`;
}

/** Texts of a photo are a stranger's: what means something in Markdown or HTML is taken as it is written. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_{}[\]<>#|&]/g, (sign) => `&#${sign.codePointAt(0)};`).replaceAll(/\s+/g, ' ');
}
