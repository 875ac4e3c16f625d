import { sandboxLayerNames, type LayerState, type SandboxLayer } from '@proofpix/contract/sandbox-layers';
import type { Confinement } from './command.ts';
import type { Findings } from './probe.ts';

type Probed = { confinement: Confinement; findings: Findings; isRoot: boolean };
type Judged = { on: boolean; detail: string };

/** What a shell, and bwrap, say about where they are. */
const ofShells: ReadonlySet<string> = new Set(['PWD', 'OLDPWD', 'SHLVL', '_']);

const missing: Readonly<Record<SandboxLayer, string>> = {
  environment: "A runner has variables of the server's environment: keys and passwords may stand in it.",
  'node-permissions': 'Code that escapes the isolate could write files and start programs.',
  'parent-death': 'A plugin that loops could run on after the server was killed. Install util-linux (setpriv).',
  'memory-limit':
    'Only polling limits the memory of a plugin, which can fill a third more than it may have before it is stopped. Install util-linux (prlimit).',
  user: 'Code that escapes the isolate',
  namespaces: 'Code that escapes the isolate',
};

/** What the probe could do, in the words of the layers. A layer is on when what it is there to refuse was refused. */
export function layerStates(probed: Probed): LayerState[] {
  const { findings } = probed;
  const judged: Record<SandboxLayer, Judged> = {
    environment: state(
      'environment',
      findings.variables.every((name) => ofShells.has(name)),
      'It starts with an empty environment.',
    ),
    'node-permissions': state(
      'node-permissions',
      findings.writes === 'ERR_ACCESS_DENIED' && findings.starts === 'ERR_ACCESS_DENIED',
      'By node --permission: it reads only its own code, writes nothing, starts nothing.',
    ),
    'parent-death': state('parent-death', !findings.outlivesParent, 'It was tried: killing the parent ends it.'),
    'memory-limit': state(
      'memory-limit',
      findings.allocates !== null && findings.allocates !== true,
      'By prlimit --data: the kernel refuses memory beyond the limit.',
    ),
    user: user(probed),
    namespaces: namespaces(probed),
  };
  return sandboxLayerNames.map((layer) => ({ layer, ...judged[layer] }));
}

/** For systems other than Linux. */
export function withoutLayers(): LayerState[] {
  const on: readonly SandboxLayer[] = ['environment', 'node-permissions'];
  return sandboxLayerNames.map((layer) => ({
    layer,
    on: on.includes(layer),
    detail: on.includes(layer)
      ? 'Set at every start of a runner; not tried on this system.'
      : 'Only on Linux. Here the watchdog alone ends a plugin that does too much: for development, not for the plugins of strangers.',
  }));
}

function state(layer: SandboxLayer, on: boolean, detail: string): Judged {
  return { on, detail: on ? detail : missing[layer] };
}

function user({ confinement, findings, isRoot }: Probed): Judged {
  const isSame = findings.user === process.getuid?.() && findings.seesFiles === true;
  const could = [
    ...(!findings.isNamespaced && findings.signalsHost === true ? ['end the server'] : []),
    ...(isSame ? ['read and change its files, the database among them'] : []),
    ...(findings.readsHost === true ? ['read its memory and environment, and those of other plugins'] : []),
  ];
  if (could.length === 0) {
    const how = confinement.ownUser
      ? 'Each runner is a user of its own (64000–65533), without groups, capabilities or new privileges.'
      : 'A user namespace of its own, by bwrap: nobody outside it is within its reach.';
    return { on: true, detail: how };
  }
  const { setpriv } = confinement.programs;
  const remedy =
    isRoot && setpriv !== undefined
      ? `Put ProofPix where every user can read it, as under /opt, or ${lowered(bubblewrap(confinement))}`
      : isRoot
        ? 'Install util-linux (setpriv) or bubblewrap.'
        : `Start the server as root, or ${lowered(bubblewrap(confinement))}`;
  return { on: false, detail: `${missing.user} could ${could.join(', ')}. ${remedy}` };
}

function namespaces({ confinement, findings }: Probed): Judged {
  const could = [
    ...(findings.connects === true ? ['open network connections'] : []),
    ...(findings.seesFiles === true ? ['use the files, programs and local sockets that are open to its user'] : []),
    ...(!findings.isNamespaced && findings.seesProcesses === true ? ['see which processes run'] : []),
  ];
  if (could.length === 0 && findings.isNamespaced) {
    const filter = confinement.filtered ? ', and a filter of system calls: no sockets, no processes' : '';
    return {
      on: true,
      detail: `By bwrap: no files but its own, read-only; no network; no processes but its own${filter}.`,
    };
  }
  const network = findings.connects === true ? '' : ' It has no network (unshare).';
  return {
    on: false,
    detail: `${missing.namespaces} could ${could.join(', ')}. ${bubblewrap(confinement)}${network}`,
  };
}

function bubblewrap({ programs }: Confinement): string {
  if (programs.bwrap === undefined) return 'Install bubblewrap.';
  return 'Allow bubblewrap to make namespaces: it is there, but was refused (the log says how).';
}

const lowered = (sentence: string) => sentence.charAt(0).toLowerCase() + sentence.slice(1);
