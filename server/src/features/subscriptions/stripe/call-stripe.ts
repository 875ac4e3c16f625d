import { Problem } from '@proofpix/contract/errors';

/** The version of the interface whose fields are named here. */
const apiVersion = '2025-03-31.basil';
const timeoutMilliseconds = 15_000;
const attempts = 2;

export type StripeAccess = { secretKey: string; apiUrl: string };
export type StripeAnswer = Readonly<Record<string, unknown>>;

/** Stripe said no: nothing was done. Any other failure leaves open whether something was. */
export class StripeRefusal extends Problem {}

/**
 * One call of Stripe's own interface: forms in, JSON out. Its library is ten megabytes for the few that are needed. A call
 * that breaks off is sent once more with the same idempotency key, so that nothing is made twice.
 * @throws StripeRefusal
 * @throws Problem payment_failed
 */
export async function callStripe(
  { secretKey, apiUrl }: StripeAccess,
  { path, fields, key }: { path: string; fields: Record<string, string>; key: string },
): Promise<StripeAnswer> {
  const request = {
    method: 'POST',
    headers: {
      authorization: `Bearer ${secretKey}`,
      'idempotency-key': key,
      'stripe-version': apiVersion,
    },
    body: new URLSearchParams(fields),
    redirect: 'error',
  } as const;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(apiUrl + path, { ...request, signal: AbortSignal.timeout(timeoutMilliseconds) });
      return await bodyOf(answer);
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (attempt === attempts) throw new Problem('payment_failed', 'Stripe did not answer.');
    }
  }
}

/** @throws StripeRefusal with Stripe's own code, never its text: it may name what only the operator may see */
async function bodyOf(answer: Response): Promise<StripeAnswer> {
  const body = (await answer.json().catch(() => null)) as
    | (StripeAnswer & { error?: { code?: unknown; type?: unknown } })
    | null;
  if (answer.ok && body !== null) return body;
  // A server of theirs that is down is worth a second try.
  if (answer.ok || answer.status >= 500) throw new Error(`Stripe answered ${answer.status}.`);
  const code = body?.error?.code ?? body?.error?.type;
  throw new StripeRefusal(
    'payment_failed',
    `Stripe refused: ${typeof code === 'string' ? code.slice(0, 100) : answer.status}.`,
  );
}

/** The address where somebody goes on. @throws Problem payment_failed */
export function addressIn({ url }: StripeAnswer): string {
  if (typeof url === 'string' && URL.canParse(url)) return url;
  throw new Problem('payment_failed', 'Stripe gave no address.');
}
