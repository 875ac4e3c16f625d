import type { ReleaseParts as Parts } from '@proofpix/contract/api/trials';
import { routes } from '@proofpix/contract/routes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { count, shortHash } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './marketplace.module.css';

export type NamedRelease = { publisher: string; plugin: string; version: string };

/** Packages that are named on the page; the file has all of them. */
const shown = 20;

function partsQuery({ publisher, plugin, version }: NamedRelease) {
  return queryOptions({
    queryKey: ['marketplace', 'parts', publisher, plugin, version],
    queryFn: ({ signal }) => call(routes.trials.parts, { params: { publisher, plugin, version }, signal }),
  });
}

/** Who stands behind a release, and what it is made of. */
export function ReleaseParts({ release }: { release: NamedRelease }) {
  const { t } = useTranslation('listing');
  const { data, error, refetch } = useQuery(partsQuery(release));
  if (data === undefined)
    return (
      <Section title={t('signatures.title')}>
        {error === null ? (
          <LoadingRows rows={2} label={t('signatures.loading')} />
        ) : (
          <ErrorNotice title={t('signatures.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        )}
      </Section>
    );
  return (
    <>
      <Signatures parts={data} release={release} />
      <Components parts={data} release={release} />
    </>
  );
}

function Signatures({ parts, release }: { parts: Parts; release: NamedRelease }) {
  const { t } = useTranslation('listing');
  const { signers, signatureFile } = parts;
  const name = `${release.plugin}-${release.version}.zip`;
  const commands = `proofpix keys fetch ${location.origin} --trust trusted --first-use\nproofpix verify ${name} --trust trusted`;
  return (
    <Section
      title={t('signatures.title')}
      actions={
        <a href={`data:application/json,${encodeURIComponent(signatureFile)}`} download={`${name}.sig.json`}>
          {t('signatures.download')}
        </a>
      }
    >
      <ul className={css.permissions}>
        {signers.map(({ keyId, role }) => (
          <li key={keyId}>
            {t(`signatures.${role}`)}{' '}
            <span className={css.digest}>
              <code title={keyId}>{t('signatures.key', { key: shortHash(keyId) })}</code>
              <CopyText text={keyId} what={t('signatures.keyOf')} />
            </span>
          </li>
        ))}
        {signers.some(({ role }) => role === 'publisher') ? null : <li>{t('signatures.publisherMissing')}</li>}
      </ul>
      <p className={css.hosts}>{t('signatures.check')}</p>
      <pre className={css.command} tabIndex={0}>
        <code>{commands}</code>
      </pre>
    </Section>
  );
}

function Components({ parts: { components, gaps }, release }: { parts: Parts; release: NamedRelease }) {
  const { t } = useTranslation('listing');
  const sbom = routes.trials.sbom.path
    .replace(':publisher', encodeURIComponent(release.publisher))
    .replace(':plugin', encodeURIComponent(release.plugin))
    .replace(':version', encodeURIComponent(release.version));
  return (
    <Section
      title={t('parts.title')}
      actions={
        components === null ? undefined : (
          <a href={sbom} download>
            {t('parts.download')}
          </a>
        )
      }
    >
      {components === null ? <p className={css.quietLine}>{t('parts.unknown')}</p> : null}
      {components?.length === 0 ? <p className={css.quietLine}>{t('parts.none')}</p> : null}
      <ul className={css.permissions}>
        {components?.slice(0, shown).map(({ name, version, license }) => (
          <li key={`${name}@${version}`}>
            {name} {version} <span className={css.quietLine}>{license ?? t('parts.noLicence')}</span>
          </li>
        ))}
      </ul>
      {components !== null && components.length > shown ? (
        <p className={css.hosts}>{t('parts.more', { number: count(components.length - shown) })}</p>
      ) : null}
      {gaps.length === 0 ? null : (
        <p className={css.hosts}>{t('parts.gaps', { count: gaps.length, number: count(gaps.length) })}</p>
      )}
    </Section>
  );
}
