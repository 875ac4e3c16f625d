import type { HookOutput } from '@proofpix/sdk/hooks';

export type Finding = NonNullable<HookOutput<'data:analyze'>['findings']>[number];
