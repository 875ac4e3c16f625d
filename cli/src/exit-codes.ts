/** How a command ends, the same for all of them. The documentation's table is checked against this one. */
export const exitCodes = {
  ok: [0, 'everything was done, and nothing was found that needs you'],
  wrongInput: [1, 'the command, an option, a file or a setting is wrong; nothing was done'],
  found: [2, 'it was done, and something failed or would be refused: the output says what'],
  server: [3, 'the server could not be reached, or refused'],
  interrupted: [130, 'it was interrupted (Ctrl C); what was finished before is kept'],
} as const satisfies Record<string, readonly [code: number, meaning: string]>;

export type ExitName = keyof typeof exitCodes;

/** Ends the process with this code once everything is done. The first code that is not 0 stays. */
export function endWith(name: ExitName): void {
  process.exitCode ??= exitCodes[name][0];
}

/** The lines below a command's help. */
export function exitHelp(meanings: Partial<Record<ExitName, string>>): string {
  const lines = Object.entries(meanings).map(([name, meaning]) => {
    const [code] = exitCodes[name as ExitName]; // the keys of a record by that type
    return `  ${String(code).padEnd(4)}${meaning}`;
  });
  return `\nExit codes:\n${lines.join('\n')}`;
}
