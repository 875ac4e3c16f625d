import type { WebhookDelivery, WebhookEndpoint } from '@proofpix/contract/api/webhooks';
import type { DeliveryRow, EndpointRow } from './queries.ts';
import { webhookId } from './send-message.ts';

export function showEndpoint(row: EndpointRow, now = new Date()): WebhookEndpoint {
  return {
    id: row.id,
    name: row.name,
    url: row.url,
    types: row.types,
    enabled: row.enabled,
    disabledReason: row.disabled_reason,
    failingSince: row.failing_since?.toISOString() ?? null,
    previousSecretUntil: stillCounts(row.previous_until, now),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

/** When the secret before ends; null where it has. */
export function stillCounts(until: Date | null, now: Date): string | null {
  return until !== null && until > now ? until.toISOString() : null;
}

export function showDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    endpointId: row.endpoint_id,
    messageId: webhookId(row.message_id),
    type: row.type,
    plugin: row.plugin_id,
    state: row.state,
    attempts: row.attempts,
    responseStatus: row.response_status,
    responseExcerpt: row.response_excerpt,
    lastError: row.last_error,
    nextAttemptAt: row.next_attempt_at?.toISOString() ?? null,
    lastAttemptAt: row.last_attempt_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
