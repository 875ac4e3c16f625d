/** The only place of the harness that reads the environment: the canary stands in it, as a server's secrets do. */
export const canaryName = 'SECSCAN_CANARY';

export function canaryOf(): string {
  const canary = process.env[canaryName];
  if (canary === undefined || canary.length < 16) throw new Error(`${canaryName} is not set.`);
  return canary;
}
