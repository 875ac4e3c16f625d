import { Type, type Static } from 'typebox';
import { DependencyAudit } from './dependencies.ts';
import { JsonObject } from './json.ts';
import { Manifest, PluginId } from './manifest.ts';
import { PermissionName } from './permission-name.ts';
import { ScanResult, ScanVerdict } from './scan.ts';
import { SignatureMark } from './trust.ts';

const NullableText = Type.Union([Type.String(), Type.Null()]);

/** A picture of a package. The server does not decode it: it is only ever shown as a picture, never as a document. */
export const PackageIcon = Type.Object(
  { type: Type.Enum(['image/png', 'image/svg+xml']), data: Type.String({ description: 'base64' }) },
  { title: 'PackageIcon' },
);
export type PackageIcon = Static<typeof PackageIcon>;

/** How the version in a package stands to the one that is installed. */
export const VersionStep = Type.Enum(['new', 'upgrade', 'downgrade', 'same']);

/** What installing a package would mean. Nothing was installed, stored or run to find out. */
export const PackageInspection = Type.Object(
  {
    id: PluginId,
    name: Type.String(),
    version: Type.String(),
    description: Type.String(),
    author: Type.String(),
    type: Manifest.properties.type,
    category: Manifest.properties.category,
    license: NullableText,
    homepage: NullableText,
    manifest: JsonObject,
    digest: Type.String({ description: 'Identity: SHA-256 of the canonical listing' }),
    archiveDigest: Type.String({ description: 'Of the archive as it would be kept' }),
    archiveSize: Type.Integer({ description: 'As it was received' }),
    size: Type.Integer({ description: 'Bytes of the files' }),
    files: Type.Integer(),
    readme: NullableText,
    icon: Type.Union([PackageIcon, Type.Null()]),
    permissions: Type.Array(
      Type.Object({
        permission: PermissionName,
        reason: Type.Union([Type.String(), Type.Null()], { description: "The publisher's words" }),
        hooks: Type.Array(Type.String(), { description: 'Its hooks that are not called without the permission' }),
        decision: Type.Enum(['granted', 'refused', 'pending'], { description: 'In force for what is installed' }),
        isNew: Type.Boolean({ description: 'What is installed did not ask for it, or not for as much' }),
      }),
    ),
    hosts: Type.Array(Type.Object({ host: Type.String(), isNew: Type.Boolean() })),
    hooks: Type.Array(Type.String()),
    dependencies: Type.Array(
      Type.Object({
        plugin: PluginId,
        range: Type.String(),
        installed: Type.Union([Type.String(), Type.Null()], { description: 'The version that is there' }),
      }),
    ),
    warnings: Type.Array(Type.String()),
    scan: Type.Object(
      { result: ScanResult, verdict: ScanVerdict },
      { description: "What was found in it; the verdict is by the organisation's rules" },
    ),
    vulnerabilities: Type.Object(
      {
        state: DependencyAudit.properties.state,
        reason: DependencyAudit.properties.reason,
        source: DependencyAudit.properties.source,
        components: Type.Integer({ description: 'npm packages that were found in it' }),
      },
      { description: 'What is known against its dependencies; each advisory is a finding of the scan' },
    ),
    signature: SignatureMark,
    step: VersionStep,
    installed: Type.Union([
      Type.Object({
        version: Type.String(),
        digest: Type.String(),
        source: Type.String(),
        publisher: Type.String(),
        isSamePackage: Type.Boolean({ description: 'Installing it would change nothing' }),
      }),
      Type.Null(),
    ]),
    obstacle: Type.Union(
      [
        Type.Object({
          code: Type.Enum([
            'plugin_id_taken',
            'version_changed',
            'signature_required',
            'package_killed',
            'policy_denied',
            'version_pinned',
          ]),
          message: Type.String(),
        }),
        Type.Null(),
      ],
      { description: 'Why an install of it would be refused as things stand' },
    ),
  },
  { title: 'PackageInspection' },
);
export type PackageInspection = Static<typeof PackageInspection>;

/** What goes with a plugin when it is uninstalled. Findings and files in reports stay. */
export const PluginFootprint = Type.Object(
  {
    storedKeys: Type.Integer(),
    storedBytes: Type.Integer(),
    settings: Type.Integer({ description: 'Settings that somebody changed' }),
    secrets: Type.Integer(),
    logLines: Type.Integer(),
    daysOfFigures: Type.Integer(),
    hooks: Type.Array(Type.Object({ hook: Type.String(), plugins: Type.Array(PluginId) }), {
      description: 'Hooks that it declares and other plugins implement',
    }),
    dependents: Type.Array(Type.Object({ plugin: PluginId, name: Type.String(), range: Type.String() }), {
      description: 'Plugins whose manifest names it',
    }),
  },
  { title: 'PluginFootprint' },
);
export type PluginFootprint = Static<typeof PluginFootprint>;
