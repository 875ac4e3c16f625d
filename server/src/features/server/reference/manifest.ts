import { checkConfigSchema, validateConfig, type ConfigSchema } from '@proofpix/contract/config-schema';
import { limits } from '@proofpix/contract/limits';
import { Manifest, reservedPluginIds } from '@proofpix/contract/manifest';
import { generatedNote, markdownSchema, markdownTable } from './markdown.ts';

export function manifestReference(): string {
  return `# manifest.json

${generatedNote}

It stands at the root of a package. The same schema checks it when you pack and when somebody installs; editors find it at \`/api/manifest.schema.json\` of a server, and in \`node_modules/@proofpix/sdk/contract/manifest.schema.json\`. An unknown field, an unknown hook, and a hook whose permission is not asked for are errors.

${markdownSchema(Manifest)}

Reserved ids: ${reservedPluginIds.map((id) => `\`${id}\``).join(', ')}. \`configSchema\`: see [configSchema](config-schema.md). \`limits\`: see [limits](limits.md). \`hooks\`: names, or \`{"name": …, "priority": 0 to 1000}\`, see [hooks](hooks.md). \`hosts\`: \`api.example.org\`, \`*.example.org\` for all names below it, \`example.org:8443\`; none listed is none granted.
`;
}

/** Each keyword with a schema that uses it, and a value that is refused because of it. */
const keywords: readonly (readonly [name: string, meaning: string, schema: ConfigSchema, refused: unknown])[] = [
  ['type', '`object`, `array`, `string`, `number`, `integer` or `boolean`; always there', { type: 'string' }, 1],
  ['enum', 'the values that are allowed', { type: 'string', enum: ['a', 'b'] }, 'c'],
  ['minimum', 'of a number', { type: 'integer', minimum: 1 }, 0],
  ['maximum', 'of a number', { type: 'integer', maximum: 5 }, 6],
  ['minLength', 'characters of a text', { type: 'string', minLength: 2 }, 'a'],
  ['maxLength', 'characters of a text', { type: 'string', maxLength: 2 }, 'abc'],
  ['minItems', 'of a list', { type: 'array', minItems: 1 }, []],
  ['maxItems', 'of a list', { type: 'array', maxItems: 1 }, [1, 2]],
  ['items', 'what a list holds', { type: 'array', items: { type: 'string' } }, [1]],
  ['properties', 'of an object; what is not named here is refused', { type: 'object', properties: {} }, { other: 1 }],
  ['required', 'names of properties that must be there', { type: 'object', required: ['a'] }, {}],
];
const words: readonly (readonly [name: string, meaning: string, schema: ConfigSchema])[] = [
  ['default', 'filled in where nothing was set', { type: 'integer', default: 3 }],
  ['title', 'the name of the field in the form', { type: 'string', title: 'Folder' }],
  ['description', 'the text below it', { type: 'string', description: 'Where photos go.' }],
  ['writeOnly', 'marks a secret; only for texts outside of lists', { type: 'string', writeOnly: true }],
];

export function configSchemaReference(): string {
  for (const [name, , schema] of [...keywords, ...words]) {
    if (checkConfigSchema(schema).length > 0) throw new Error(`The example of ${name} is not a schema.`);
  }
  for (const [name, , schema, refused] of keywords) {
    if (validateConfig(schema, refused).length === 0) throw new Error(`The example of ${name} refuses nothing.`);
  }
  const rows = [...keywords, ...words].map(([name, meaning, schema]) => [
    `\`${name}\``,
    meaning,
    `\`${JSON.stringify(schema)}\``,
  ]);
  return `# configSchema

${generatedNote}

What an admin may set for a plugin. It becomes a form, the check of what is sent, and \`ctx.config\`. Custom hooks declare their input and output in the same language. These keywords exist and no others: at most ${limits.configSchemaDepth} deep, ${limits.configSchemaProperties} properties, ${limits.configSchemaBytes / 1024} kB, the top one an object.

${markdownTable(['keyword', 'meaning', 'example'], rows)}

A secret (\`writeOnly\`) is never given back to people. The plugin gets a handle in its place, which \`ctx.http\` replaces by the text on its way to a host that the manifest names.
`;
}
