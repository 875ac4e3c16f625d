/**
 * What a plugin can do wrong, as the host sees it. `hostile`: nothing that a mistake of its author can cause, because
 * our own code inside the runner never does it; one such act is enough for quarantine.
 */
export const violations = {
  permission_denied: { severity: 'medium', hostile: false, title: 'Used something that it was not granted' },
  host_call_limit: { severity: 'low', hostile: false, title: 'Made too many host calls' },
  call_ended: { severity: 'low', hostile: false, title: 'Acted after its call had ended' },
  log_limit: { severity: 'low', hostile: false, title: 'Wrote too many log lines' },
  emit_limit: { severity: 'low', hostile: false, title: 'Raised too many hooks' },
  storage_quota: { severity: 'low', hostile: false, title: 'Filled its storage' },
  result_invalid: { severity: 'low', hostile: false, title: 'Gave back something that was refused' },
  http_not_granted: { severity: 'medium', hostile: false, title: 'Wanted to reach a host that it was not granted' },
  host_denied: { severity: 'medium', hostile: false, title: 'Wanted to reach a host that your policy denies' },
  http_blocked: { severity: 'high', hostile: false, title: 'Wanted to reach an address that is not public' },
  http_limit: { severity: 'low', hostile: false, title: 'Made too many or too large requests' },
  secret_misdirected: { severity: 'high', hostile: false, title: 'Wanted to send a secret where it may not go' },
  time_limit: { severity: 'medium', hostile: false, title: 'Did not answer by its deadline' },
  cpu_limit: { severity: 'medium', hostile: false, title: 'Used more processor time than it may' },
  memory_limit: { severity: 'medium', hostile: false, title: 'Used more memory than it may' },
  died: { severity: 'medium', hostile: false, title: 'Its process ended' },
  worked_unasked: { severity: 'high', hostile: true, title: 'Worked while no call was open' },
  host_call_unknown: { severity: 'critical', hostile: true, title: 'Forged a host call' },
  frame_forged: { severity: 'critical', hostile: true, title: 'Broke the protocol with the host' },
  package_killed: { severity: 'critical', hostile: false, title: 'Was put on the kill list' },
  package_changed: { severity: 'critical', hostile: false, title: 'Its stored package was changed' },
  malicious_dependency: {
    severity: 'critical',
    hostile: false,
    title: 'Contains a package that is known to be malicious',
  },
  vulnerable_dependency: { severity: 'high', hostile: false, title: 'Contains a package with a known vulnerability' },
  scan_worse: { severity: 'high', hostile: false, title: 'A newer scan of its package found more' },
  reported: { severity: 'medium', hostile: false, title: 'Reported by a plugin' },
} as const satisfies Record<string, { severity: ViolationSeverity; hostile: boolean; title: string }>;

export type ViolationSeverity = 'low' | 'medium' | 'high' | 'critical';
export const violationSeverities: ViolationSeverity[] = ['low', 'medium', 'high', 'critical'];
export type ViolationType = keyof typeof violations;

// Object.keys of a constant object: the keys are exactly its type's keys.
export const violationTypes = Object.keys(violations) as ViolationType[];
