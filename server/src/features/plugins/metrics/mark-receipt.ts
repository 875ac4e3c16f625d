import { hooks, isBuiltInHook } from '@proofpix/contract/hooks';
import { hostCalls, isHostCall } from '@proofpix/contract/host-calls';
import { matchesHost, readHostPattern } from '@proofpix/contract/host-pattern';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Figures, LimitInForce, PluginReceipt, ReceiptMark, Traffic } from '@proofpix/contract/receipts';
import type { InstallationRow } from '../queries.ts';
import { isCalledHook, type FigureRow } from './figures.ts';

type Declared = PluginReceipt['declared'];
type Row = Pick<InstallationRow, 'manifest' | 'permissions'>;

const MB = 1024 * 1024;

/** What the manifest asks for, with what became of it in the figures. */
export function declaredOf(
  { manifest, permissions }: Row,
  { rows, totals, inForce }: { rows: readonly FigureRow[]; totals: Figures; inForce: LimitInForce[] },
): Declared {
  const used = usedPermissions(manifest, rows, totals);
  return {
    permissions: permissions.map(({ permission, decision }) => ({ permission, decision, used: used.has(permission) })),
    hosts: (manifest.hosts ?? []).map((host) => ({ host, requests: requestsTo(host, totals.traffic) })),
    limits: inForce,
  };
}

/** Where the figures say more, less or other than the manifest. */
export function marksOf(
  { manifest, permissions }: Row,
  { declared, totals }: { declared: Declared; totals: Figures },
): ReceiptMark[] {
  const marks: ReceiptMark[] = [];
  for (const { permission, decision, used } of declared.permissions) {
    if (decision === 'granted' && !used) {
      const text = `It was granted "${permission}" and did not use it in this time.`;
      marks.push({ mark: 'permission-unused', subject: permission, text });
    }
  }
  const granted = new Set(permissions.filter(({ decision }) => decision === 'granted').map(({ permission: p }) => p));
  for (const permission of calledPermissions(totals)) {
    if (granted.has(permission)) continue;
    const text = `It made host calls that need "${permission}", which it is not granted now.`;
    marks.push({ mark: 'permission-missing', subject: permission, text });
  }
  for (const { host, requests } of declared.hosts) {
    if (requests === 0)
      marks.push({ mark: 'host-unused', subject: host, text: `It did not reach ${host} in this time.` });
  }
  for (const host of Object.keys(totals.traffic)) {
    if (host === 'other' || isDeclared(host, manifest)) continue;
    // Only granted hosts can be reached: what is not declared now was declared by an older version.
    const text = `It reached ${host}, which the installed version does not declare.`;
    marks.push({ mark: 'host-undeclared', subject: host, text });
  }
  const memory = declared.limits.find(({ limit }) => limit === 'memory');
  if (memory !== undefined && totals.memoryBytes > memory.inForce * MB) {
    const held = Math.round(totals.memoryBytes / MB);
    const text = `It held ${held} MB, over the ${memory.inForce} MB that are in force now.`;
    marks.push({ mark: 'limit-exceeded', subject: 'memory', text });
  }
  return marks;
}

/** By its host calls, and by being called: a file hook hands a file over without any host call. */
function usedPermissions(manifest: Manifest, rows: readonly FigureRow[], totals: Figures): ReadonlySet<Permission> {
  const used = new Set(calledPermissions(totals));
  for (const { hook, calls } of rows.filter(isCalledHook)) {
    if (Number(calls) === 0) continue;
    const own = manifest.customHooks?.[hook]?.permission;
    if (isBuiltInHook(hook)) used.add(hooks[hook].permission);
    else if (own !== undefined) used.add(own);
  }
  return used;
}

function calledPermissions({ byHostCall }: Figures): ReadonlySet<Permission> {
  const called = new Set<Permission>();
  for (const name of Object.keys(byHostCall)) {
    const permission = isHostCall(name) ? hostCalls[name].permission : null;
    if (permission !== null) called.add(permission);
  }
  return called;
}

function requestsTo(host: string, traffic: Traffic): number {
  const { pattern } = readHostPattern(host);
  if (pattern === null) return 0;
  return Object.entries(traffic).reduce(
    (sum, [name, { requests }]) => (matchesHost(pattern, name, pattern.port) ? sum + requests : sum),
    0,
  );
}

/** Traffic is counted by the name alone, so any port of it will do. */
function isDeclared(host: string, manifest: Manifest): boolean {
  return (manifest.hosts ?? []).some((text) => {
    const { pattern } = readHostPattern(text);
    return pattern !== null && matchesHost(pattern, host, pattern.port);
  });
}
