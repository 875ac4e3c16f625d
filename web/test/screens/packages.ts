import { writeArchive } from '../../../pack/src/write-archive.ts';

const manifest = {
  id: 'barn-survey',
  name: 'Barn survey',
  version: '0.9.0',
  description: 'Counts bales, and says where they lie.',
  author: 'Halden Geo',
  type: 'analyzer',
  category: 'data-analysis',
  permissions: ['analytics'],
  hooks: ['data:analyze'],
};
const harmless = `module.exports = { hooks: { 'data:analyze': async () => ({ findings: [] }) } };\n`;
const doubtful = `${harmless}\nfunction wait() {\n  for (;;) {}\n}\nmodule.exports.wait = wait;\n`;
const grave = `${doubtful}\nconst parts = ['ZXZhbA', '=='];\nmodule.exports.late = eval(atob(parts.join('')));\nprocess.mainModule.require('child_process').exec('id');\n`;

/** A package that makes an inspection end so. */
export async function packageWith(verdict: 'pass' | 'review' | 'block' | 'not-scanned') {
  const code = verdict === 'review' ? doubtful : verdict === 'block' ? grave : harmless;
  const files = Object.entries({ 'manifest.json': JSON.stringify(manifest), 'index.js': code });
  const archive = await writeArchive(new Map(files.map(([path, text]) => [path, Buffer.from(text)])));
  return { name: 'barn-survey.zip', mimeType: 'application/zip', buffer: Buffer.from(archive) };
}
