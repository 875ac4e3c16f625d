import type { Finding } from './finding.ts';
import type { Metadata } from './metadata.ts';
import { exposure } from './checks/exposure.ts';
import { generated } from './checks/generated.ts';
import { lens } from './checks/lens.ts';
import { maker } from './checks/maker.ts';
import { otherFile } from './checks/other-file.ts';
import { pictureSize } from './checks/picture-size.ts';
import { positions } from './checks/positions.ts';
import { program } from './checks/program.ts';
import { timeOrder } from './checks/time-order.ts';

/** Every check, in the order in which their findings stand. */
export const checks: readonly ((metadata: Metadata) => Finding[])[] = [
  generated,
  program,
  timeOrder,
  pictureSize,
  maker,
  lens,
  exposure,
  positions,
  otherFile,
];
