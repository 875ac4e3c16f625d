import { limits } from '@proofpix/contract/limits';
import { Button } from '@mantine/core';
import { useRef, useState, type ChangeEvent, type DragEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { bytes } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './drop-zone.module.css';
import { droppedFiles } from './dropped-files.ts';
import { acceptedFiles } from './photo-types.ts';

type Props = {
  disabledReason: string | null;
  reach: string | null;
  sampleBusy: boolean;
  sampleError: Error | null;
  /** Whether the choice of plugins and case below is open. */
  choosing: boolean;
  onFiles: (files: readonly File[]) => void;
  onSample: () => void;
  onChoose: () => void;
  children?: ReactNode;
};

export function DropZone(props: Props) {
  const { disabledReason, reach, sampleBusy, sampleError, choosing, onFiles, onSample, onChoose, children } = props;
  const { t } = useTranslation('runs');
  const photos = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const disabled = disabledReason !== null;

  async function drop(event: DragEvent) {
    event.preventDefault();
    setOver(false);
    if (!disabled) onFiles(await droppedFiles(event.dataTransfer));
  }

  function choose(event: ChangeEvent<HTMLInputElement>) {
    onFiles([...(event.currentTarget.files ?? [])]);
    // Or choosing the same file again would be no change.
    event.currentTarget.value = '';
  }

  return (
    <section
      className={css.zone}
      aria-label={t('drop.label')}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      <span className={css.corners} aria-hidden />
      <h2 className={css.title}>{t('drop.title')}</h2>
      <p className={css.types}>{t('drop.types', { size: bytes(limits.photoBytes) })}</p>
      <div className={css.buttons}>
        <Button
          variant="filled"
          disabled={disabled}
          aria-describedby={disabled ? 'drop-disabled' : undefined}
          onClick={() => photos.current?.click()}
        >
          {t('drop.photos')}
        </Button>
        <Button
          disabled={disabled}
          aria-describedby={disabled ? 'drop-disabled' : undefined}
          onClick={() => folder.current?.click()}
        >
          {t('drop.folder')}
        </Button>
      </div>
      <p className={css.reach}>
        {disabled ? (
          <span id="drop-disabled">{disabledReason}</span>
        ) : (
          <>
            {reach}{' '}
            <button
              type="button"
              className={css.link}
              aria-expanded={choosing}
              aria-controls="run-options"
              onClick={onChoose}
            >
              {t('drop.change')}
            </button>
            <span className={css.apart}>
              <button type="button" className={css.link} onClick={onSample} disabled={sampleBusy}>
                {t('drop.sample')}
              </button>
            </span>
          </>
        )}
      </p>
      <div id="run-options" className={css.options}>
        {choosing ? children : null}
      </div>
      {sampleError === null ? null : (
        <ErrorNotice title={t('drop.sampleFailed')} code={problemCode(sampleError)}>
          {problemText(sampleError)}
        </ErrorNotice>
      )}
      <input
        ref={photos}
        type="file"
        multiple
        accept={acceptedFiles}
        hidden
        aria-label={t('drop.photosInput')}
        onChange={choose}
      />
      <input
        ref={(element) => {
          folder.current = element;
          // Not known to React's types; every browser of the list has it.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-label={t('drop.folderInput')}
        onChange={choose}
      />
    </section>
  );
}
