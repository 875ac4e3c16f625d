import type { HookOutput } from '@proofpix/sdk/hooks';

export type Finding = NonNullable<NonNullable<HookOutput<'file:process'>>['findings']>[number];
export type Metadata = NonNullable<NonNullable<HookOutput<'file:process'>>['metadata']>;
