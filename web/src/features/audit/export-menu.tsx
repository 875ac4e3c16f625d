import { routeUrl } from '@proofpix/contract/client';
import { Button, Menu } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EvidenceDialog } from './evidence-dialog.tsx';
import css from './export-menu.module.css';
import { askedBy, auditRows, type TrailOf } from './queries.ts';
import type { AuditFilter } from './use-audit-filter.ts';

/** The whole trail for whoever verifies it, what the filter shows for whoever reads it, or the evidence of a period. */
export function ExportMenu({ of, filter }: { of: TrailOf; filter: AuditFilter }) {
  const { t } = useTranslation('audit');
  const filtered = Object.keys(filter).length > 0;
  const [taking, setTaking] = useState(false);
  return (
    <>
      <Menu position="bottom-end" offset={4} transitionProps={{ duration: 0 }} loop>
        <Menu.Target>
          <Button leftSection={<IconDownload size={16} stroke={1.6} />}>{t('export.action')}</Button>
        </Menu.Target>
        <Menu.Dropdown>
          {(['jsonl', 'csv'] as const).map((format) => (
            <Menu.Item
              key={format}
              component="a"
              href={routeUrl(auditRows[of].export, {}, { ...(format === 'csv' ? askedBy(filter) : {}), format })}
              download
            >
              {t(`export.${format}`)}
              {format === 'csv' && filtered ? <span className={css.note}>{t('export.filtered')}</span> : null}
            </Menu.Item>
          ))}
          {of === 'organisation' ? <Menu.Item onClick={() => setTaking(true)}>{t('export.evidence')}</Menu.Item> : null}
        </Menu.Dropdown>
      </Menu>
      {taking ? <EvidenceDialog onClose={() => setTaking(false)} /> : null}
    </>
  );
}
