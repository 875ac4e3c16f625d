import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Section } from '../../ui/section.tsx';
import { useAccount } from '../accounts/queries.ts';
import { FollowChoice } from '../announcements/follow-choice.tsx';
import { pluginsQuery } from '../plugins/queries.ts';
import { publishersQuery } from '../publishing/queries.ts';
import { AskForHelp } from './ask-for-help.tsx';
import { FirstAnswer } from './first-answer.tsx';
import css from './support.module.css';

type Props = { publisher: string; plugin: string; name: string };

/** On the page of a plugin: how its publisher helps, and whether somebody hears of it. */
export function HelpSection({ publisher, plugin, name }: Props) {
  const { t } = useTranslation('supportRequests');
  const { may } = useAccount();
  const installed = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  const own = useQuery({ ...publishersQuery, enabled: may('publishing:manage') });
  const here = installed.data?.items.find(
    ({ id, source, publisher: by }) => id === plugin && source === 'marketplace' && by === publisher,
  );
  const isOwn = own.data?.items.some((each) => each.name === publisher) ?? false;
  return (
    <Section title={t('section')}>
      <div className={css.help}>
        <FirstAnswer publisher={publisher} />
        {isOwn || !may('plugins:read') ? null : (
          <AskForHelp {...{ publisher, plugin, name }} version={here?.version ?? null} />
        )}
        <FollowChoice publisher={publisher} />
      </div>
    </Section>
  );
}
