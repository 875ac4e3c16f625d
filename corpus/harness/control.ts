import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { canaryName } from './config.ts';
import type { Report } from './subject.ts';

const program = fileURLToPath(new URL('./in-process.ts', import.meta.url));
const timeout = 2_500;

/** Runs a snippet without our sandbox, in a process that may be lost: what it then achieves shows what the harness sees. */
export async function tryInControl(path: string, sandbox: 'none' | 'vm'): Promise<Omit<Report, 'neighbour'>> {
  const canary = `canary-${randomBytes(16).toString('hex')}`;
  const child = fork(program, [path, sandbox], {
    env: { [canaryName]: canary },
    execArgv: ['--no-warnings', '--max-old-space-size=512'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const began = performance.now();
  let said = '';
  const hear = (chunk: Buffer): void => void (said.length < 1_000_000 && (said += chunk.toString()));
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  let polluted = '';
  child.on('message', (message: { said: string; polluted: string[] }) => {
    said += message.said;
    polluted = message.polluted.join('; ');
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill('SIGKILL');
  }, timeout);
  await once(child, 'close');
  clearTimeout(timer);
  const ms = Math.round(performance.now() - began);
  const report = (outcome: Report['outcome'], detail?: string) => ({
    outcome,
    ms,
    answer: '',
    ...(detail === undefined ? {} : { detail }),
  });
  if (said.includes(canary)) return report('escape', 'The canary came out.');
  if (said.includes('"escaped":true')) return report('escape', 'It says of itself that it got out.');
  if (polluted !== '') return report('pollution', polluted);
  if (late) return report('stall', `It did not end within ${timeout} ms.`);
  return child.exitCode === 0
    ? report('clean')
    : report('crash', `Its process ended (${child.signalCode ?? child.exitCode}).`);
}
