import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import css from './filter-bar.module.css';

/** Above a list: what it is filtered by, and how many are left. */
export function FilterBar({ children, aside }: { children: ReactNode; aside?: ReactNode }) {
  return (
    <div className={css.bar}>
      {children}
      {aside === undefined ? null : (
        <p className={css.aside} role="status">
          {aside}
        </p>
      )}
    </div>
  );
}

type SearchProps = { label: string; placeholder: string; value: string; onChange: (value: string) => void };

/** The field that `/` focuses: a page has one. */
export function SearchField({ label, placeholder, value, onChange }: SearchProps) {
  return (
    <TextInput
      className={css.search}
      type="search"
      data-search
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={15} stroke={1.6} />}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
