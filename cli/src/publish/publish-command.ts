import { setTimeout } from 'node:timers/promises';
import type { Submission } from '@proofpix/contract/api/submissions';
import { releaseChannels, submissionStates } from '@proofpix/contract/publishing';
import { routes } from '@proofpix/contract/routes';
import { actionOn, usualScanRules, type ScanFinding } from '@proofpix/contract/scan';
import { fromCaller, serverSettings } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { readSource, type Source } from '../install/read-source.ts';
import { asking, deadline, isExposed, openServer, type Server } from '../install/server.ts';
import { tokenOf } from '../install/token.ts';
import { printable, printableJson } from '../printable.ts';
import { paintFor, progressOn, type Paint } from '../terminal.ts';

export type PublishOptions = {
  publisher?: string;
  channel: string;
  submission?: string;
  note?: string;
  draft: boolean;
  server?: string;
  token?: string;
  json: boolean;
};

const pollMilliseconds = 500;
/** Longer than any scan may take, and one that waits before it. */
const scanMilliseconds = 15 * 60_000;

export async function publish(path: string, options: PublishOptions): Promise<void> {
  const channel = releaseChannels.find((known) => known === options.channel);
  if (channel === undefined)
    throw new CommandFailure(`"${options.channel}" is no channel: ${releaseChannels.join(' or ')}.`);
  if (options.publisher === undefined && options.submission === undefined)
    throw new CommandFailure('Name the publisher.', {
      hints: ['Add --publisher, or --submission for a mended package.'],
    });
  const source = await readSource(fromCaller(path));
  const settings = serverSettings();
  const server = openServer(options.server ?? settings.url, await tokenOf(options.token ?? settings.token));
  if (isExposed(server.url)) console.error('Warning: the token goes over the network unencrypted. Use https.');
  const sent = await send(server, source, options);
  let submission = await waitForScan(server, sent.id);
  if (submission.state === 'draft' && !options.draft) submission = await sendOn(server, submission, options.note);
  if (submission.state === 'blocked' || submission.state === 'not-scanned') endWith('found');
  if (options.json) console.log(printableJson(submission, 2));
  else for (const line of describe(submission, server, paintFor(process.stdout))) console.log(line);
}

async function send(
  server: Server,
  { archive, fileName, signature }: Source,
  options: PublishOptions,
): Promise<Submission> {
  const form = new FormData();
  if (signature !== null) form.set('signature', signature);
  const { submission: id, publisher, channel } = options;
  if (id === undefined) {
    form.set('publisher', publisher ?? '');
    form.set('channel', channel);
  }
  form.set('plugin', new Blob([new Uint8Array(archive)]), fileName);
  return asking(server, () =>
    id === undefined
      ? server.call(routes.submissions.create, { form, signal: deadline() })
      : server.call(routes.submissions.replace, { params: { id }, form, signal: deadline() }),
  );
}

/** @throws CommandFailure when it takes longer than any scan may */
async function waitForScan(server: Server, id: string): Promise<Submission> {
  const progress = progressOn(process.stderr);
  const end = performance.now() + scanMilliseconds;
  for (let looks = 1; performance.now() < end; looks += 1) {
    const submission = await read(server, id);
    if (submission.state !== 'received') {
      progress.clear();
      return submission;
    }
    progress.show(looks % 24, 24, 'being scanned');
    await setTimeout(pollMilliseconds);
  }
  progress.clear();
  throw new CommandFailure('The package still waits for its scan.', {
    exit: 'server',
    hints: [`It is kept as submission ${id}: look at it in the web app under "My plugins".`],
  });
}

async function read(server: Server, id: string): Promise<Submission> {
  return asking(server, () => server.call(routes.submissions.get, { params: { id }, signal: deadline() }));
}

async function sendOn(server: Server, { id }: Submission, note: string | undefined): Promise<Submission> {
  const body = note === undefined ? {} : { note };
  return asking(server, () => server.call(routes.submissions.send, { params: { id }, body, signal: deadline() }));
}

function describe(submission: Submission, server: Server, paint: Paint): string[] {
  const { id, plugin, version, state, problem, scan, queue, automatic } = submission;
  const name = plugin === null ? 'The package' : `${printable(plugin)} ${version}`;
  return [
    ...(scan?.findings ?? []).flatMap((finding) => describeFinding(finding, paint)),
    ...(problem === null
      ? []
      : [
          paint.bad(`${printable(problem.message)} (${problem.code})`),
          ...problem.errors.map(({ field, message }) => `  ${printable(field)} ${printable(message)}`),
        ]),
    `${paint.strong(name)}: ${submissionStates[state].toLowerCase()}.`,
    ...(queue === null ? [] : [`It is number ${queue.position} of ${queue.of} in the queue.`]),
    ...(state === 'waiting' && automatic !== null
      ? [`A person looks at it, because this is not so: ${automatic.missing.map((rule) => `"${rule}"`).join(', ')}.`]
      : []),
    `${server.url}/publishing/submissions/${id}`,
    ...(state === 'blocked'
      ? [paint.quiet(`When it is mended: proofpix publish <plugin> --submission ${id}`)]
      : state === 'not-scanned'
        ? [paint.quiet(`Nothing was decided about it. Again: proofpix publish <plugin> --submission ${id}`)]
        : []),
  ];
}

/** What is not worth a word for whoever publishes stands in the web app. */
function describeFinding(finding: ScanFinding, paint: Paint): string[] {
  const action = actionOn(finding, usualScanRules);
  if (action === 'pass') return [];
  const mark = action === 'block' ? paint.bad('error  ') : paint.warning('warning');
  const place = `${printable(finding.file)}${finding.line > 0 ? `:${finding.line}:${finding.column}` : ''}`;
  return [
    `${mark} ${paint.strong(place)} ${printable(finding.message)}`,
    `         ${paint.quiet(printable(finding.remedy))}`,
  ];
}
