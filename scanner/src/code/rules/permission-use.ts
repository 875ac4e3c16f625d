import { hooks, isBuiltInHook } from '@proofpix/contract/hooks';
import { hostCalls, isHostCall } from '@proofpix/contract/host-calls';
import { manifestHooks } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { CodeFile } from '../code-file.ts';
import type { PackageRule } from '../rule.ts';
import { plainKey, unwrapped, type Node } from '../syntax.ts';

const modulePermissions: Readonly<Record<string, Permission>> = {
  axios: 'http',
  crypto: 'crypto',
  'node:crypto': 'crypto',
};
/** Groups of host calls, as they stand on the context: `files`, `storage`. */
const groups: ReadonlyMap<string, Permission> = new Map(
  Object.entries(hostCalls).flatMap(([name, row]): [string, Permission][] => {
    const [group = '', method] = name.split('.');
    return row.permission === null || method === undefined ? [] : [[group, row.permission]];
  }),
);

const contextNames: ReadonlySet<string> = new Set([...groups.keys(), 'config', 'log', 'emit', 'signal']);

export const permissionUseRule: PackageRule = {
  kind: 'package',
  id: 'permission-use',
  severity: 'medium',
  explanation:
    'People grant what a plugin asks for. One that asks for more than it uses can use it after an update that nobody looks at; one that uses what it did not ask for fails.',
  remedy: 'Ask in the manifest for exactly the permissions that the code uses.',
  samples: {
    bad: [
      {
        manifest: { permissions: ['files', 'http'] },
        code: 'exports.hooks = { "file:process": async (input, ctx) => ({ size: await ctx.files.read(0, 10) }) };',
      },
      { manifest: { permissions: [] }, code: 'exports.hooks = { "x:y": async (input, ctx) => ctx.storage.get("a") };' },
      {
        manifest: { permissions: ['files'] },
        code: 'exports.hooks = { "file:process": async (input, { http, files }) => http.request({ url: "https://example.org" }) };',
      },
    ],
    good: [
      {
        manifest: { permissions: ['files'], hooks: ['file:process'] },
        code: 'exports.hooks = { "file:process": async (input, ctx) => ({ metadata: {} }) };',
      },
      {
        manifest: { permissions: ['storage'] },
        code: 'exports.hooks = { "x:y": async (input, context) => { const { storage } = context; return storage.get("a"); } };',
      },
      {
        manifest: { permissions: ['http'], hosts: ['example.org'] },
        code: 'const axios = require("axios"); axios.get("https://example.org");',
      },
    ],
  },
  check({ manifest, files }, report) {
    const asked = new Set(manifest.permissions ?? []);
    const used = new Map<Permission, { file: CodeFile; node: Node }>();
    let anyContext = false;
    for (const file of files) {
      for (const { permission, node } of usesIn(file)) if (!used.has(permission)) used.set(permission, { file, node });
      anyContext ||= file.tree.nodes('Identifier').some(({ name }) => name === 'ctx' || name === 'context');
    }
    const byHooks = new Set<Permission>(
      manifestHooks(manifest).flatMap(({ name }) => (isBuiltInHook(name) ? [hooks[name].permission] : [])),
    );
    for (const [permission, { file, node }] of used) {
      if (!asked.has(permission))
        report(file.path, node, {
          message: `Uses "${permission}", which the manifest does not ask for.`,
          confidence: 0.8,
        });
    }
    for (const permission of asked) {
      if (used.has(permission) || byHooks.has(permission)) continue;
      // A context that is handed on whole cannot be followed everywhere.
      report('manifest.json', null, {
        message: `Asks for "${permission}" and does not use it.`,
        severity: 'medium',
        confidence: anyContext ? 0.6 : 0.8,
      });
    }
  },
};

function usesIn(file: CodeFile): { permission: Permission; node: Node }[] {
  const uses: { permission: Permission; node: Node }[] = [];
  const note = (permission: Permission | undefined, node: Node) => {
    if (permission !== undefined) uses.push({ permission, node });
  };
  for (const node of file.tree.nodes('MemberExpression')) {
    const key = plainKey(node.property, node.computed);
    const object = unwrapped(node.object);
    if (key === null) continue;
    if (isContext(object)) note(groups.get(key), node);
    // `c.files.read`: the pair of group and call is a host call wherever the context came from.
    if (object.type === 'MemberExpression') {
      const group = plainKey(object.property, object.computed);
      if (group !== null && isHostCall(`${group}.${key}`)) note(groups.get(group), node);
    }
  }
  for (const node of file.tree.nodes('ObjectPattern')) {
    const { parent } = node;
    const ofContext =
      parent?.type === 'VariableDeclarator' && parent.init !== null && isContext(unwrapped(parent.init));
    const ofHook =
      parent !== null &&
      parent !== undefined &&
      'params' in parent &&
      Array.isArray(parent.params) &&
      parent.params[1] === node;
    // A context that is handed on is taken apart by its members: two of them together are no accident.
    const keys = node.properties.map((property) =>
      property.type === 'Property' ? plainKey(property.key, property.computed) : null,
    );
    const ofPart = keys.filter((key) => key !== null && contextNames.has(key)).length >= 2;
    if (!ofContext && !ofHook && !ofPart) continue;
    for (const property of node.properties) {
      const key = property.type === 'Property' ? plainKey(property.key, property.computed) : null;
      if (key !== null) note(groups.get(key), node);
    }
  }
  for (const node of file.tree.nodes('ImportDeclaration')) note(permissionOfModule(node.source.value), node);
  for (const invocation of file.invocations) {
    if (!invocation.paths.includes('require')) continue;
    const [name] = invocation.values[0] ?? [];
    if (name?.kind === 'primitive') note(permissionOfModule(String(name.value)), invocation.node);
  }
  return uses;
}

function permissionOfModule(name: string): Permission | undefined {
  return Object.hasOwn(modulePermissions, name) ? modulePermissions[name] : undefined;
}

function isContext(node: Node): boolean {
  return node.type === 'Identifier' && (node.name === 'ctx' || node.name === 'context');
}
