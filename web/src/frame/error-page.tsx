import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { problemCode, problemText } from '../api.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import css from './frame.module.css';

/** A page threw. What is stored on the server is not touched by that. */
export function ErrorPage() {
  const { t } = useTranslation('frame');
  usePageTitle(t('pageFailed.name'));
  const error = useRouteError();
  return (
    <main id="main" className={css.reading}>
      <h1 className={css.heading}>{t('pageFailed.title')}</h1>
      <ErrorNotice title={t('pageFailed.safe')} code={problemCode(error)}>
        {problemText(error)}
      </ErrorNotice>
      <Button onClick={() => location.reload()}>{t('pageFailed.reload')}</Button>
    </main>
  );
}
