import type { Run } from '@proofpix/contract/runs';
import { useElementSize } from '@mantine/hooks';
import { useState } from 'react';
import { isShown, photoKind } from '../photo-types.ts';
import { photoUrl } from '../thumbnail.ts';
import css from './photo-stage.module.css';

type Props = { run: Run; selected: number | null; onSelect: (index: number | null) => void };

/** The photo as the browser decodes it; nothing else decodes it. Its frame has one size, so nothing below it jumps. */
export function PhotoStage({ run, selected, onSelect }: Props) {
  const { file } = run;
  const { ref, width, height } = useElementSize();
  const [natural, setNatural] = useState<{ width: number; height: number } | null>(null);
  const [failed, setFailed] = useState(false);
  const kind = photoKind(file.type, file.name);

  if (!isShown(file.type) || failed) {
    return (
      <div className={css.stage}>
        <p className={css.words}>
          {failed
            ? 'This browser could not decode the photo. It may be damaged; the stored file is what was received.'
            : `Most browsers cannot show ${kind} photos, so this one is not drawn here. ProofPix never converts a photo before it is judged.`}{' '}
          <a href={photoUrl(run.id)} download={file.name}>
            Download the photo
          </a>
        </p>
      </div>
    );
  }

  const scale = natural === null || width === 0 ? 0 : Math.min(width / natural.width, height / natural.height);
  const box = natural === null ? null : { width: natural.width * scale, height: natural.height * scale };
  return (
    <div className={css.stage} ref={ref}>
      <img
        className={css.photo}
        src={photoUrl(run.id)}
        alt={`Photo ${file.name}`}
        onLoad={({ currentTarget }) =>
          setNatural({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
        }
        onError={() => setFailed(true)}
      />
      {box === null ? null : (
        <div className={css.regions} style={box}>
          {run.findings.map((finding, index) =>
            finding.region === undefined ? null : (
              <button
                key={index}
                type="button"
                className={css.region}
                data-selected={selected === index || undefined}
                aria-label={`Finding ${index + 1}: ${finding.title}`}
                onClick={() => onSelect(selected === index ? null : index)}
                style={{
                  left: `${finding.region.x * 100}%`,
                  top: `${finding.region.y * 100}%`,
                  width: `${finding.region.width * 100}%`,
                  height: `${finding.region.height * 100}%`,
                }}
              >
                <span className={`${css.marker} ${css[finding.severity]}`} aria-hidden>
                  {index + 1}
                </span>
              </button>
            ),
          )}
        </div>
      )}
    </div>
  );
}
