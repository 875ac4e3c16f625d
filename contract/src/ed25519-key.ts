/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
const prefix = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);

/**
 * The 32 bytes of a public key from its SubjectPublicKeyInfo in base64; null for anything else. The bytes are compared, not
 * parsed: no library ever reads a stranger's DER.
 */
export function ed25519KeyBytes(spki: string): Uint8Array | null {
  const bytes = strictBase64(spki);
  if (bytes?.length !== prefix.length + 32 || prefix.some((byte, index) => bytes[index] !== byte)) return null;
  return bytes.subarray(prefix.length);
}

/** The other way round. */
export function ed25519Spki(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...prefix, ...bytes));
}

/** Bytes from the one base64 text that they have. Unused bits and white space could be changed without changing the bytes. */
export function strictBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
    return btoa(bytes.reduce((sum, byte) => sum + String.fromCharCode(byte), '')) === text ? bytes : null;
  } catch {
    return null; // not base64
  }
}
