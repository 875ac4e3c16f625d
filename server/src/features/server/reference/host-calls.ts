import { hookNames, hooks } from '@proofpix/contract/hooks';
import { hostCallNames, hostCalls } from '@proofpix/contract/host-calls';
import { permissionNames, permissions } from '@proofpix/contract/permissions';
import { generatedNote, markdownSchema, markdownTable } from './markdown.ts';

const directions = {
  none: '',
  'to-host': ' The bytes travel beside them.',
  'to-plugin': ' It gives bytes.',
  both: ' Bytes travel beside them, both ways.',
} as const;

export function hostCallsReference(): string {
  const sections = hostCallNames.map((name) => {
    const row = hostCalls[name];
    const permission =
      row.permission === null ? 'Open to every plugin.' : `Takes the permission \`${row.permission}\`.`;
    return `## \`${name}\`

${row.summary}

${permission}${directions[row.bytes]}

### Arguments

${markdownSchema(row.args)}

### Result

${markdownSchema(row.result)}
`;
  });
  return `# Host calls

${generatedNote}

Everything that a plugin can do beyond computing is a message to the host, by a function of \`ctx\`. The host checks the grant and the arguments at every single call; what is refused rejects with an error whose \`code\` stands in [errors](../errors.md). What follows is what travels. How each function is called from a plugin stands in the types of \`@proofpix/sdk/context\`.

Computing needs no host call: \`ctx.crypto.hash\`, \`hmac\`, \`randomBytes\`, \`encrypt\` and their like run in the sandbox.

${sections.join('\n')}`;
}

export function permissionsReference(): string {
  const rows = permissionNames.map((name) => [
    `\`${name}\``,
    permissions[name],
    hookNames
      .filter((hook) => hooks[hook].permission === name)
      .map((hook) => `\`${hook}\``)
      .join(', ') || '–',
    hostCallNames
      .filter((call) => hostCalls[call].permission === name)
      .map((call) => `\`${call}\``)
      .join(', ') || '–',
  ]);
  const open = hostCallNames.filter((call) => hostCalls[call].permission === null).map((call) => `\`${call}\``);
  return `# Permissions

${generatedNote}

A manifest asks, an admin grants or refuses each one, and a grant that is withdrawn is gone at the very next host call. Nothing is granted by default. An update that asks for more waits for consent, while the version before goes on.

${markdownTable(['permission', 'what people read before they grant it', 'hooks', 'host calls'], rows)}

Open without any: ${open.join(', ')}, \`ctx.config\`, and \`require\` of \`util\` and \`url\`.
`;
}
