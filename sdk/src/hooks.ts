// The types of hook inputs and outputs, for plugins that split their work over several files.
import type { HookInput, HookName, HookOutput } from '@proofpix/contract/hooks';
export type { HookInput, HookName, HookOutput };
