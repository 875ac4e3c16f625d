import type { HookOutput } from '@proofpix/sdk/hooks';

export type Metadata = NonNullable<HookOutput<'file:process'>['metadata']>;
export type Finding = NonNullable<HookOutput<'file:process'>['findings']>[number];
export type Json = Metadata[string];
