import { useTranslation } from 'react-i18next';
import { Dialog } from '../ui/dialog.tsx';
import { KeyHint } from '../ui/key-hint.tsx';
import { commandKey } from './commands.ts';
import { placeLetters } from './shortcuts.ts';
import css from './shortcuts-dialog.module.css';

/** All keys that do something, by what they do. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('frame');
  const places = Object.entries(placeLetters).map(([letter, place]) => ({
    keys: ['g', letter],
    name: t(`places.${place}`),
  }));
  return (
    <Dialog title={t('shortcuts.title')} onClose={onClose}>
      <div className={css.groups} tabIndex={-1} data-autofocus>
        <Group
          title={t('shortcuts.everywhere')}
          rows={[
            { keys: [commandKey, 'K'], name: t('shortcuts.palette') },
            { keys: ['/'], name: t('shortcuts.search') },
            { keys: ['?'], name: t('shortcuts.help') },
            { keys: ['Esc'], name: t('shortcuts.close') },
          ]}
        />
        <Group title={t('shortcuts.goTo')} rows={places} />
      </div>
    </Dialog>
  );
}

function Group({ title, rows }: { title: string; rows: readonly { keys: readonly string[]; name: string }[] }) {
  return (
    <section>
      <h3 className={css.title}>{title}</h3>
      <dl>
        {rows.map(({ keys, name }) => (
          <div key={name} className={css.row}>
            <dt>{name}</dt>
            <dd>
              <KeyHint keys={keys} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
