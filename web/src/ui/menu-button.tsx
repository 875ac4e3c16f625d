import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, type Icon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './menu-button.module.css';

export type MenuAction = {
  label: string;
  icon?: Icon;
  /** Drawn in red, at the end: something is lost by it. */
  loss?: boolean;
  /** Why it cannot be done now. It stays in sight, with the reason. */
  disabledBecause?: string | undefined;
  onClick: () => void;
};

/** All that can be done with one thing, behind one ⋯. */
export function MenuButton({ name, actions }: { name: string; actions: readonly MenuAction[] }) {
  const { t } = useTranslation('ui');
  return (
    <Menu position="bottom-end" offset={4} transitionProps={{ duration: 0 }} loop>
      <Menu.Target>
        <ActionIcon aria-label={t('actionsFor', { name })}>
          <IconDots size={16} stroke={1.6} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={css.menu}>
        {actions.map(({ label, icon: ActionsIcon, loss, disabledBecause, onClick }) => (
          <Menu.Item
            key={label}
            className={css.item}
            data-loss={loss || undefined}
            leftSection={ActionsIcon === undefined ? undefined : <ActionsIcon size={16} stroke={1.6} aria-hidden />}
            // Not by `disabled`: it could not be reached, and nobody would be told why.
            aria-disabled={disabledBecause !== undefined || undefined}
            closeMenuOnClick={disabledBecause === undefined}
            onClick={disabledBecause === undefined ? onClick : undefined}
          >
            {label}
            {disabledBecause === undefined ? null : <span className={css.reason}>{disabledBecause}</span>}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
