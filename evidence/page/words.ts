import { changeSentence, type Change } from '../src/change.ts';

/** Everything that the page says, in both languages with the same keys. */
export type Words = {
  title: string;
  lead: string;
  drop: string;
  offline: string;
  languages: string;
  checking: (name: string) => string;
  unchanged: string;
  changed: string;
  noBundle: string;
  failed: string;
  organisation: string;
  case: string;
  signedAt: string;
  createdBy: string;
  photos: string;
  period: string;
  files: string;
  key: string;
  notJudged: string;
  change: (change: Change) => string;
};

const german: Record<Change['kind'], (path: string, place: string, detail: string) => string> = {
  end: (_path, place) =>
    `Das Ende des Pakets wurde geändert, oder es wurden Bytes abgeschnitten oder angehängt${place}.`,
  directory: (path, place) =>
    `Die Liste der Dateien am Ende des Pakets wurde geändert${path === '' ? '' : `, bei „${path}“`}${place}.`,
  header: (path, place) => `Was vor „${path}“ im Paket steht, wurde geändert${place}.`,
  content: (path) => `„${path}“ wurde geändert: Es ist nicht die Datei, die das Manifest nennt.`,
  missing: (path) => `„${path}“ fehlt: Das Manifest nennt diese Datei.`,
  unlisted: (path) => `„${path}“ wurde hinzugefügt: Das Manifest nennt diese Datei nicht.`,
  order: (path) => `„${path}“ steht nicht an seiner Stelle: Die Reihenfolge der Dateien wurde geändert.`,
  manifest: () => '„manifest.json“ wurde geändert: Es ist nicht das, das unterschrieben wurde.',
  attestation: () => '„attestation.json“ wurde geändert: Die Unterschrift passt nicht.',
  exchanged: () =>
    '„attestation.json“ wurde ausgetauscht: Unterschrieben wurde für eine andere Organisation, als das Manifest nennt.',
  chain: (path) => `Die Kette der Verwahrung in „${path}“ ist unterbrochen.`,
  contradiction: (path) => `„${path}“ widerspricht einer anderen Datei des Pakets.`,
  key: () => 'Das Paket ist unverändert, aber mit einem anderen Schlüssel unterschrieben.',
};

export const words: Record<'en' | 'de', Words> = {
  en: {
    title: 'Check an evidence bundle',
    lead: 'This page says whether a bundle is, byte for byte, the one that was signed.',
    drop: 'Choose a bundle, or drop it here',
    offline: 'Everything happens on this device: the page sends nothing and loads nothing.',
    languages: 'Language',
    checking: (name) => `Checking ${name} …`,
    unchanged: 'Nothing was changed',
    changed: 'This bundle was changed',
    noBundle: 'This file is no evidence bundle',
    failed: 'The file could not be read. Choose it again.',
    organisation: 'Organisation',
    case: 'Case',
    signedAt: 'Signed at',
    createdBy: 'Exported by',
    photos: 'Photos',
    period: 'Period',
    files: 'Files',
    key: 'Fingerprint of the key',
    notJudged:
      'Not judged: whose key this is (compare its fingerprint with the one that the organisation publishes), whether the clock was right, and whether what the plugins found is true.',
    change: changeSentence,
  },
  de: {
    title: 'Ein Beweispaket prüfen',
    lead: 'Diese Seite sagt, ob ein Paket Byte für Byte das ist, das unterschrieben wurde.',
    drop: 'Ein Paket auswählen oder hier ablegen',
    offline: 'Alles geschieht auf diesem Gerät: Die Seite sendet nichts und lädt nichts nach.',
    languages: 'Sprache',
    checking: (name) => `${name} wird geprüft …`,
    unchanged: 'Nichts wurde geändert',
    changed: 'Dieses Paket wurde geändert',
    noBundle: 'Diese Datei ist kein Beweispaket',
    failed: 'Die Datei konnte nicht gelesen werden. Wählen Sie sie noch einmal aus.',
    organisation: 'Organisation',
    case: 'Fall',
    signedAt: 'Unterschrieben am',
    createdBy: 'Exportiert von',
    photos: 'Fotos',
    period: 'Zeitraum',
    files: 'Dateien',
    key: 'Fingerabdruck des Schlüssels',
    notJudged:
      'Nicht beurteilt: wem dieser Schlüssel gehört (vergleichen Sie den Fingerabdruck mit dem, den die Organisation veröffentlicht), ob die Uhr richtig ging und ob stimmt, was die Plugins fanden.',
    change: ({ kind, path, byte, detail }) =>
      german[kind](path ?? '', byte === null ? '' : ` (Byte ${byte} des Pakets)`, detail ?? ''),
  },
};
