/** The token for a server, where it is not to stand among the arguments that everybody on the machine can read. */
export function tokenSetting(): string {
  return process.env['PROOFPIX_TOKEN'] ?? '';
}
