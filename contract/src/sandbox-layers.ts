import { Type, type Static } from 'typebox';

/** The layers around a runner, from the inside out. Which of them are on is found out by trying, at the start. */
export const sandboxLayers = {
  environment: "The runner gets none of the server's environment variables",
  'node-permissions': "Node's own permission flags: no files, child processes or workers",
  'parent-death': 'A runner dies with the server, even when the server is killed',
  'memory-limit': 'The kernel refuses a runner more memory than its plugin may have',
  user: 'A runner is another user than the server and cannot signal it or read its files',
  namespaces: 'A runner sees no files, no network and no processes but its own',
} as const;

export type SandboxLayer = keyof typeof sandboxLayers;
// Object.keys of a constant object: the keys are exactly its type's keys.
export const sandboxLayerNames = Object.keys(sandboxLayers) as SandboxLayer[];

/** One layer on this machine. */
export const LayerState = Type.Object(
  {
    layer: Type.Enum(sandboxLayerNames),
    on: Type.Boolean(),
    detail: Type.String({ description: 'How it is done, or why it is missing and what could then happen' }),
  },
  { title: 'LayerState' },
);
export type LayerState = Static<typeof LayerState>;
