import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { KeyHint } from '../../ui/key-hint.tsx';
import { useEntries, type Entry } from './entries.ts';
import css from './palette.module.css';

/** Everything by name: a combobox over a list, in the browser's own modal dialog. */
export function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('frame');
  return (
    // A click beside it closes: the dialog itself is hit only outside of what it holds.
    <dialog
      ref={openOnce}
      className={css.dialog}
      aria-label={t('palette.name')}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <Search onClose={onClose} />
    </dialog>
  );
}

function openOnce(dialog: HTMLDialogElement | null): void {
  if (dialog !== null && !dialog.open) dialog.showModal();
}

function Search({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('frame');
  const id = useId();
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const [active, setActive] = useState(0);
  const { groups, loading } = useEntries(typed, asked);
  const entries = groups.flatMap((group) => group.entries);
  const at = Math.min(active, entries.length - 1);
  const chosen = entries[at];

  function act(entry: Entry) {
    onClose();
    entry.act();
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && chosen !== undefined) act(chosen);
    else if (event.key === 'ArrowDown') setActive(entries.length === 0 ? 0 : (at + 1) % entries.length);
    else if (event.key === 'ArrowUp') setActive(entries.length === 0 ? 0 : (at - 1 + entries.length) % entries.length);
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') onClose();
    else return;
    event.preventDefault();
  }

  return (
    <div className={css.palette}>
      <div className={css.field}>
        <IconSearch size={17} stroke={1.6} aria-hidden />
        <input
          className={css.input}
          role="combobox"
          aria-label={t('palette.name')}
          aria-expanded
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={chosen === undefined ? undefined : `${id}-${chosen.id}`}
          placeholder={t('palette.placeholder')}
          autoComplete="off"
          spellCheck={false}
          maxLength={200}
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
        <KeyHint keys={['Esc']} />
      </div>
      <div id={`${id}-list`} className={css.list} role="listbox" aria-label={t('palette.name')}>
        {groups.map((group) => (
          <div key={group.id} role="group" aria-labelledby={`${id}-${group.id}`}>
            <p id={`${id}-${group.id}`} className={css.group} role="presentation">
              {group.title}
            </p>
            {group.entries.map((entry) => (
              <Option
                key={entry.id}
                id={`${id}-${entry.id}`}
                entry={entry}
                chosen={entry === chosen}
                onPoint={() => setActive(entries.indexOf(entry))}
                onChoose={() => act(entry)}
              />
            ))}
          </div>
        ))}
      </div>
      <p className={entries.length === 0 && !loading ? css.none : 'visually-hidden'} role="status">
        {loading ? '' : t('palette.found', { count: entries.length })}
      </p>
    </div>
  );
}

type OptionProps = { id: string; entry: Entry; chosen: boolean; onPoint: () => void; onChoose: () => void };

function Option({ id, entry, chosen, onPoint, onChoose }: OptionProps) {
  return (
    // Keys are answered by the field, which keeps the focus; this is for the pointer.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      ref={chosen ? scrollIntoView : undefined}
      className={css.option}
      role="option"
      aria-selected={chosen}
      onPointerMove={chosen ? undefined : onPoint}
      onClick={onChoose}
    >
      <entry.icon size={16} stroke={1.6} aria-hidden />
      <span className={css.label}>{entry.label}</span>
      {entry.detail === undefined ? null : <span className={css.detail}>{entry.detail}</span>}
    </div>
  );
}

function scrollIntoView(option: HTMLElement | null): void {
  option?.scrollIntoView({ block: 'nearest' });
}
