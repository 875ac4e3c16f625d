import type { AuditFault, AuditHead } from '@proofpix/contract/audit-record';
import type { Plan, Role } from '@proofpix/contract/access';
import { controlNames, controls, type ControlName } from '@proofpix/contract/controls';
import { html } from '../../http/html.ts';

/** index.json of exported evidence: of whom, of when, what was counted where. */
export type EvidenceIndex = {
  version: 1;
  organisation: { id: string; name: string; plan: Plan };
  period: { from: string; to: string; isOver: boolean };
  exportedAt: string;
  exportedBy: { id: string; name: string | null; role: Role };
  serverVersion: string;
  signIn: { secondFactorRequired: boolean; singleSignOn: { issuer: string; required: boolean } | null };
  trail: { intact: boolean; checked: number; heads: number; head: AuditHead | null; fault: AuditFault | null };
  files: { path: string; control: ControlName; title: string; criteria: string[]; what: string; entries: number }[];
};

/** The same for people. Without scripts, and everything in it is text: names come from strangers. */
export function indexPage(index: EvidenceIndex): string {
  const { organisation, period, trail, signIn, exportedBy } = index;
  const span = `${period.from} until before ${period.to}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'" />
        <title>Evidence of ${organisation.name}</title>
        <style>
          :root {
            color-scheme: light dark;
          }
          body {
            max-width: 60rem;
            margin: 2rem auto;
            padding: 0 1rem;
            font:
              15px/1.5 system-ui,
              sans-serif;
          }
          table {
            width: 100%;
            border-collapse: collapse;
          }
          th,
          td {
            padding: 0.4rem 0.6rem 0.4rem 0;
            border-bottom: 1px solid #8885;
            text-align: left;
            vertical-align: top;
          }
          td.count,
          th.count {
            text-align: right;
          }
          dt {
            font-weight: 600;
          }
          dd {
            margin: 0 0 0.4rem;
            overflow-wrap: anywhere;
          }
        </style>
      </head>
      <body>
        <h1>Evidence of controls</h1>
        <dl>
          <dt>Organisation</dt>
          <dd>${organisation.name} (${organisation.id}, plan ${organisation.plan})</dd>
          <dt>Period</dt>
          <dd>${span}${period.isOver ? '' : '. It was not over when this was exported'}</dd>
          <dt>Exported</dt>
          <dd>
            ${index.exportedAt}, by ${exportedBy.name ?? exportedBy.id} (${exportedBy.role}), from ProofPix
            ${index.serverVersion}
          </dd>
          <dt>Audit trail</dt>
          <dd>${trailWords(trail)}</dd>
          <dt>Signing in, as of the export</dt>
          <dd>
            Two-factor sign-in ${signIn.secondFactorRequired ? 'is required' : 'is not required'}.
            ${
              signIn.singleSignOn === null
                ? 'No single sign-on.'
                : `Single sign-on by ${signIn.singleSignOn.issuer}${signIn.singleSignOn.required ? ', required.' : '.'}`
            }
          </dd>
        </dl>
        ${controlNames.map((name) => {
          const files = index.files.filter(({ control }) => control === name);
          return html`<h2 id="${name}">${controls[name].title} (${controls[name].criteria.join(', ')})</h2>
            <table>
              <thead>
                <tr>
                  <th scope="col">File</th>
                  <th scope="col">What is in it</th>
                  <th scope="col" class="count">Entries</th>
                </tr>
              </thead>
              <tbody>
                ${files.map(
                  ({ path, title, what, entries }) =>
                    html`<tr>
                      <td><a href="${path}">${path}</a></td>
                      <td>
                        <strong>${title}.</strong> ${what}.${entries === 0 ? ` Nothing was recorded from ${span}.` : ''}
                      </td>
                      <td class="count">${entries}</td>
                    </tr> `,
                )}
              </tbody>
            </table> `;
        })}
      </body>
    </html> `;
  return page.toString();
}

function trailWords({ intact, checked, heads, head, fault }: EvidenceIndex['trail']): string {
  if (!intact) return `NOT INTACT. Act ${fault?.position ?? ''}: ${fault?.says ?? ''}`;
  if (head === null) return 'Nothing was recorded yet.';
  return `Intact: all ${checked} acts of the whole trail are as they were sealed, under ${heads} signed heads; the newest is of act ${head.position}, signed ${head.signedAt}.`;
}
