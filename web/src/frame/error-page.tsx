import { Button } from '@mantine/core';
import { useRouteError } from 'react-router';
import { problemCode, problemText } from '../api.ts';
import { ErrorNotice } from '../ui/notice.tsx';
import { usePageTitle } from '../ui/page-title.ts';
import css from './frame.module.css';

/** A page threw. What is stored on the server is not touched by that. */
export function ErrorPage() {
  usePageTitle('Something failed');
  const error = useRouteError();
  return (
    <main id="main" className={css.reading}>
      <h1 className={css.heading}>This page stopped working</h1>
      <ErrorNotice title="Photos and results on the server are safe" code={problemCode(error)}>
        {problemText(error)}
      </ErrorNotice>
      <Button onClick={() => location.reload()}>Load the page again</Button>
    </main>
  );
}
