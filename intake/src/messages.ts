import { Type, type Static } from 'typebox';
import { archiveRuleNames } from '@proofpix/contract/archive-rules';
import { ComponentList } from '@proofpix/contract/dependencies';
import { limits } from '@proofpix/contract/limits';
import { ScanResult } from '@proofpix/contract/scan';

const closed = { additionalProperties: false };

/** What a scan is at: unpacking, looking at the code, writing the canonical archive. */
export const scanPhases = ['read', 'analyse', 'write'] as const;

export const ProgressMessage = Type.Object(
  {
    phase: Type.Enum([...scanPhases]),
    done: Type.Integer({ minimum: 0, maximum: limits.packageEntries }),
    of: Type.Integer({ minimum: 0, maximum: limits.packageEntries }),
  },
  closed,
);
export type Progress = Static<typeof ProgressMessage>;

/**
 * All that a scan's word is taken for: which files there are, what the analysis of their code says, and which
 * npm packages are among them. Manifest, digests,
 * README and warnings the parent works out of the files themselves.
 */
export const ScannedMessage = Type.Object(
  {
    format: Type.Enum(['zip', 'tar.gz']),
    files: Type.Array(
      Type.Object(
        {
          path: Type.String({ minLength: 1, maxLength: limits.packagePathBytes }),
          size: Type.Integer({ minimum: 0, maximum: limits.packageEntryBytes }),
        },
        closed,
      ),
      { minItems: 1, maxItems: limits.packageEntries },
    ),
    archiveSize: Type.Integer({ minimum: 1, maximum: limits.packageBytes }),
    scan: ScanResult,
    components: ComponentList,
  },
  closed,
);
export type ScannedMessage = Static<typeof ScannedMessage>;

/** The refusals that reading a package knows. Nothing else may come out of a scan: no other route's error, no other status. */
export const refusals = [
  'package_not_archive',
  'package_too_large',
  'package_refused',
  'manifest_missing',
  'manifest_invalid',
  'main_missing',
] as const;
/** Of the fields that are wrong, and of what is said about each. */
export const refusalBounds = { fields: 200, fieldChars: 300, messageChars: 1_000, detailChars: 4_000 };

export const RefusedMessage = Type.Object(
  {
    code: Type.Enum([...refusals]),
    detail: Type.Optional(Type.String({ maxLength: refusalBounds.detailChars })),
    rule: Type.Optional(Type.Enum([...archiveRuleNames])),
    fields: Type.Array(
      Type.Object(
        {
          field: Type.String({ maxLength: refusalBounds.fieldChars }),
          message: Type.String({ maxLength: refusalBounds.messageChars }),
        },
        closed,
      ),
      { maxItems: refusalBounds.fields },
    ),
  },
  closed,
);
export type RefusedMessage = Static<typeof RefusedMessage>;
