import type { ReactNode } from 'react';
import css from './data-table.module.css';

export type Column<Row> = {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** CSS width; the columns without one share what is left. */
  width?: string;
  /** Numbers stand at the right. */
  numeric?: boolean;
  /** Where it goes below 760 px: `line` under the name, `end` beside it, or not at all. `line` unless it says otherwise. */
  phone?: 'line' | 'end' | 'hidden';
  /** Dropped when something beside the table takes its width. */
  optional?: boolean;
};

type Props<Row> = {
  /** Names the table for screen readers. */
  label: string;
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The strong first column. */
  nameHead: string;
  /** The link, or button, of the row with the class that stretches it over the whole row: `<Link className={className} …>`. */
  name: (row: Row, className: string) => ReactNode;
  columns: readonly Column<Row>[];
  /** One menu, above the row's own link. */
  actions?: (row: Row) => ReactNode;
  actionsHead?: string;
  selected?: (row: Row) => boolean;
  /** Whether a panel stands beside it. */
  narrow?: boolean;
};

/** A table of hairlines. The whole row is the link of its name; below 760 px each row is a block of a list. */
export function DataTable<Row>(props: Props<Row>) {
  const { label, rows, rowKey, nameHead, name, actions, actionsHead, selected, narrow } = props;
  const columns = narrow === true ? props.columns.filter(({ optional }) => optional !== true) : props.columns;
  return (
    <table className={css.table} aria-label={label}>
      <thead>
        <tr>
          <th scope="col">{nameHead}</th>
          {columns.map(({ key, head, width, numeric }) => (
            <th key={key} scope="col" className={numeric ? css.numeric : undefined} style={{ width }}>
              {head}
            </th>
          ))}
          {actions === undefined ? null : (
            <th scope="col" className={css.actions}>
              <span className="visually-hidden">{actionsHead}</span>
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} data-selected={selected?.(row) || undefined}>
            <td className={css.name}>{name(row, css.rowLink ?? '')}</td>
            {columns.map(({ key, cell, numeric, phone = 'line' }) => (
              <td key={key} className={numeric ? css.numeric : undefined} data-phone={phone}>
                {cell(row)}
              </td>
            ))}
            {actions === undefined ? null : (
              <td className={css.actions} data-phone="actions">
                {actions(row)}
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
