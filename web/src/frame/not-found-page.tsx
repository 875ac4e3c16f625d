import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../paths.ts';
import { usePageTitle } from '../ui/page-title.ts';
import css from './frame.module.css';
import { TopBar } from './top-bar.tsx';

export function NotFoundPage() {
  const { t } = useTranslation('frame');
  usePageTitle(t('notFound.title'));
  return (
    <>
      <TopBar title={t('notFound.title')} />
      <main id="main" className={css.reading}>
        <p>{t('notFound.text')}</p>
        <Button component={Link} to={paths.workbench}>
          {t('notFound.back')}
        </Button>
      </main>
    </>
  );
}
