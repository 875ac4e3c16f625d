import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';

const closed = { additionalProperties: false };
const nullable = <Schema extends ReturnType<typeof Type.String>>(schema: Schema) => Type.Union([schema, Type.Null()]);

/**
 * How a dependency showed itself. `declared`: package.json asks for it; `locked`: a lock file names it; `notices`: the
 * third-party notices do; `installed`: it lies in the package; `path`, `source-map`, `banner`: a bundler left that behind.
 */
export const ComponentEvidenceKind = Type.Enum([
  'declared',
  'locked',
  'notices',
  'installed',
  'path',
  'source-map',
  'banner',
]);
export type ComponentEvidenceKind = Static<typeof ComponentEvidenceKind>;

export const ComponentEvidence = Type.Object(
  {
    how: ComponentEvidenceKind,
    file: Type.String({ maxLength: limits.packagePathBytes, description: 'Path inside the package' }),
    line: Type.Integer({ minimum: 0, description: 'From 1; 0 where it is about the file as a whole' }),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
  },
  { title: 'ComponentEvidence', ...closed },
);
export type ComponentEvidence = Static<typeof ComponentEvidence>;

/** An npm package that a plugin brings with it. */
export const Component = Type.Object(
  {
    name: Type.String({ maxLength: 214 }),
    version: nullable(Type.String({ maxLength: 256, description: 'null where nothing says which one it is' })),
    range: nullable(Type.String({ maxLength: 256, description: 'What package.json asks for' })),
    purl: Type.String({ maxLength: 2_000 }),
    license: nullable(Type.String({ maxLength: 200, description: 'As the component itself says it' })),
    confidence: Type.Number({ minimum: 0, maximum: 1, description: 'That it is in the package' }),
    evidence: Type.Array(ComponentEvidence, { maxItems: limits.componentEvidence }),
    sha256: nullable(Type.String({ maxLength: 64, description: 'Of its file, where it is one' })),
    sha512: nullable(
      Type.String({ maxLength: 200, description: 'Of its archive in the registry, as the lock file says it' }),
    ),
  },
  { title: 'Component', ...closed },
);
export type Component = Static<typeof Component>;

/** What could be found of the dependencies of a package, and where nothing could be seen. */
export const ComponentList = Type.Object(
  {
    components: Type.Array(Component, { maxItems: limits.components }),
    gaps: Type.Array(
      Type.Object(
        { file: Type.String({ maxLength: limits.packagePathBytes }), message: Type.String({ maxLength: 300 }) },
        { title: 'ComponentGap', ...closed },
      ),
      { maxItems: limits.componentGaps, description: 'What was not read: there may be more components in it' },
    ),
  },
  { title: 'ComponentList', ...closed },
);
export type ComponentList = Static<typeof ComponentList>;

/** `unknown`: the advisory gives neither a score nor a word for it. */
export const AdvisorySeverity = Type.Enum(['critical', 'high', 'medium', 'low', 'unknown']);
export type AdvisorySeverity = Static<typeof AdvisorySeverity>;

export const ComponentAdvisory = Type.Object(
  {
    id: Type.String({ maxLength: 128 }),
    aliases: Type.Array(Type.String()),
    malicious: Type.Boolean({ description: 'The package was made to do harm' }),
    severity: AdvisorySeverity,
    score: Type.Union([Type.Number({ minimum: 0, maximum: 10 }), Type.Null()]),
    summary: Type.String({ maxLength: 300 }),
    fixed: nullable(Type.String({ maxLength: 256, description: 'The first version that is not affected' })),
    link: Type.String(),
  },
  { title: 'ComponentAdvisory', ...closed },
);
export type ComponentAdvisory = Static<typeof ComponentAdvisory>;

export const ComponentAudit = Type.Object(
  {
    name: Type.String(),
    version: nullable(Type.String()),
    purl: Type.String(),
    state: Type.Enum(['affected', 'not_affected', 'unknown']),
    reason: nullable(Type.String({ maxLength: 300, description: 'Why it, or a part of it, is unknown' })),
    advisories: Type.Array(ComponentAdvisory, { description: 'The gravest first' }),
  },
  { title: 'ComponentAudit', ...closed },
);
export type ComponentAudit = Static<typeof ComponentAudit>;

/** `none_known`: every component was looked up, and nothing is known about any of them. */
export const AuditState = Type.Enum(['affected', 'none_known', 'unknown']);
export type AuditState = Static<typeof AuditState>;

/** What an advisory source says to the dependencies of a package. */
export const DependencyAudit = Type.Object(
  {
    state: AuditState,
    reason: nullable(Type.String({ maxLength: 300, description: 'Why not all is known' })),
    source: nullable(Type.String({ description: 'Where advisories came from; null without one' })),
    components: Type.Array(ComponentAudit),
  },
  { title: 'DependencyAudit', ...closed },
);
export type DependencyAudit = Static<typeof DependencyAudit>;

/** An npm package in a plugin, with what is known about it. */
export const PluginComponent = Type.Object(
  {
    name: Type.String(),
    version: nullable(Type.String()),
    purl: Type.String(),
    license: nullable(Type.String()),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    seen: Type.Array(ComponentEvidenceKind, { description: 'How it showed itself' }),
    state: ComponentAudit.properties.state,
    reason: ComponentAudit.properties.reason,
    advisories: ComponentAudit.properties.advisories,
  },
  { title: 'PluginComponent', ...closed },
);
export type PluginComponent = Static<typeof PluginComponent>;

/** What is known against the dependencies of an installed plugin. */
export const PluginVulnerabilities = Type.Object(
  {
    state: AuditState,
    reason: DependencyAudit.properties.reason,
    source: DependencyAudit.properties.source,
    auditedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()], {
      description: 'When it was looked up last; null until then, and that is soon',
    }),
    digest: Type.String({ description: 'Identity of the package that was looked at' }),
    components: Type.Array(PluginComponent),
    gaps: ComponentList.properties.gaps,
  },
  { title: 'PluginVulnerabilities', ...closed },
);
export type PluginVulnerabilities = Static<typeof PluginVulnerabilities>;
