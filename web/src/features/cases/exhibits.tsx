import type { CaseDetail } from '@proofpix/contract/cases';
import { Button } from '@mantine/core';
import { IconHistory, IconPlus } from '@tabler/icons-react';
import { useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../paths.ts';
import { Empty } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { droppedFiles } from '../runs/dropped-files.ts';
import { acceptedFiles, isClutter, refusal } from '../runs/photo-types.ts';
import { RefusedFiles, type Refused } from '../runs/refused-files.tsx';
import { useUploadQueue } from '../runs/uploads.ts';
import { usePastedFiles } from '../runs/use-pasted-files.ts';
import { useHidden } from './delayed-acts.ts';
import { ExhibitRow } from './exhibit-row.tsx';
import css from './exhibits.module.css';

/** The photos of a case by their numbers. Photos that are dropped on them belong to the case. */
export function Exhibits({ known, mayWrite }: { known: CaseDetail; mayWrite: boolean }) {
  const { t } = useTranslation('cases');
  const hidden = useHidden();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const { take, refused, forget } = useTake(known.id);
  const open = mayWrite && known.state === 'open';
  usePastedFiles(open ? take : null);
  const shown = known.exhibits.filter(({ run }) => !hidden.has(`exhibit ${run.id}`));

  async function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (open) take(await droppedFiles(event.dataTransfer));
  }

  return (
    <div
      className={css.zone}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(open);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      <Section
        id="exhibits"
        title={t('exhibit.title')}
        aside={open ? t('exhibit.drop') : undefined}
        actions={
          open ? (
            <>
              <Button
                size="xs"
                component={Link}
                to={paths.history}
                leftSection={<IconHistory size={15} stroke={1.6} />}
              >
                {t('exhibit.fromHistory')}
              </Button>
              <Button
                size="xs"
                leftSection={<IconPlus size={15} stroke={1.6} />}
                onClick={() => input.current?.click()}
              >
                {t('exhibit.add')}
              </Button>
            </>
          ) : undefined
        }
      >
        <RefusedFiles files={refused} onClose={forget} />
        {shown.length === 0 ? <Empty>{t(open ? 'exhibit.empty' : 'exhibit.none')}</Empty> : null}
        <ol>
          {shown.map((exhibit) => (
            <ExhibitRow key={exhibit.number} exhibit={exhibit} caseId={known.id} mayChange={open} />
          ))}
        </ol>
      </Section>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={acceptedFiles}
        aria-label={t('exhibit.add')}
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])]);
          // Or choosing the same file again would be no change.
          currentTarget.value = '';
        }}
      />
    </div>
  );
}

function useTake(caseId: string) {
  const { t } = useTranslation('runs');
  const uploads = useUploadQueue();
  const [refused, setRefused] = useState<Refused[]>([]);
  function take(files: readonly File[]) {
    const judged = files.filter((file) => !isClutter(file.name)).map((file) => ({ file, reason: refusal(t, file) }));
    setRefused(judged.flatMap(({ file, reason }) => (reason === null ? [] : [{ name: file.name, reason }])));
    uploads.add(
      judged.filter(({ reason }) => reason === null).map(({ file }) => file),
      { plugins: null, caseId, deletePhoto: false },
    );
  }
  return { take, refused, forget: () => setRefused([]) };
}
