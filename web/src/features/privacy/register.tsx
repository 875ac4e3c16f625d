import { routes } from '@proofpix/contract/routes';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/section.tsx';
import css from './privacy-page.module.css';

/** The register of processing, to be handed over. */
export function Register() {
  const { t } = useTranslation('privacy');
  return (
    <Section title={t('register.title')}>
      <p className={css.text}>{t('register.text')}</p>
      <div className={css.links}>
        <a href={routes.privacy.registerFile.path} download>
          {t('register.document')}
        </a>
        <a href={routes.privacy.register.path} download="register-of-processing.json">
          {t('register.json')}
        </a>
      </div>
    </Section>
  );
}
