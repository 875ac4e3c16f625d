import type { NewPluginRequest } from '@proofpix/contract/api/requests';
import { permissionNames } from '@proofpix/contract/permissions';
import { routes } from '@proofpix/contract/routes';
import { Checkbox, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { requestsQuery } from './queries.ts';

const kinds = ['install', 'permission', 'update'] as const;
type Words = Record<'plugin' | 'publisher' | 'version' | 'reason', string>;

/** What somebody needs who may not install or grant by themselves. */
export function AskDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('policies');
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<NewPluginRequest['kind']>('install');
  const [words, setWords] = useState<Words>({ plugin: '', publisher: '', version: '', reason: '' });
  const [permissions, setPermissions] = useState<readonly (typeof permissionNames)[number][]>([]);
  const ask = useMutation({
    mutationFn: () => {
      const { plugin: pluginId, publisher, version, reason } = words;
      const release =
        kind === 'permission'
          ? {}
          : { publisher: publisher.trim(), ...(version.trim() ? { version: version.trim() } : {}) };
      const body = {
        kind,
        pluginId: pluginId.trim(),
        ...release,
        permissions: [...permissions],
        reason: reason.trim(),
      };
      return call(routes.requests.create, { body });
    },
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: requestsQuery.queryKey });
    },
  });
  const field = (name: 'plugin' | 'publisher' | 'version', maxLength: number) => (
    <TextInput
      label={t(`requests.${name}`)}
      description={t(`requests.${name}Help`)}
      inputWrapperOrder={fieldOrder}
      maxLength={maxLength}
      value={words[name]}
      onChange={(event) => setWords({ ...words, [name]: event.currentTarget.value })}
    />
  );
  const missing = words.plugin.trim() === '' || words.reason.trim() === '';
  return (
    <Dialog title={t('requests.newDialog')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (!missing) ask.mutate();
        }}
      >
        <NativeSelect
          label={t('requests.kind')}
          inputWrapperOrder={fieldOrder}
          value={kind}
          data={kinds.map((value) => ({ value, label: t(`requests.kindNames.${value}`) }))}
          onChange={(event) => setKind(kinds.find((each) => each === event.currentTarget.value) ?? 'install')}
        />
        {field('plugin', 50)}
        {kind === 'permission' ? null : field('publisher', 100)}
        {kind === 'permission' ? null : field('version', 64)}
        <Checkbox.Group
          label={t('requests.permissions')}
          value={[...permissions]}
          onChange={(names) => setPermissions(permissionNames.filter((each) => names.includes(each)))}
        >
          {permissionNames.map((permission) => (
            <Checkbox key={permission} value={permission} label={permission} mt={8} />
          ))}
        </Checkbox.Group>
        <Textarea
          label={t('requests.reason')}
          inputWrapperOrder={fieldOrder}
          autosize
          minRows={2}
          maxLength={1_000}
          value={words.reason}
          onChange={(event) => setWords({ ...words, reason: event.currentTarget.value })}
        />
        {ask.error === null ? null : (
          <ErrorNotice title={t('requests.notSent')} code={problemCode(ask.error)}>
            {problemText(ask.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={t('requests.send')}
          busy={ask.isPending}
          onCancel={onClose}
          missing={missing ? t('requests.reasonMissing') : undefined}
        />
      </Form>
    </Dialog>
  );
}
