// What `export:generate` gets as `report`, for plugins that write reports.
import type { HookInput } from '@proofpix/contract/hooks';
import type { Note } from '@proofpix/contract/cases';
import type { Conflict, DerivedFile, Report as Found, Run, Source, Step } from '@proofpix/contract/runs';

export type { Conflict, DerivedFile, Note, Source, Step };
export type ReportedFinding = Found['findings'][number];

/** Sources that speak about the same thing and do not say the same. */
export type Disagreement = {
  question: string;
  readings: { origin: string; value: string; source: Source | null }[];
};

/** One photo of a report. A report about one run has one of them, without number and caption. */
export type Exhibit = Omit<Run, 'case'> & {
  number: number;
  caption: string;
  notes: Pick<Note, 'text' | 'createdAt' | 'createdBy'>[];
  disagreements: Disagreement[];
};

/** What a report says about the case; null where it is about one run alone. */
export type ReportedCase = {
  title: string;
  reference: string | null;
  description: string;
  state: string;
  organisation: string | null;
  createdAt: string;
  generatedAt: string;
  notes: Exhibit['notes'];
};

export type Report = { about: ReportedCase | null; exhibits: Exhibit[] };

/**
 * The report in one form, whether it is about a run or about a case.
 * @throws Error that names what is missing, where it is not a report
 * @example const { about, exhibits } = readReport(input.report);
 */
export function readReport(report: HookInput<'export:generate'>['report']): Report {
  const several = Array.isArray(report.exhibits);
  const exhibits = (several ? report.exhibits : [report]) as unknown[]; // a list, as just asked
  return {
    about: several ? caseOf(report as Given) : null, // its own properties are all optional
    exhibits: exhibits.map((exhibit, index) => exhibitOf(exhibit, index + 1)),
  };
}

type Given = Partial<Omit<ReportedCase, 'organisation'>> & { organisation?: { name?: string | null } | null };

function caseOf(given: Given): ReportedCase {
  return {
    title: given.title ?? '',
    reference: given.reference ?? null,
    description: given.description ?? '',
    state: given.state ?? '',
    organisation: given.organisation?.name ?? null,
    createdAt: given.createdAt ?? '',
    generatedAt: given.generatedAt ?? '',
    notes: given.notes ?? [],
  };
}

function exhibitOf(given: unknown, number: number): Exhibit {
  const run = (typeof given === 'object' && given !== null ? given : {}) as Partial<Exhibit>; // the host wrote it; what it left out is filled in here
  if (typeof run.file?.name !== 'string' || typeof run.file.sha256 !== 'string') {
    throw new Error(`The report is not one: exhibit ${number} has no file.`);
  }
  const empty = { notes: [], disagreements: [], findings: [], conflicts: [], files: [], steps: [] };
  const usual = { number, caption: '', metadata: {}, sources: {}, plugins: [], createdAt: '', finishedAt: null };
  // Every field of an Exhibit that a writer of reports reads is one of these.
  return { ...empty, ...usual, ...run } as Exhibit;
}
