import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/section.tsx';
import css from './account-page.module.css';

/** What programs sign in with in one's own name has a page of its own. */
export function ApiTokens() {
  const { t } = useTranslation('account');
  return (
    <Section title={t('tokens.title')}>
      <p className={css.text}>{t('tokens.text')}</p>
      <p className={css.text}>
        <Link to={paths.tokens}>{t('tokens.open')}</Link>
      </p>
    </Section>
  );
}
