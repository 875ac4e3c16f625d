import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { Logo } from '../../../ui/logo.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import css from '../sign-in-page.module.css';

/** A page for somebody who is not signed in yet: one narrow column, nothing around it. */
export function EntryPage({ title, children }: { title: string; children: ReactNode }) {
  usePageTitle(title);
  return (
    <main className={css.page}>
      <div className={css.column}>
        <div className={css.brand}>
          <Logo size={26} />
          <span>ProofPix</span>
        </div>
        <h1 className={css.title}>{title}</h1>
        {children}
      </div>
    </main>
  );
}

export function ToSignIn() {
  const { t } = useTranslation('links');
  return (
    <p>
      <Link to={paths.signIn()}>{t('toSignIn')}</Link>
    </p>
  );
}

/** What failed with a link: one that is used up is not tried again. */
export function LinkError({ error }: { error: Error }) {
  const { t } = useTranslation('links');
  const code = problemCode(error);
  const gone = code === 'link_invalid';
  return (
    <ErrorNotice title={t(gone ? 'gone.title' : 'failed')} code={code}>
      {gone ? t('gone.text') : problemText(error)}
    </ErrorNotice>
  );
}

export function NoToken() {
  const { t } = useTranslation('links');
  return (
    <div className={css.form}>
      <ErrorNotice title={t('none.title')}>{t('none.text')}</ErrorNotice>
      <ToSignIn />
    </div>
  );
}
