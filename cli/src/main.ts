import { Command } from 'commander';
import { Problem } from '@proofpix/contract/errors';
import { runCommand } from './commands/run.ts';

const program = new Command('proofpix')
  .description('Photo evidence with sandboxed plugins')
  .version('1.0.0')
  .showHelpAfterError('Add --help for the list of options.')
  .addCommand(runCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof Problem)) throw error;
  console.error(error.message);
  for (const { field, message } of error.fields) console.error(`  ${field} ${message}`);
  process.exitCode = 1;
}
