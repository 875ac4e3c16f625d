import { Combobox, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import '@mantine/core/styles/Combobox.layer.css';
import css from './discovery.module.css';
import { hasPage, listingPath, suggestionsQuery } from './queries.ts';

type Props = { typed: string; onType: (text: string) => void; onSearch: (text: string) => void };

/** The field, and what could be meant while somebody types: arrow keys choose, Enter takes, Escape closes. */
export function SearchBox({ typed, onType, onSearch }: Props) {
  const { t } = useTranslation('marketplace');
  const navigate = useNavigate();
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const [asked] = useDebouncedValue(typed.trim(), 150);
  const { data } = useQuery({
    ...suggestionsQuery(asked),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
  });
  const { searches = [], plugins = [] } = asked.length > 1 ? (data ?? {}) : {};
  const pages = plugins.filter(({ source }) => hasPage(source));
  const any = searches.length + pages.length > 0;
  return (
    <Combobox
      store={combobox}
      withinPortal={false}
      onOptionSubmit={(value) => {
        combobox.closeDropdown();
        if (value.startsWith('/')) void navigate(value);
        else onSearch(value);
      }}
    >
      <Combobox.Target withExpandedAttribute>
        <TextInput
          className={css.searchBox ?? ''}
          size="md"
          role="combobox"
          data-search
          maxLength={200}
          aria-label={t('search')}
          placeholder={t('search')}
          leftSection={<IconSearch size={16} stroke={1.6} />}
          value={typed}
          onChange={({ currentTarget }) => {
            onType(currentTarget.value);
            combobox.openDropdown();
            combobox.resetSelectedOption();
          }}
          onKeyDown={(event) => {
            // Nothing is chosen in the list: what was typed is what is meant.
            if (event.key !== 'Enter' || combobox.getSelectedOptionIndex() !== -1) return;
            combobox.closeDropdown();
            onSearch(typed.trim());
          }}
          onBlur={() => combobox.closeDropdown()}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!any} className={css.suggestions ?? ''}>
        <Combobox.Options aria-label={t('suggestions')}>
          {searches.map((search) => (
            <Combobox.Option key={search} value={search}>
              {search}
            </Combobox.Option>
          ))}
          {pages.length === 0 ? null : (
            <Combobox.Group label={t('plugins')}>
              {pages.map((plugin) => (
                <Combobox.Option key={listingPath(plugin)} value={listingPath(plugin)}>
                  {plugin.name} <span className={css.by}>{plugin.publisher}</span>
                </Combobox.Option>
              ))}
            </Combobox.Group>
          )}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
