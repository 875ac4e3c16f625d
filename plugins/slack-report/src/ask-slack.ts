import type { Context } from '@proofpix/sdk/context';
import type { Outcome } from './outbox.ts';
import type { Filter, Report } from './summarise.ts';

export type Config = Filter & {
  /** A handle; the path itself never comes here. */
  webhookPath?: string;
  channel: string;
};

type Slack = Pick<Context<Config>, 'config' | 'http' | 'oauth' | 'log'>;

const timeout = 10_000;
const afterFailure = 60;
const usualWait = 30;
const longestWait = 3_600;
/** What Slack says when it is Slack that has a problem. */
const passing = new Set(['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout']);

/** Posts reports as one message. @throws when it is the settings that must change */
export async function post(slack: Slack, reports: readonly Report[], leftOut: number): Promise<Outcome> {
  try {
    return await ask(slack, messageOf(reports, leftOut));
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'oauth_not_connected') {
      throw new Error('Set the incoming webhook, or connect an account of Slack.', { cause: error });
    }
    if (code !== 'http_failed' && code !== 'http_timeout') throw error;
    slack.log.warn('Slack could not be reached; the report waits.');
    return { sent: false, wait: afterFailure };
  }
}

type Message = { text: string; blocks: { type: string; text: { type: string; text: string; emoji: boolean } }[] };

async function ask({ config, http, oauth, log }: Slack, message: Message): Promise<Outcome> {
  const { webhookPath, channel } = config;
  const quiet = { unfurl_links: false, unfurl_media: false };
  const answer =
    webhookPath === undefined
      ? await http.post(
          'https://slack.com/api/chat.postMessage',
          { ...message, ...quiet, channel: named(channel) },
          {
            headers: { authorization: `Bearer ${(await oauth.token('slack')).accessToken}` },
            timeout,
          },
        )
      : await http.post(`https://hooks.slack.com/services/${webhookPath}`, { ...message, ...quiet }, { timeout });
  const { status, headers } = answer;
  if (status === 429) {
    const wait = waitOf(headers['retry-after']);
    log.info(`Slack wants ${wait} seconds of silence; the report waits.`);
    return { sent: false, wait };
  }
  if (status >= 500) return { sent: false, wait: afterFailure };
  const error = webhookPath === undefined ? errorOf(answer.text()) : answer.ok ? null : shortened(answer.text());
  if (error === null && answer.ok) return { sent: true };
  if (error !== null && passing.has(error)) return { sent: false, wait: usualWait };
  throw new Error(`Slack refused the report: ${error ?? `status ${status}`}.`);
}

function named(channel: string): string {
  if (channel !== '') return channel;
  throw new Error('Name the channel: the connected account has none of its own.');
}

function waitOf(header: string | undefined): number {
  const seconds = /^\d{1,9}$/.test(header ?? '') ? Number(header) : usualWait;
  return Math.min(Math.max(1, seconds), longestWait);
}

/** Null when Slack says that it took the message. */
function errorOf(text: string): string | null {
  try {
    const { ok, error } = JSON.parse(text) as { ok?: unknown; error?: unknown };
    return ok === true ? null : shortened(String(error ?? 'no reason given'));
  } catch {
    return 'an answer that is no JSON';
  }
}

/** Slack's errors are short words; whatever else comes back is not repeated at length. */
function shortened(text: string): string {
  return (
    text
      .replace(/[^\w .:-]+/g, ' ')
      .trim()
      .slice(0, 80) || 'no reason given'
  );
}

function messageOf(reports: readonly Report[], leftOut: number): Message {
  const sections = reports.map(({ name, count, findings }) =>
    [
      `${name}: ${count === 0 ? 'nothing found' : `${count} finding${count === 1 ? '' : 's'}`}`,
      ...findings.map(({ severity, title }) => `• ${severity}: ${title}`),
    ].join('\n'),
  );
  if (leftOut > 0) sections.push(`${leftOut} earlier report${leftOut === 1 ? ' was' : 's were'} left out.`);
  const [first = ''] = sections;
  return {
    // For notifications. Slack reads commands in it (<!channel>), which a name of a photo must not give.
    text: escaped(reports.length === 1 ? first : `${reports.length} photos were analyzed`),
    blocks: sections.map((text) => ({ type: 'section', text: { type: 'plain_text', text, emoji: false } })),
  };
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
