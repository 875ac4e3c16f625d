import { signatureFaults, type SignatureFaultCode } from '@proofpix/contract/trust';

/** What is wrong with a signature: one code of the table, and what it was this time. */
export class SignatureFault extends Error {
  readonly code: SignatureFaultCode;
  /** In which statement, where it is in one. */
  part: 'publisher' | 'marketplace' | undefined;

  constructor(code: SignatureFaultCode, detail?: string) {
    super(detail === undefined ? signatureFaults[code] : `${signatureFaults[code]} ${detail}`);
    this.name = 'SignatureFault';
    this.code = code;
  }
}
