import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { DescriptionList } from '../../ui/description-list.tsx';
import { spanText } from '../runs/time-words.ts';
import { firstAnswerQuery } from './queries.ts';

/** How long a publisher takes for the first answer, measured; nothing where that cannot be asked. */
export function FirstAnswer({ publisher }: { publisher: string }) {
  const { t } = useTranslation('supportRequests');
  const { data } = useQuery(firstAnswerQuery(publisher));
  if (data === undefined) return null;
  const { medianSeconds } = data;
  return (
    <DescriptionList
      facts={[
        {
          label: t('firstAnswer'),
          value: medianSeconds === null ? t('unmeasured') : t('median', { span: spanText(Math.max(1, medianSeconds)) }),
        },
      ]}
    />
  );
}
