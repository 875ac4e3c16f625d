import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourcePackage } from './module-source.ts';

/**
 * The licences of everything that was bundled in: most licences, MPL-2.0 and MIT among them, ask that their text and
 * where to find the source travel with every copy. `null` when nothing was.
 */
export function thirdPartyNotices(dependencies: readonly SourcePackage[]): string | null {
  const strangers = dependencies.filter((source) => !source.private);
  if (strangers.length === 0) return null;
  const parts = strangers.map((source) => {
    const facts = [
      `Licence: ${source.license ?? 'see below'}`,
      `Source: ${source.repository ?? `https://www.npmjs.com/package/${source.name}/v/${source.version}`}`,
    ];
    const texts = licenceTexts(source.root).map((text) => `\n\`\`\`text\n${text.replaceAll('```', "'''")}\n\`\`\`\n`);
    return `## ${source.name} ${source.version}\n\n${facts.map((fact) => `- ${fact}\n`).join('')}${texts.join('')}`;
  });
  return `# Third-party notices\n\nThe main file contains code of these packages, unchanged but for bundling.\n\n${parts.join('\n')}`;
}

function licenceTexts(root: string): string[] {
  return readdirSync(root)
    .filter((name) => /^(licen[cs]e|notice|copying)([.-]|$)/i.test(name))
    .sort()
    .map((name) => readFileSync(join(root, name), 'utf8').replaceAll('\r\n', '\n').trimEnd());
}
