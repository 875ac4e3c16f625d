import type { ScanProgress } from '@proofpix/contract/api/jobs';
import type { Plugin } from '@proofpix/contract/api/plugins';
import { errors as errorTable, Problem, type ErrorCode, type FieldError } from '@proofpix/contract/errors';
import type { PackageInspection } from '@proofpix/contract/inspection';
import type { Permission } from '@proofpix/contract/permissions';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { useToast } from '../../../ui/toasts.tsx';
import { releaseOf, type PackageSource } from './package-source.ts';

const askAgainMilliseconds = 500;

/**
 * Installs, decides and starts. What was not ticked is refused, so that nothing stays undecided; a plugin that cannot
 * start stays installed, and its page says why. `progress` is that of a scan that takes long.
 */
export function useInstall(source: PackageSource, found: PackageInspection, onDone: () => void) {
  const { t } = useTranslation('plugins');
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const [progress, setProgress] = useState<ScanProgress | null>(null);
  const mutation = useMutation({
    mutationFn: async ({ grants, acceptReview }: { grants: Permission[]; acceptReview: boolean }) => {
      const refused = found.permissions.map(({ permission }) => permission).filter((name) => !grants.includes(name));
      const plugin = await installed(source, { grants, refused, acceptReview }, setProgress);
      if (plugin.state === 'loaded') return { plugin, started: true };
      const started = await call(routes.plugins.load, { params: { id: plugin.id } }).catch((error: unknown) => {
        if (error instanceof Problem) return null;
        throw error;
      });
      return { plugin, started: started !== null };
    },
    onSuccess: async ({ plugin, started }) => {
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['plugins'] }),
        queryClient.invalidateQueries({ queryKey: ['hooks'] }),
        queryClient.invalidateQueries({ queryKey: ['marketplace'] }),
      ]);
      onDone();
      toast({ text: t(started ? 'install.done' : 'install.notStarted', { name: plugin.name }) });
      await navigate(paths.pluginsOpen(plugin.id));
    },
    onSettled: () => setProgress(null),
  });
  return { ...mutation, progress };
}

type Decisions = { grants: Permission[]; refused: Permission[]; acceptReview: boolean };

/** What takes longer than two seconds goes on as a job, which is asked for until it is done. */
async function installed(
  source: PackageSource,
  decisions: Decisions,
  onProgress: (progress: ScanProgress | null) => void,
): Promise<Plugin> {
  const reply = await send(source, decisions);
  if (!('kind' in reply)) return reply;
  for (;;) {
    const job = await call(routes.jobs.get, { params: { id: reply.id } });
    if (job.state === 'done') return job.result as Plugin; // what an install answers
    if (job.error !== null) throw problemOf(job.error);
    onProgress(job.progress);
    await new Promise((resolve) => setTimeout(resolve, askAgainMilliseconds));
  }
}

async function send(source: PackageSource, { grants, refused, acceptReview }: Decisions) {
  if (!('file' in source)) {
    return call(routes.plugins.install, { body: { ...releaseOf(source), grants, refused, acceptReview } });
  }
  const form = new FormData();
  form.set('grants', JSON.stringify(grants));
  form.set('refused', JSON.stringify(refused));
  if (acceptReview) form.set('acceptReview', 'true');
  if (source.signature !== undefined) form.set('signature', await source.signature.text());
  form.set('plugin', source.file);
  return call(routes.plugins.install, { form });
}

function problemOf({ code, message, errors }: { code: string; message: string; errors?: FieldError[] }): Error {
  return isErrorCode(code) ? new Problem(code, undefined, errors) : new Error(message);
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
