import { Command } from 'commander';
import { auditCommand } from './commands/audit.ts';
import { checkCommand } from './commands/check.ts';
import { completionCommand } from './commands/completion.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { evidenceCommand } from './commands/evidence.ts';
import { installCommand } from './commands/install.ts';
import { keysCommand } from './commands/keys.ts';
import { newCommand } from './commands/new.ts';
import { packCommand } from './commands/pack.ts';
import { publishCommand } from './commands/publish.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { runCommand } from './commands/run.ts';
import { sbomCommand } from './commands/sbom.ts';
import { verifyCommand } from './commands/verify.ts';

const program = new Command('proofpix')
  .description('Photo evidence with sandboxed plugins')
  .version('1.0.0')
  .showHelpAfterError('Add --help for the list of options.')
  .addCommand(auditCommand())
  .addCommand(checkCommand())
  .addCommand(completionCommand())
  .addCommand(devCommand())
  .addCommand(doctorCommand())
  .addCommand(evidenceCommand())
  .addCommand(installCommand())
  .addCommand(keysCommand())
  .addCommand(newCommand())
  .addCommand(packCommand())
  .addCommand(publishCommand())
  .addCommand(rollbackCommand())
  .addCommand(runCommand())
  .addCommand(sbomCommand())
  .addCommand(verifyCommand());

try {
  await program.parseAsync();
} catch (error) {
  // Loaded when it is needed: help and completion start without it.
  const { reportFailure } = await import('./failure.ts');
  reportFailure(error);
}
