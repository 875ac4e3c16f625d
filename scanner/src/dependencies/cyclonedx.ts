import { createHash } from 'node:crypto';
import type { Component, ComponentList } from '@proofpix/contract/dependencies';
import type { Manifest } from '@proofpix/contract/manifest';
import { spdxOf } from './licence.ts';

const toolVersion = '1.0.0';

/**
 * The components of a package as a CycloneDX 1.6 document. The same package gives the same bytes: its serial number comes
 * from its digest, and it has a time only when one is given.
 * @see https://cyclonedx.org/docs/1.6/json/
 */
export function toCycloneDx(
  { components, gaps }: ComponentList,
  about: { manifest: Pick<Manifest, 'id' | 'version' | 'description' | 'license'>; digest: string; time?: Date },
): object {
  const { manifest, digest, time } = about;
  const subject = `proofpix:${manifest.id}@${manifest.version}`;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidFrom(digest)}`,
    version: 1,
    metadata: {
      ...(time === undefined ? {} : { timestamp: time.toISOString() }),
      tools: { components: [{ type: 'application', name: 'proofpix', version: toolVersion }] },
      component: {
        type: 'application',
        'bom-ref': subject,
        name: manifest.id,
        version: manifest.version,
        description: manifest.description,
        ...licencesOf(manifest.license ?? null),
        // Not of the archive: of the canonical listing of its files, which is what a package is known by.
        properties: [{ name: 'proofpix:package:sha256', value: digest }],
      },
      properties: gaps.map(({ file, message }) => ({
        name: 'proofpix:not-seen',
        value: file === '' ? message : `${file}: ${message}`,
      })),
    },
    components: components.map(componentOf),
    dependencies: [
      { ref: subject, dependsOn: components.map(({ purl }) => purl) },
      ...components.map(({ purl }) => ({ ref: purl })),
    ],
    compositions: [
      // What a bundler left no trace of is not in the list.
      { aggregate: gaps.length > 0 ? 'incomplete' : 'unknown', assemblies: [subject] },
    ],
  };
}

function componentOf(component: Component): object {
  const { name, version, purl, license, evidence, confidence, sha256, sha512 } = component;
  const [, group, own] = /^(@[^/]+)\/(.+)$/.exec(name) ?? [null, null, name];
  const hashes = [
    ...(sha256 === null ? [] : [{ alg: 'SHA-256', content: sha256 }]),
    ...(sha512 === null ? [] : [{ alg: 'SHA-512', content: sha512 }]),
  ];
  return {
    type: 'library',
    'bom-ref': purl,
    ...(group === null ? {} : { group }),
    name: own,
    ...(version === null ? {} : { version }),
    ...(evidence.every(({ how }) => how === 'declared' || how === 'locked') ? { scope: 'optional' } : {}),
    ...(hashes.length === 0 ? {} : { hashes }),
    ...licencesOf(license),
    purl,
    properties: [
      { name: 'proofpix:version', value: version === null ? 'unknown' : 'known' },
      ...(component.range === null ? [] : [{ name: 'proofpix:declared-range', value: component.range }]),
    ],
    evidence: {
      identity: [
        {
          field: 'purl',
          confidence,
          methods: evidence.map(({ how, confidence: each, file }) => ({
            technique: techniqueOf(how),
            confidence: each,
            value: `${how}: ${file}`,
          })),
        },
      ],
      occurrences: evidence.map(({ file, line }) => ({ location: file, ...(line > 0 ? { line } : {}) })),
    },
  };
}

function techniqueOf(how: Component['evidence'][number]['how']): string {
  if (how === 'declared' || how === 'locked' || how === 'notices') return 'manifest-analysis';
  return how === 'installed' ? 'filename' : 'source-code-analysis';
}

function licencesOf(written: string | null): object {
  if (written === null) return {};
  const expression = spdxOf(written);
  if (expression === null) return { licenses: [{ license: { name: written } }] };
  // One licence has a field of its own; ids with a plus, or made up by a publisher, are expressions.
  const single = /^[\w.-]+$/.test(expression) && !expression.startsWith('LicenseRef-');
  return { licenses: [single ? { license: { id: expression } } : { expression }] };
}

/** A UUID of version 8, whose bits are ours to choose. */
function uuidFrom(digest: string): string {
  const hex = createHash('sha256').update(`proofpix cyclonedx ${digest}`).digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}
