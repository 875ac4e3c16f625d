import type { LayerState } from '@proofpix/contract/sandbox-layers';

/** What owned-host.ts prints of one way to start runners: what the layers say, and what an owned runner could do. */
export type OwnedWay = {
  name: string;
  layers?: readonly LayerState[];
  /** With Node's permission flags, and without them: what code could do that has left Node itself. */
  flagged?: Record<string, unknown>;
  free?: Record<string, unknown>;
  failed?: string;
};
