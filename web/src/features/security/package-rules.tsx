import type { PackageRules as SignatureRules } from '@proofpix/contract/api/accounts';
import { routes } from '@proofpix/contract/routes';
import type { ScanRules, ScanVerdict } from '@proofpix/contract/scan';
import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import rows from '../../ui/list-row.module.css';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useRestriction } from '../plugins/use-restriction.ts';
import css from './locked-plugins.module.css';
import { packageRulesQuery, securityKeys } from './queries.ts';

const severities = ['high', 'medium', 'low'] as const;
const actions = ['block', 'review', 'pass'] as const;

/** What the organisation does with what is found in packages, and with those that nobody signed. */
export function PackageRules() {
  const { t } = useTranslation('security');
  const restriction = useRestriction();
  const queryClient = useQueryClient();
  const toast = useToast();
  const { data, error, refetch } = useQuery(packageRulesQuery);
  const save = useMutation({
    mutationFn: async (change: { scan: ScanRules } | { signatures: SignatureRules }) => {
      if ('scan' in change) await call(routes.organisations.putScanRules, { body: { rules: change.scan } });
      else await call(routes.organisations.putPackageRules, { body: change.signatures });
    },
    // Also after a failure: what is shown is what the server has.
    onSettled: () => queryClient.invalidateQueries({ queryKey: securityKeys.packageRules }),
  });
  if (data === undefined) {
    return (
      <Section title={t('rules.title')}>
        {error === null ? (
          <LoadingRows rows={4} label={t('rules.loading')} />
        ) : (
          <ErrorNotice title={t('rules.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        )}
      </Section>
    );
  }
  const { scan, signatures } = data;
  const { rules, known } = scan;
  const disabled = restriction !== undefined || save.isPending;
  const change = (next: ScanRules) =>
    save.mutate(
      { scan: next },
      { onSuccess: () => toast({ text: t('rules.saved'), undo: () => save.mutate({ scan: rules }) }) },
    );
  const withRule = (rule: string, action: ScanVerdict | null): ScanRules => {
    const others = rules.rules.filter((each) => each.rule !== rule);
    return { ...rules, rules: action === null ? others : [...others, { rule, action }] };
  };
  const choice = (label: string, value: ScanVerdict, onChange: (action: ScanVerdict) => void) => (
    <NativeSelect
      className={css.choice}
      aria-label={label}
      value={value}
      disabled={disabled}
      data={actions.map((action) => ({ value: action, label: t(`rules.actions.${action}`) }))}
      onChange={(event) => onChange(event.currentTarget.value as ScanVerdict)} // one of the options above
    />
  );
  const left = known.filter(({ rule }) => !rules.rules.some((each) => each.rule === rule));
  return (
    <Section title={t('rules.title')} aside={restriction ?? t('rules.aside')}>
      {save.error === null ? null : (
        <ErrorNotice title={t('rules.notSaved')} code={problemCode(save.error)}>
          {problemText(save.error)}
        </ErrorNotice>
      )}
      <ul>
        {severities.map((severity) => (
          <Row key={severity} name={t(`rules.severities.${severity}`)} text={t(`rules.means.${severity}`)}>
            {choice(t(`rules.severities.${severity}`), rules.severities[severity], (action) =>
              change({ ...rules, severities: { ...rules.severities, [severity]: action } }),
            )}
          </Row>
        ))}
        <Row name={t('rules.unsigned')} text={t('rules.unsignedMeans')}>
          <NativeSelect
            className={css.choice}
            aria-label={t('rules.unsigned')}
            value={signatures.unsignedPackages}
            disabled={disabled}
            data={(['allow', 'refuse'] as const).map((value) => ({ value, label: t(`rules.signatures.${value}`) }))}
            onChange={(event) => {
              const unsignedPackages = event.currentTarget.value === 'refuse' ? 'refuse' : 'allow';
              const undo = () => save.mutate({ signatures });
              save.mutate(
                { signatures: { unsignedPackages } },
                { onSuccess: () => toast({ text: t('rules.saved'), undo }) },
              );
            }}
          />
        </Row>
        {rules.rules.map(({ rule, action }) => (
          <Row key={rule} name={<code>{rule}</code>} text={known.find((each) => each.rule === rule)?.explanation ?? ''}>
            {choice(rule, action, (next) => change(withRule(rule, next)))}
            <Button
              disabled={disabled}
              aria-label={t('rules.removeOf', { rule })}
              onClick={() => change(withRule(rule, null))}
            >
              {t('rules.remove')}
            </Button>
          </Row>
        ))}
        <Row name={t('rules.more')} text={t('rules.moreMeans')}>
          <NativeSelect
            className={css.choice}
            aria-label={t('rules.more')}
            value=""
            disabled={disabled}
            data={[{ value: '', label: t('rules.choose') }, ...left.map(({ rule }) => ({ value: rule, label: rule }))]}
            onChange={(event) => change(withRule(event.currentTarget.value, 'review'))}
          />
        </Row>
      </ul>
    </Section>
  );
}

function Row({ name, text, children }: { name: ReactNode; text: string; children: ReactNode }) {
  return (
    <li className={rows.row}>
      <div className={rows.what}>
        <span className={css.name}>{name}</span>
        <p className={css.reason}>{text}</p>
      </div>
      {children}
    </li>
  );
}
