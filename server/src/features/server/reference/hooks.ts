import { defaultPriority, hookNames, hooks, runHooks } from '@proofpix/contract/hooks';
import { generatedNote, markdownSchema } from './markdown.ts';

export function hooksReference(): string {
  const sections = hookNames.map((name) => {
    const { permission, summary, input, output, file } = hooks[name];
    return `## \`${name}\`

${summary}

Takes the permission \`${permission}\`. ${file ? 'Works on a photo: `ctx.files` is open in it.' : 'Has no photo.'}

### Gets

${markdownSchema(input)}

### Gives

${markdownSchema(output)}
`;
  });
  return `# Hooks

${generatedNote}

A plugin implements hooks: functions by name, each \`(input, ctx) => output\`. Each one stands in the manifest's \`hooks\` too. A run goes through ${runHooks.map((name) => `\`${name}\``).join(', ')}; plugins in the order of their priority (lower first, ${defaultPriority} when none is named), then of their installation.

What one plugin gives is kept under its own name and overwrites nothing. What it throws is its own entry, and the others go on. A hook that gives nothing found nothing.

${sections.join('\n')}
## Custom hooks

A plugin may declare hooks of its own, \`<plugin-id>:<name>\`, in the manifest's \`customHooks\`, with schemas of input and output (see [configSchema](config-schema.md)) and the permission that they take. Any plugin may implement them. They are called by \`POST /api/plugins/hooks/<plugin-id>:<name>\`, and by the plugin itself with \`ctx.emit\`.
`;
}
