import { limits, manifestLimits } from '@proofpix/contract/limits';
import { bytesText, generatedNote, markdownTable } from './markdown.ts';

type LimitName = keyof typeof limits;

/** What concerns whoever writes a plugin, in the order in which they meet it. */
const groups: readonly (readonly [title: string, rows: readonly (readonly [LimitName, string])[]])[] = [
  [
    'The package',
    [
      ['packageBytes', 'archive'],
      ['packageEntries', 'files in it'],
      ['packageEntryBytes', 'one file, unpacked'],
      ['packageUnpackedBytes', 'all files, unpacked'],
      ['packagePathBytes', 'bytes of a path'],
    ],
  ],
  [
    'Time',
    [
      ['initializeMilliseconds', '`initialize`'],
      ['cleanupMilliseconds', '`cleanup`'],
      ['configUpdateMilliseconds', '`onConfigUpdate`'],
      ['exportMilliseconds', '`export:generate`, whatever the manifest says'],
    ],
  ],
  [
    'What a hook gives',
    [
      ['resultJsonBytes', 'result as JSON'],
      ['resultStringChars', 'characters of one text'],
      ['resultKeys', 'keys of one object'],
      ['resultValues', 'values in all'],
      ['jsonDepth', 'depth'],
      ['findingsPerResult', 'findings'],
      ['derivedFiles', 'files that it adds'],
      ['derivedFileBytes', 'one of them'],
    ],
  ],
  [
    '`ctx`',
    [
      ['hostCallsPerCall', 'host calls in one call of a hook'],
      ['hostCallsPerMinute', 'host calls of an installation in a minute; large ones count for several'],
      ['callsInFlight', 'calls of hooks at a time'],
      ['readBytes', '`files.read` at once'],
      ['logLinesPerCall', 'log lines in one call'],
      ['logMessageChars', 'characters of one line; the rest is cut off'],
      ['emitBytes', 'payload of `emit`'],
      ['emitsPerCall', 'hooks raised below one call'],
      ['emitDepth', 'hooks that raise hooks'],
      ['storageKeyChars', 'characters of a key of `storage`'],
      ['storageValueBytes', 'one value'],
      ['storageQuotaBytes', 'all keys and values of an installation'],
      ['httpRequestBytes', 'body of a request'],
      ['httpResponseBytes', 'body of an answer'],
      ['httpHeaders', 'headers'],
      ['httpHeaderBytes', 'all headers'],
      ['httpUrlChars', 'characters of an address'],
      ['httpRedirects', 'redirects'],
      ['httpMilliseconds', 'one request with its redirects'],
      ['httpAtOnce', 'requests at a time'],
      ['webhookDataBytes', 'data of `webhooks.send`'],
      ['analyticsNameChars', 'characters of a name in `analytics`'],
      ['analyticsNames', 'names in `analytics`'],
      ['securityReportsPerMinute', '`security.report` in a minute'],
    ],
  ],
  [
    'Configuration',
    [
      ['configBytes', 'configuration'],
      ['configSchemaBytes', '`configSchema`'],
      ['configSchemaDepth', 'its depth'],
      ['configSchemaProperties', 'its properties'],
    ],
  ],
  ['Photos', [['photoBytes', 'one photo']]],
];

export function limitsReference(): string {
  const own = Object.entries(manifestLimits).map(([name, { minimum, maximum, default: usual }]) => [
    `\`${name}\``,
    unitOf(name),
    minimum.toLocaleString('en'),
    maximum.toLocaleString('en'),
    usual.toLocaleString('en'),
  ]);
  const sections = groups.map(([title, rows]) => {
    const shown = rows.map(([name, words]) => [words, textOf(name), `\`${name}\``]);
    return `## ${title}\n\n${markdownTable(['what', 'at most', 'name'], shown)}\n`;
  });
  return `# Limits

${generatedNote}

What is over a limit is refused before it costs memory. A call that is over its time, its processor time or its memory ends with its process, and the next call starts another one. The names are those of \`contract/src/limits.ts\`.

## What a manifest chooses

\`limits\` in the manifest, within these bounds. An organisation and the operator of a server may allow less; the lowest holds.

${markdownTable(['field', 'unit', 'from', 'to', 'when left out'], own)}

${sections.join('\n')}`;
}

function unitOf(name: string): string {
  if (name === 'memory') return 'MB beyond an empty process';
  if (name === 'timeout') return 'milliseconds of a call';
  return name === 'cpu' ? 'milliseconds of processor time of a call' : 'requests of an installation in a minute';
}

function textOf(name: LimitName): string {
  const value = limits[name];
  if (name.endsWith('Bytes')) return bytesText(value);
  if (name.endsWith('Milliseconds')) return `${(value / 1_000).toLocaleString('en')} s`;
  return value.toLocaleString('en');
}
