import type { Submission } from '@proofpix/contract/api/submissions';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Section } from '../../../ui/section.tsx';
import { ListingHeader, ListingReadme, Reach } from '../../marketplace/listing-body.tsx';
import css from './submission.module.css';

const Readme = lazy(async () => ({ default: (await import('../../plugins/detail/readme.tsx')).Readme }));

/** The page of the marketplace as customers will see it, made of the same parts. */
export function ListingPreview({ submission }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const { name, plugin, description, publisher, permissions, hosts, readme, changelog } = submission;
  return (
    <div className={css.preview}>
      <p className={css.previewNote}>{t('preview.note')}</p>
      {/* Its headings stand below ours. */}
      <h2 className="visually-hidden">{t('part.listing')}</h2>
      <ListingHeader
        level={3}
        name={name ?? plugin ?? ''}
        description={description ?? ''}
        publisher={<span>{publisher}</span>}
      />
      <div className={css.columns}>
        <div>
          <ListingReadme text={readme} />
          {changelog === null ? null : (
            <Section title={t('preview.changelog')}>
              <Suspense>
                <Readme text={changelog} />
              </Suspense>
            </Section>
          )}
        </div>
        <div>
          <Section title={t('preview.reach')}>
            <Reach permissions={permissions} hosts={hosts} />
          </Section>
        </div>
      </div>
    </div>
  );
}
