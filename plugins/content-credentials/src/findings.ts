import type { HookOutput } from '@proofpix/sdk/hooks';
import { namesModel, plainText, type Action } from './describe.ts';
import type { Status } from './status.ts';
import type { Verified } from './verify-store.ts';

export type Finding = NonNullable<HookOutput<'file:process'>['findings']>[number];

type Told = Pick<Finding, 'severity' | 'question' | 'title' | 'explanation'>;

/** What a failure means, in the order in which people should read of them. */
const failures: readonly (Told & { codes: RegExp })[] = [
  {
    codes: /^assertion\.dataHash\.(mismatch|malformed)$/,
    severity: 'strong',
    question: 'edited',
    title: 'The file is not the one that its credentials were made for',
    explanation:
      'The signed hash does not fit the bytes of the file: something was changed after signing. Programs that know nothing of credentials do this too, when they rotate a photo or write a caption.',
  },
  {
    codes: /^claimSignature\.(mismatch|missing|outsideValidity)$|^claim\.(missing|multiple)$/,
    severity: 'strong',
    question: 'origin',
    title: 'The signature does not fit the credentials',
    explanation:
      'What the credentials say is not what was signed, so nothing in them can be relied on. A damaged transfer can be the reason; so can somebody who rewrote them.',
  },
  {
    codes: /^assertion\.(hashedURI\.mismatch|missing|undeclared|multipleHardBindings)$|^claim\.hardBindings\.missing$/,
    severity: 'strong',
    question: 'origin',
    title: 'Parts of the credentials are not those that were signed',
    explanation:
      'A statement in them was changed, added or taken out after signing. A program that removes thumbnails carelessly can leave this as well.',
  },
  {
    codes: /^ingredient\.manifest\.(mismatch|missing)$/,
    severity: 'possible',
    question: 'origin',
    title: 'The history of the photo does not fit together',
    explanation:
      'The credentials of a picture that this one was made from are missing or were changed. Some programs drop them to save space.',
  },
  {
    codes: /^timeStamp\.(mismatch|malformed)$/,
    severity: 'strong',
    question: 'time',
    title: 'The time stamp does not belong to these credentials',
    explanation: 'It was made for something else or was damaged, so it does not say when the credentials were signed.',
  },
  {
    codes: /^(algorithm\.unsupported|signingCredential\.invalid)$/,
    severity: 'possible',
    question: 'origin',
    title: 'The credentials cannot be checked completely',
    explanation: 'They use a kind of signature, key or hash that is not allowed or not known here.',
  },
];

export function findingsOf(
  verified: Verified,
  shown: { signer: string | null; actions: readonly Action[]; active: string },
): Finding[] {
  const findings = failures.flatMap(({ codes, ...told }): Finding[] => {
    const failed = verified.statuses.filter(({ code, outcome }) => outcome === 'failure' && codes.test(code));
    return failed.length === 0 ? [] : [{ ...told, confidence: 1, evidence: evidenceOf(failed) }];
  });
  const { leftOut } = verified.binding;
  if (leftOut !== null) findings.push(leftOutFinding(leftOut));
  const failed = verified.statuses.some(({ outcome }) => outcome === 'failure');
  if (!failed && leftOut === null) findings.push(validFinding(verified, shown.signer));
  const model = failed ? undefined : shown.actions.find(namesModel);
  if (model !== undefined) {
    findings.push({
      severity: 'strong',
      confidence: 0.9,
      question: 'origin',
      title: 'The credentials name a generative model as a source of the picture',
      explanation:
        'The program that signed them says that the picture or a part of it was generated. Whether it is right was not judged.',
      evidence: { action: model.action, source: model.sourceType, program: model.agent },
    });
  }
  return findings;
}

function leftOutFinding({ bytes, picture }: NonNullable<Verified['binding']['leftOut']>): Finding {
  return {
    severity: picture ? 'strong' : 'possible',
    confidence: 1,
    question: 'edited',
    title: picture
      ? 'The signature leaves out bytes of the picture itself'
      : `The signature leaves out ${bytes} bytes beside the credentials`,
    explanation: picture
      ? 'Whoever signed it chose that parts of the picture can be changed without a trace. No usual program does so.'
      : 'Those bytes can be changed without a trace. Newer programs leave out metadata on purpose, so that a caption can be added later.',
    evidence: { bytes },
  };
}

function validFinding({ signature, binding }: Verified, signer: string | null): Finding {
  const who = signer === null ? 'an unnamed signer' : plainText(signer).slice(0, 80);
  const tied = binding.kind === 'data';
  return {
    severity: 'note',
    confidence: 1,
    question: 'origin',
    title: tied
      ? `Signed as ${who}, and not changed since`
      : `Signed as ${who}; whether the file was changed was not checked`,
    explanation: `${
      tied
        ? 'File, statements and signature fit together.'
        : 'Statements and signature fit together. The hash over the file is of a kind that is not read here.'
    } Who the signer is was not judged: anybody can make a certificate in any name.`,
    evidence: {
      subject: signature.certificate?.subject.text ?? null,
      issuer: signature.certificate?.issuer.text ?? null,
      algorithm: signature.algorithm,
      signedAt: signature.signedAt,
    },
  };
}

const mostNamed = 20;

function evidenceOf(failed: readonly Status[]): NonNullable<Finding['evidence']> {
  const said = failed
    .slice(0, mostNamed)
    .map(({ code, about, explanation }) => plainText([code, about, explanation].filter(Boolean).join(' · ')));
  return { failed: said, ...(failed.length > mostNamed ? { more: failed.length - mostNamed } : {}) };
}

export function unreadable(reason: string): Finding {
  return {
    severity: 'possible',
    confidence: 1,
    question: 'origin',
    title: 'The photo carries Content Credentials that cannot be read',
    explanation: 'Their structure is damaged, so nothing they say can be checked. A broken transfer can be the reason.',
    evidence: { reason: plainText(reason) },
  };
}

export const furtherStore: Finding = {
  severity: 'possible',
  confidence: 1,
  question: 'origin',
  title: 'The photo carries a second set of Content Credentials',
  explanation: 'Only the first one was read, as the specification demands. Programs write one.',
};
