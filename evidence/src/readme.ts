/** What stands in README.txt of each bundle. */
export const readme = `ProofPix evidence bundle, version 1

This archive holds photos as they were received, what was found in them, by which
programs, and a signature over all of it. One changed byte anywhere breaks it.

To check it, open verify.html in a browser and drop the archive on it. Nothing is
sent anywhere. A page that came with the archive may have been exchanged together
with it: take the page, or the program "proofpix verify", from somewhere you trust.

By hand, with standard tools, in the folder where the archive was unpacked:

  1. The signature (statement, signature and public key are texts in attestation.json):
       jq -j .statement attestation.json > statement
       jq -r .signature attestation.json | base64 -d > signature
       jq -r .publicKey attestation.json | base64 -d > key.der
       openssl pkeyutl -verify -pubin -keyform DER -inkey key.der -rawin -in statement -sigfile signature
  2. The manifest: its SHA-256 must be the one in the statement.
       sha256sum manifest.json
  3. Each file: its SHA-256 must be the one in the manifest.
       jq -r '.files[] | .sha256 + "  " + .path' manifest.json | sha256sum --check
  4. The key: compare its fingerprint with the one that the organisation publishes.
       sha256sum key.der

The signature says who vouches for the bundle and when by their clock. It does not
say that what a program found is right.
`;
