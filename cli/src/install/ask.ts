import { createInterface } from 'node:readline/promises';

/** Whether somebody is there to be asked: both ends are a terminal. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** One line, asked on stderr: stdout is for results. */
export async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await lines.question(question)).trim();
  } finally {
    lines.close();
  }
}

const longest = 10_000;

/** A secret: nothing that is typed is shown. Null when it was broken off. */
export async function askSecret(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true).resume();
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let typed = '';
  const listen = (data: Buffer) => {
    for (const character of data.toString('utf8')) {
      if (character === '\r' || character === '\n') return resolve(typed.trim());
      if (character === '\u0003' || character === '\u0004') return resolve(null);
      if (character === '\u007f' || character === '\b') typed = typed.slice(0, -1);
      else if (typed.length < longest) typed += character;
    }
  };
  stdin.on('data', listen);
  try {
    return await promise;
  } finally {
    stdin.off('data', listen).pause().setRawMode(false);
    stderr.write('\n');
  }
}
