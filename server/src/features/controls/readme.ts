/** What stands in README.txt of exported evidence. */
export const readme = `ProofPix evidence of controls, version 1

This archive holds what a ProofPix server recorded about its own controls in a
period, for an auditor: open index.html first. index.json says the same for programs.

  controls/   a file for each control: the acts of the audit trail that belong to it, in
              the order of their chain. Each act of the period stands in exactly one.
  state/      lists beside the trail: members with their roles at both ends of the
              period, API tokens, plugins, restore points, security events, signed heads.

Each file is JSON Lines. Its first line names the control and the span that was asked
for; where nothing was recorded it says so. Times are UTC; the end of the period is the
first moment that does not belong to it.

The archive is signed by the key of the organisation, like an evidence bundle:

  proofpix verify FILE --key FINGERPRINT

says whether a byte was changed; the organisation publishes the fingerprint of its key
(GET /api/organisations/evidence-key). By hand, see "attestation.json" and
"manifest.json", which names the SHA-256 of every file.

index.json also says what came out when the server verified the whole chain of its
trail for this export. To verify the chain without the server, take the whole trail:
"proofpix audit export", then "proofpix audit verify".

The signature says who vouches for the archive, and when by their clock. What the
server was never told (who was trained, which visitor was let in) is not in it.
`;
