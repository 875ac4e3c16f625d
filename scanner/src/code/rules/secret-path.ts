import type { CodeRule } from '../rule.ts';

/** Where machines keep keys, passwords and what runs at their start. */
const places =
  /(?:^|[\\/~\s"'])\.(?:ssh[\\/]|aws[\\/]|azure[\\/]|kube[\\/]|gnupg[\\/]|docker[\\/]config|(?:npmrc|pypirc|netrc|git-credentials|bash_history|zsh_history|bashrc|zshrc|bash_profile)(?:$|["'\s]))|(?:^|[\s"'])\/etc\/(?:passwd|shadow|sudoers|rc\.local|init\.d\/|profile\.d\/|cron)|(?:^|[\s"'])\/proc\/(?:self|\d+|\$\{?\w+\}?)\/(?:environ|maps|mem|cmdline)|\/var\/run\/(?:docker\.sock|secrets\/)|\bid_(?:rsa|dsa|ecdsa|ed25519)(?:$|["'\s.])|\.config[\\/](?:autostart|gcloud)\b|[\\/]Launch(?:Agents|Daemons)\b|Chrome[\\/]{1,2}User Data|\.mozilla[\\/]firefox|[\\/]Start Menu[\\/]{1,2}Programs[\\/]{1,2}Startup|(?:^|[\\/])(?:User Data|Login Data|Local Storage[\\/]leveldb)$|\bnkbihfbeogaeaoehlefnkodbefgpgknn\b|\bwallet\.dat\b/i;

export const secretPathRule: CodeRule = {
  kind: 'code',
  id: 'secret-path',
  severity: 'medium',
  explanation:
    'There machines keep the keys and passwords of their owners, and what runs at their start. A plugin sees no files of a machine, and has no reason to name these.',
  remedy: 'Remove the path. A plugin reads the photo that it is given through ctx.files.',
  samples: {
    bad: [
      'const where = home + "/.ssh/id_ed25519";',
      'open(".aws/credentials");',
      'const list = "/etc/shadow";',
      'read("/proc/self/environ");',
      'const key = "~/.npmrc";',
      'const login = base + "\\\\Google\\\\Chrome\\\\User Data";',
      'const at = join(home, "Library/LaunchAgents");',
      'const socket = "/var/run/docker.sock";',
      'const store = join(local, "Google", "Chrome", "User Data", "Default", "Login Data");',
      'const hidden = atob("L2V0Yy9wYXNzd2Q=");',
    ],
    good: [
      'const page = linkTo("/users/photos");',
      'const file = "./assets/wallet.png";',
      'const place = "/etc/photos";',
      'const note = "ssh keys are not needed";',
      'import { read } from "./ssh/read.js";',
    ],
  },
  check(file, report) {
    for (const { text, node, decoded } of file.texts()) {
      if (text.length < 6 || text.length > 2_000) continue;
      const found = places.exec(text);
      if (found === null) continue;
      // In a sentence it is there to be read.
      const prose = /\w\s+\w+\s+\w+\s+\w/.test(text) && !decoded;
      report(node, {
        message: `Names the path "${text.slice(Math.max(0, found.index - 20), found.index + 60).trim()}".`,
        severity: prose ? 'low' : 'medium',
        confidence: decoded ? 1 : 0.8,
      });
    }
  },
};
