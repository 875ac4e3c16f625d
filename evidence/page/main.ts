import { spacedFingerprint } from '../src/attestation.ts';
import { verifyBundle, type BundleSummary, type Verdict } from '../src/verify-bundle.ts';
import { words, type Words } from './words.ts';

/** Elements of page.html, by their id. */
function element<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page has no ${id}.`);
  return found;
}

const drop = element('drop', HTMLLabelElement);
const input = element('file', HTMLInputElement);
const progress = element('progress', HTMLProgressElement);
const result = element('result', HTMLElement);

let language: 'en' | 'de' = navigator.language.startsWith('de') ? 'de' : 'en';
let shown: { name: string; verdict: Verdict | 'failed' | null } | undefined;
let checking: AbortController | undefined;

function show(): void {
  const said = words[language];
  document.documentElement.lang = language;
  document.title = `ProofPix: ${said.title}`;
  element('title', HTMLElement).textContent = said.title;
  element('lead', HTMLElement).textContent = said.lead;
  element('dropText', HTMLElement).textContent = said.drop;
  element('offline', HTMLElement).textContent = said.offline;
  element('languages', HTMLElement).setAttribute('aria-label', said.languages);
  for (const button of document.querySelectorAll('[data-language]'))
    button.setAttribute('aria-pressed', String(button.getAttribute('data-language') === language));
  result.replaceChildren(...(shown === undefined ? [] : describe(said, shown.name, shown.verdict)));
}

function describe(said: Words, name: string, verdict: Verdict | 'failed' | null): HTMLElement[] {
  if (verdict === null) return [line('p', said.checking(name))];
  if (verdict === 'failed') return [line('h2', said.failed, 'bad')];
  if (verdict.state === 'no-bundle') return [line('h2', `✕ ${said.noBundle}`, 'bad'), line('p', name)];
  if (verdict.state === 'changed')
    return [line('h2', `✕ ${said.changed}`, 'bad'), line('p', said.change(verdict.change)), line('p', name, 'muted')];
  return [
    line('h2', `✓ ${said.unchanged}`, 'good'),
    line('p', name, 'muted'),
    facts(said, verdict.summary),
    line('p', said.notJudged, 'muted'),
  ];
}

function facts(said: Words, summary: BundleSummary): HTMLElement {
  const list = document.createElement('dl');
  const rows: [string, string | null][] = [
    [said.organisation, summary.organisation.name],
    [
      said.case,
      summary.case === null ? null : [summary.case.title, summary.case.reference].filter(Boolean).join(' · '),
    ],
    [said.signedAt, summary.signedAt],
    [said.createdBy, summary.createdBy.name],
    summary.period === undefined
      ? [said.photos, String(summary.exhibits.length)]
      : [said.period, `${summary.period.from} – ${summary.period.to}`],
    [said.files, String(summary.files)],
    [said.key, spacedFingerprint(summary.fingerprint)],
  ];
  for (const [name, value] of rows)
    if (value !== null) list.append(line('dt', name), line('dd', value, name === said.key ? 'code' : ''));
  return list;
}

/** Names come from strangers: always as text. */
function line(tag: string, text: string, className = ''): HTMLElement {
  const made = document.createElement(tag);
  made.textContent = text;
  made.className = className;
  return made;
}

async function check(file: File): Promise<void> {
  checking?.abort();
  const mine = (checking = new AbortController());
  shown = { name: file.name, verdict: null };
  progress.value = 0;
  progress.hidden = false;
  show();
  let verdict: Verdict | 'failed';
  try {
    verdict = await verifyBundle(
      {
        size: file.size,
        read: async (offset, length) => new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
      },
      {
        signal: mine.signal,
        onProgress: (bytes) => {
          progress.value = bytes / Math.max(1, file.size);
        },
      },
    );
  } catch {
    verdict = 'failed';
  }
  if (mine.signal.aborted) return;
  shown = { name: file.name, verdict };
  progress.hidden = true;
  show();
  result.focus();
}

input.addEventListener('change', () => {
  const [file] = input.files ?? [];
  if (file !== undefined) void check(file);
});
for (const type of ['dragover', 'dragleave', 'drop'])
  document.addEventListener(type, (event) => {
    event.preventDefault();
    drop.classList.toggle('over', type === 'dragover');
    const [file] = (event instanceof DragEvent && type === 'drop' && event.dataTransfer?.files) || [];
    if (file !== undefined) void check(file);
  });
for (const button of document.querySelectorAll('[data-language]'))
  button.addEventListener('click', () => {
    language = button.getAttribute('data-language') === 'de' ? 'de' : 'en';
    show();
  });
show();
