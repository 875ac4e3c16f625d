import { createHash } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { BadgeKind } from '@proofpix/contract/publisher-analytics';
import { effectiveVerdict, usualScanRules, type ScanVerdict } from '@proofpix/contract/scan';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { newestOffered } from '../../releases/newest-offered.ts';
import { listReleases } from '../../releases/queries.ts';
import { killOf } from '../../releases/show-listing.ts';
import type { Trust } from '../../trust/open-trust.ts';
import { isSold, type PluginName } from '../queries.ts';
import { countAllInstalls } from '../read-statistics.ts';
import { badgeLabels, drawBadge, type Badge } from './draw-badge.ts';

/** From here on the number of installs is told in steps, so that a picture that is fetched often tells no single one. */
const steps = [100_000, 50_000, 10_000, 5_000, 1_000, 500, 100, 50, 10, 5] as const;

const verdicts: Readonly<Record<ScanVerdict, Pick<Badge, 'value' | 'colour'>>> = {
  pass: { value: 'passed', colour: 'good' },
  review: { value: 'to be looked at', colour: 'warning' },
  block: { value: 'refused', colour: 'bad' },
};

/**
 * For anybody: of what is released and costs nothing, version and verdict are in the signed catalog for other servers
 * anyway. Of all else it answers as of what does not exist.
 * @throws Problem release_not_found
 */
export async function readBadge(
  { db, trust }: { db: Database; trust: Pick<Trust, 'killedBy'> },
  named: PluginName,
  kind: BadgeKind,
): Promise<{ svg: string; etag: string }> {
  const { offered, installs } = await asSystem(db, 'publisher-analytics', async (tx) => {
    const releases = await listReleases(tx, named);
    if (releases.length === 0 || (await isSold(tx, named))) throw new Problem('release_not_found');
    const living = releases.filter((row) => killOf(trust, row) === null);
    return { offered: newestOffered(living), installs: kind === 'installs' ? await countAllInstalls(tx, named) : 0 };
  });
  const svg = drawBadge({ label: badgeLabels[kind], ...shown() });
  return { svg, etag: `"${createHash('sha256').update(svg).digest('base64url').slice(0, 22)}"` };

  function shown(): Pick<Badge, 'value' | 'colour'> {
    if (kind === 'installs') return { value: installsText(installs), colour: 'plain' };
    if (offered === undefined) return { value: 'not offered', colour: 'bad' };
    return kind === 'version'
      ? { value: `v${offered.version}`, colour: 'plain' }
      : verdicts[effectiveVerdict(offered.scan, usualScanRules)];
  }
}

function installsText(installs: number | null): string {
  const step = steps.find((each) => (installs ?? 0) >= each);
  return step === undefined ? 'fewer than 5' : `${step.toLocaleString('en')}+`;
}
