import { Type, type Static } from 'typebox';
import { PluginId } from '../manifest.ts';
import { PermissionName } from '../permission-name.ts';
import { Policy, PolicyDecision } from '../policies.ts';
import { route } from '../route.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const Reason = Type.String({ minLength: 1, maxLength: 1_000, description: 'Kept with your name' });

/** While it stands, nothing of the organisation runs. */
export const PluginStop = Type.Object({ reason: Type.String(), at: Time }, { title: 'PluginStop' });
export type PluginStop = Static<typeof PluginStop>;

export const PolicyReply = Type.Object(
  {
    policy: Policy,
    revision: Type.Integer({ minimum: 0, description: 'Counts the changes; 0 where nothing was decided yet' }),
    updatedAt: NullableTime,
    stop: Type.Union([PluginStop, Type.Null()], { description: 'All plugins are stopped' }),
  },
  { title: 'PolicyReply' },
);
export type PolicyReply = Static<typeof PolicyReply>;

/** What a draft would mean for one plugin, installed or offered. */
export const PolicyEffectOnPlugin = Type.Object(
  {
    plugin: PluginId,
    name: Type.String(),
    publisher: Type.String(),
    version: Type.String(),
    installed: Type.Boolean({ description: 'Or else a listing of the marketplace' }),
    state: Type.Union([Type.String(), Type.Null()], { description: 'Of an installed one' }),
    before: PolicyDecision,
    decision: PolicyDecision,
    permissions: Type.Array(
      Type.Object({ permission: PermissionName, granted: Type.Boolean(), decision: PolicyDecision }),
      { description: 'Those that it asks for and would not get' },
    ),
    hosts: Type.Array(
      Type.Object({
        host: Type.String(),
        partly: Type.Boolean({ description: 'Only some of the hosts that it stands for' }),
        decision: PolicyDecision,
      }),
      { description: 'Those that it names and could not reach' },
    ),
  },
  { title: 'PolicyEffectOnPlugin' },
);
export type PolicyEffectOnPlugin = Static<typeof PolicyEffectOnPlugin>;

export const PolicyDryRun = Type.Object(
  {
    checked: Type.Object({ installed: Type.Integer(), listings: Type.Integer() }),
    stops: Type.Integer({ description: 'Plugins that run now and would be unloaded' }),
    affected: Type.Array(PolicyEffectOnPlugin, {
      description: 'What would be refused, wholly or in part, or is refused now and would be allowed',
    }),
  },
  { title: 'PolicyDryRun' },
);
export type PolicyDryRun = Static<typeof PolicyDryRun>;

export const policyRoutes = {
  get: route({
    method: 'GET',
    path: '/api/policies',
    summary: 'Get what your organisation decided about plugins',
    access: 'policies:read',
    plan: 'free',
    replies: { 200: PolicyReply },
    errors: [],
  }),
  put: route({
    method: 'PUT',
    path: '/api/policies',
    summary:
      'Replace the policy. What is running and is now denied ends within seconds, and is put right when it is allowed again',
    access: 'policies:manage',
    plan: 'enterprise',
    body: Type.Object(
      {
        policy: Policy,
        revision: Type.Optional(Type.Integer({ minimum: 0, description: 'Refused where it is another by now' })),
      },
      closed,
    ),
    replies: { 200: PolicyReply },
    errors: ['invalid_request', 'policy_changed'],
  }),
  dryRun: route({
    method: 'POST',
    path: '/api/policies/dry-run',
    summary: 'Find out what a policy would refuse, by which rule, without changing anything',
    access: 'policies:read',
    plan: 'enterprise',
    body: Type.Object({ policy: Policy }, closed),
    replies: { 200: PolicyDryRun },
    errors: ['invalid_request'],
  }),
};

/** One action stops everything that plugins do in the organisation. */
export const stopRoutes = {
  stopAll: route({
    method: 'POST',
    path: '/api/plugins/stop-all',
    summary: 'Stop all plugins of your organisation at once, and let none load until that is lifted',
    access: 'plugins:manage',
    // Whoever does not pay any more can stop them too.
    plan: 'free',
    body: Type.Object({ reason: Reason }, closed),
    replies: { 200: PolicyReply },
    errors: ['invalid_request'],
  }),
  liftStop: route({
    method: 'POST',
    path: '/api/plugins/lift-stop',
    summary: 'Lift the stop: what ran before is loaded again, as far as the policy allows it',
    access: 'policies:manage',
    plan: 'free',
    body: Type.Object({ reason: Reason }, closed),
    replies: { 200: PolicyReply },
    errors: ['invalid_request'],
  }),
};
