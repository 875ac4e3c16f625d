import type { HookPlace } from '@proofpix/contract/api/hooks';
import type { RouteReply } from '@proofpix/contract/route';
import type { routes } from '@proofpix/contract/routes';
import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconGripVertical } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './hooks-page.module.css';
import { moved, useDrag } from './use-drag.ts';
import { useOrder } from './use-order.ts';

type Hook = RouteReply<typeof routes.hooks.list>['items'][number];

/** One hook: moved by the handle with a pointer, by the arrow keys on it, or by the buttons. Each move is told. */
export function HookOrder({ hook, restricted }: { hook: Hook; restricted: boolean }) {
  const { t } = useTranslation('plugins');
  const order = useOrder(hook.name, hook.order);
  const [told, setTold] = useState('');
  const ids = order.places.map(({ plugin }) => plugin);
  const drag = useDrag(ids, (from, to) => move(from, to));
  const shown = drag.ids.flatMap((id) => order.places.find(({ plugin }) => plugin === id) ?? []);
  const fixed = restricted || ids.length < 2;

  function move(from: number, to: number) {
    const place = order.places[from];
    if (place === undefined || to < 0 || to >= ids.length || from === to) return;
    order.set(moved(ids, from, to), place.name);
    setTold(t('order.told', { name: place.name, place: to + 1, count: ids.length }));
  }

  return (
    <Section
      id={hook.name}
      title={hook.name}
      actions={
        hook.order.some(({ changed }) => changed) ? (
          <Button size="xs" disabled={restricted} onClick={() => order.reset()}>
            {t('order.reset')}
          </Button>
        ) : undefined
      }
    >
      <p className={css.summary}>
        {hook.summary.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))}
      </p>
      <p className="visually-hidden" role="status">
        {told}
      </p>
      <ol ref={drag.list}>
        {shown.map((place, index) => (
          <li key={place.plugin} className={css.row} data-dragged={drag.dragged === place.plugin || undefined}>
            <button
              type="button"
              className={css.handle}
              data-keys
              disabled={fixed}
              aria-label={t('order.handle', { name: place.name, place: index + 1, count: ids.length })}
              onPointerDown={(event) => drag.start(place.plugin, event)}
              onKeyDown={(event) => {
                const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
                if (by === undefined) return;
                event.preventDefault();
                move(index, index + by);
              }}
            >
              <IconGripVertical size={16} stroke={1.6} aria-hidden />
            </button>
            <Place place={place} number={index + 1} />
            <span className={css.buttons}>
              <ActionIcon
                aria-label={t('order.up', { name: place.name })}
                disabled={fixed || index === 0}
                onClick={() => move(index, index - 1)}
              >
                <IconArrowUp size={16} stroke={1.6} />
              </ActionIcon>
              <ActionIcon
                aria-label={t('order.down', { name: place.name })}
                disabled={fixed || index === ids.length - 1}
                onClick={() => move(index, index + 1)}
              >
                <IconArrowDown size={16} stroke={1.6} />
              </ActionIcon>
            </span>
          </li>
        ))}
      </ol>
      {order.error === null ? null : (
        <ErrorNotice title={t('order.failed')} code={problemCode(order.error)}>
          {problemText(order.error)}
        </ErrorNotice>
      )}
    </Section>
  );
}

function Place({ place, number }: { place: HookPlace; number: number }) {
  const { t } = useTranslation('plugins');
  return (
    <>
      <span className={css.place}>{number}</span>
      <span className={css.name}>{place.name}</span>
      <span className={css.quiet}>{place.loaded ? place.version : t('order.stopped', { version: place.version })}</span>
    </>
  );
}
