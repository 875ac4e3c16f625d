import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';

/** A dialog with its title as a plain heading: Mantine's own head is a second banner of the page. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  return (
    <Modal.Root
      opened
      onClose={onClose}
      centered
      size={520}
      radius="md"
      transitionProps={{ duration: 120, transition: 'fade' }}
    >
      <Modal.Overlay color="var(--px-scrim)" backgroundOpacity={1} />
      <Modal.Content>
        <Modal.Body>
          <Modal.Title>{title}</Modal.Title>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
