import { Command, InvalidArgumentError } from 'commander';
import { exitHelp } from '../exit-codes.ts';
import type { FetchOptions } from '../keys/fetch-trust.ts';
import type { InitOptions, RotateOptions } from '../keys/root-command.ts';

export function keysCommand(): Command {
  return new Command('keys')
    .description('Make and look at the keys that sign plugins, and fetch those that are trusted')
    .addCommand(makeCommand())
    .addCommand(showCommand())
    .addCommand(initCommand())
    .addCommand(rotateCommand())
    .addCommand(fetchCommand())
    .addHelpText(
      'after',
      exitHelp({
        ok: 'it is done',
        wrongInput: 'a file or an option is wrong; nothing was written',
        found: 'the metadata is not to be trusted; the output says why',
        server: 'the server could not be reached',
      }),
    );
}

function makeCommand(): Command {
  return new Command('make')
    .description("Make a publisher's key, for pack --sign")
    .argument('<file>', 'where it goes; only you can read it')
    .option('--json', 'print {path, keyId, publicKey}', false)
    .action(async (file: string, options: { json: boolean }) => {
      const { makeKey } = await import('../keys/key-command.ts');
      await makeKey(file, options);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Show the id and the public part of a key, or who a root trusts')
    .argument('<file>', 'a key, private or public, or a root.json')
    .option('--json', 'print it as one document', false)
    .action(async (file: string, options: { json: boolean }) => {
      const { showKey } = await import('../keys/key-command.ts');
      await showKey(file, options);
    });
}

function initCommand(): Command {
  return new Command('init')
    .description('Make an offline root for a server: keys of which some together say which key the server has')
    .argument('[folder]', 'a folder that is empty or not there yet', 'proofpix-keys')
    .option('--root-keys <number>', 'keys of the root', wholeNumber, 3)
    .option('--threshold <number>', 'how many of them it takes', wholeNumber, 2)
    .option('--server-key <file>', "the server's public key, where it has one; a new one is made when left out")
    .option('--years <number>', 'how long the root is good for', wholeNumber, 2)
    .option('--json', 'print {folder, rootKeys, root, server}', false)
    .action(async (folder: string, options: InitOptions) => {
      const { initKeys } = await import('../keys/root-command.ts');
      await initKeys(folder, options);
    });
}

function rotateCommand(): Command {
  return new Command('rotate')
    .description('Make the next root: other root keys, another key of the server, or the same for longer')
    .argument('<root>', 'the newest N.root.json')
    .requiredOption('--sign <file>', 'a root key that signs, old or new; can be given many times', collect, [])
    .option(
      '--root-key <file>',
      'a key, private or public, that the root has from now on; can be given many times',
      collect,
      [],
    )
    .option('--threshold <number>', 'how many of them it takes; as before when left out', wholeNumber)
    .option('--server-key <file>', "the server's key from now on, private or public; as before when left out")
    .option('--years <number>', 'how long it is good for', wholeNumber, 2)
    .option('-o, --out <folder>', 'where it goes; beside the old one when left out')
    .option('--json', 'print {path, version, keys, threshold, expires}', false)
    .action(async (root: string, options: RotateOptions) => {
      const { rotateRoot } = await import('../keys/root-command.ts');
      await rotateRoot(root, options);
    });
}

function fetchCommand(): Command {
  return new Command('fetch')
    .description('Fetch the keys and the kill list of a server, checked against what was trusted before')
    .argument('<source>', 'the address of a server, or a folder with the files')
    .requiredOption('--trust <folder>', 'where it is kept, for verify --trust')
    .option('--root <file>', 'the root to begin with, from somebody whom you trust')
    .option('--first-use', 'begin with the root that the source gives, and believe it', false)
    .option('--json', 'print {folder, root, keys, killed, expires}', false)
    .action(async (source: string, options: FetchOptions) => {
      const { fetchTrust } = await import('../keys/fetch-trust.ts');
      await fetchTrust(source, options);
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 20)
    throw new InvalidArgumentError('It is a whole number from 1 to 20.');
  return number;
}
