import { limits } from '@proofpix/contract/limits';
import { Button } from '@mantine/core';
import { useRef, useState, type ChangeEvent, type DragEvent } from 'react';
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
  onFiles: (files: readonly File[]) => void;
  onSample: () => void;
};

export function DropZone({ disabledReason, reach, sampleBusy, sampleError, onFiles, onSample }: Props) {
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
      aria-label="Add photos"
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(!disabled);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void drop(event)}
    >
      <span className={css.corners} aria-hidden />
      <h2 className={css.title}>Drop photos or a folder here</h2>
      <p className={css.types}>JPEG, PNG, WebP, HEIC, TIFF and RAW, up to {bytes(limits.photoBytes)} each</p>
      <div className={css.buttons}>
        <Button
          variant="filled"
          disabled={disabled}
          aria-describedby={disabled ? 'drop-disabled' : undefined}
          onClick={() => photos.current?.click()}
        >
          Choose photos
        </Button>
        <Button
          disabled={disabled}
          aria-describedby={disabled ? 'drop-disabled' : undefined}
          onClick={() => folder.current?.click()}
        >
          Choose folder
        </Button>
      </div>
      <p className={css.reach}>
        {disabled ? (
          <span id="drop-disabled">{disabledReason}</span>
        ) : (
          <>
            {reach}{' '}
            <button type="button" className={css.link} onClick={onSample} disabled={sampleBusy}>
              Try the sample photo
            </button>
          </>
        )}
      </p>
      {sampleError === null ? null : (
        <ErrorNotice title="The sample photo could not be started" code={problemCode(sampleError)}>
          {problemText(sampleError)}
        </ErrorNotice>
      )}
      <input ref={photos} type="file" multiple accept={acceptedFiles} hidden aria-label="Photos" onChange={choose} />
      <input
        ref={(element) => {
          folder.current = element;
          // Not known to React's types; every browser of the list has it.
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        hidden
        aria-label="Folder"
        onChange={choose}
      />
    </section>
  );
}
