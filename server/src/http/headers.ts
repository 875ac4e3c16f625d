import type { FastifyReply, FastifyRequest } from 'fastify';

/** Of every answer. The pages set a policy of their own over this one, which lets nothing run or load. */
export function setSecurityHeaders(_request: FastifyRequest, reply: FastifyReply, https: boolean): void {
  reply.headers({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cache-control': 'no-store',
  });
  // Only when we know that the site has TLS: otherwise the header would lock people out of a plain-http server.
  if (https) reply.header('strict-transport-security', 'max-age=31536000');
}

/** Mantine writes its variables into a style element: allowed by a nonce, since nobody else's style may be. */
export function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
