import type { PolicyReply } from '@proofpix/contract/api/policies';
import type { Policy } from '@proofpix/contract/policies';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { DryRun } from './dry-run.tsx';
import css from './policy-form.module.css';
import { policyQuery } from './queries.ts';
import { Rules } from './rules.tsx';
import { UpdateChoices } from './update-choices.tsx';
import { useRestriction } from './use-restriction.ts';

/** A draft, what it would change, and only then the button that saves it. */
export function PolicyForm({ saved }: { saved: PolicyReply }) {
  const { t } = useTranslation('policies');
  const queryClient = useQueryClient();
  const toast = useToast();
  const restriction = useRestriction();
  const [draft, setDraft] = useState<Policy>(saved.policy);
  const changed = JSON.stringify(draft) !== JSON.stringify(saved.policy);
  const check = useMutation({
    mutationFn: async (policy: Policy) => ({
      policy,
      found: await call(routes.policies.dryRun, { body: { policy } }),
    }),
  });
  const save = useMutation({
    mutationFn: (policy: Policy) => call(routes.policies.put, { body: { policy, revision: saved.revision } }),
    onSuccess: async (reply) => {
      toast({ text: t('save.saved') });
      queryClient.setQueryData(policyQuery.queryKey, reply);
      await queryClient.invalidateQueries({ queryKey: ['plugins'] });
    },
  });
  const change = (next: Policy) => {
    setDraft(next);
    save.reset();
  };
  // Of this very draft: what was found about another one says nothing.
  const found = check.data?.policy === draft ? check.data.found : null;
  return (
    <>
      <Rules policy={draft} disabled={restriction !== undefined} restriction={restriction} onChange={change} />
      <UpdateChoices
        updates={draft.updates}
        disabled={restriction !== undefined}
        onChange={(updates) => change({ ...draft, updates })}
      />
      {check.error === null ? null : (
        <ErrorNotice title={t('save.notChecked')} code={problemCode(check.error)}>
          {problemText(check.error)}
        </ErrorNotice>
      )}
      {found === null || !changed ? null : <DryRun found={found} />}
      {save.error === null ? null : (
        <ErrorNotice title={t('save.notSaved')} code={problemCode(save.error)}>
          {problemText(save.error)}
        </ErrorNotice>
      )}
      {changed ? (
        <div className={css.bar} role="group" aria-label={t('save.changed')}>
          <span className={css.text} role="status" id="policy-check-first">
            {found === null ? t('save.checkFirst') : t('save.changed')}
          </span>
          <Button onClick={() => change(saved.policy)} disabled={save.isPending}>
            {t('save.discard')}
          </Button>
          <Button
            variant={found === null ? 'filled' : 'default'}
            loading={check.isPending}
            onClick={() => check.mutate(draft)}
          >
            {t('save.check')}
          </Button>
          <Button
            variant={found === null ? 'default' : 'filled'}
            disabled={found === null}
            aria-describedby="policy-check-first"
            loading={save.isPending}
            onClick={() => save.mutate(draft)}
          >
            {t('save.save')}
          </Button>
        </div>
      ) : null}
    </>
  );
}
