import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { paths } from '../paths.ts';
import { usePageTitle } from '../ui/page-title.ts';
import css from './frame.module.css';
import { TopBar } from './top-bar.tsx';

export function NotFoundPage() {
  usePageTitle('Page not found');
  return (
    <>
      <TopBar title="Page not found" />
      <main id="main" className={css.reading}>
        <p>There is no page at this address. It may have been typed wrongly, or what it showed was deleted.</p>
        <Button component={Link} to={paths.workbench}>
          Go to the workbench
        </Button>
      </main>
    </>
  );
}
