import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, problemDocument, type ErrorCode } from '@proofpix/contract/errors';

/** What Fastify and its plugins throw, by their code. Their texts stay inside: they are not part of our contract. */
const fastifyErrors: Readonly<Record<string, readonly [code: ErrorCode, detail?: string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body_too_large'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['media_type_not_supported'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['invalid_request', 'The body is not as long as Content-Length says.'],
  FST_ERR_BAD_URL: ['invalid_request', 'The address is not a valid URL.'],
  FST_ERR_MAX_PARAM_LENGTH: ['not_found'],
  FST_ERR_NOT_FOUND: ['not_found'],
};

/** The one place where an error becomes an answer. An unknown one says nothing but the request id. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error);
  if (problem.code === 'internal') request.log.error({ err: error }, 'a request failed');
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
  if (problem.retryAfterSeconds !== undefined) void reply.header('retry-after', String(problem.retryAfterSeconds));
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problemDocument(problem, request.id)));
}

function problemOf(error: unknown): Problem & { retryAfterSeconds?: number } {
  if (error instanceof Problem) return error;
  const code = (error as Partial<FastifyError> | null)?.code; // anything may be thrown; only a known code matters
  const known = typeof code === 'string' && Object.hasOwn(fastifyErrors, code) ? fastifyErrors[code] : undefined;
  return known ? new Problem(...known) : new Problem('internal');
}

/** Too many of something: says when the next one is looked at. */
export class TooMany extends Problem {
  readonly retryAfterSeconds: number;

  constructor(
    retryAfterSeconds: number,
    { code = 'rate_limited', detail }: { code?: 'rate_limited' | 'monthly_limit_reached'; detail?: string } = {},
  ) {
    super(code, detail);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
