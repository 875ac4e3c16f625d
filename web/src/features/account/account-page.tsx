import { useTranslation } from 'react-i18next';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { YourData } from '../privacy/your-data.tsx';
import css from './account-page.module.css';
import { ApiTokens } from './api-tokens.tsx';
import { Devices } from './devices.tsx';
import { Password } from './password.tsx';
import { Profile } from './profile.tsx';
import { SecondFactor } from './second-factor.tsx';
import { SingleSignOn } from './single-sign-on.tsx';

/** Who somebody is here, how they sign in, and where they are signed in. */
export function AccountPage() {
  const { t } = useTranslation('account');
  usePageTitle(t('title'));
  const { singleSignOn } = useAccount();
  // Password and second factor are the provider's, or wait for somebody who signs in with them.
  const elsewhere = singleSignOn.managed || singleSignOn.signedIn;
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        <Profile />
        <SingleSignOn />
        {elsewhere ? null : <Password />}
        {elsewhere ? null : <SecondFactor />}
        {singleSignOn.signedIn ? null : <Devices />}
        <ApiTokens />
        <YourData />
      </main>
    </>
  );
}
