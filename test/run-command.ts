import { spawn } from 'node:child_process';

export type Outcome = { code: number; stdout: string; stderr: string };

/** As `timeout` of the shell says it. */
const tooLate = 124;
const attempts = 3;
/** A registry that stops to answer is asked again soon: npm would wait for it for five minutes. */
const npmSettings = { npm_config_fetch_timeout: '15000', npm_config_fetch_retry_mintimeout: '1000' };

/**
 * Runs a command that may ask npm's registry, and ends it with all that it started when it takes too long. One that was
 * ended is tried again.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; milliseconds?: number },
): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await runOnce(command, args, options);
    if (outcome.code !== tooLate || attempt === attempts) return outcome;
    console.log(`${command} ${args.join(' ')} did not end and was ended: ${outcome.stderr.slice(-2_000)}`);
  }
}

function runOnce(
  command: string,
  args: readonly string[],
  { cwd, env, milliseconds = 100_000 }: Parameters<typeof runCommand>[2],
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that its children can be ended with it.
    const child = spawn(command, args, {
      cwd,
      env: { ...env, ...npmSettings },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => (output[name] += text));
    }
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, milliseconds);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: isLate ? tooLate : (code ?? 1), ...output });
    });
  });
}
