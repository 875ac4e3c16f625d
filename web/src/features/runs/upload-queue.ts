import type { RunSummary } from '@proofpix/contract/runs';
import { sendPhotos, type SendError, type Sending, type SendOptions } from './send-photos.ts';

export type Upload = {
  id: number;
  file: File;
  options: SendOptions;
  state: 'waiting' | 'sending' | 'failed';
  /** 0 to 1 */
  sent: number;
  error: string | null;
  /** What was refused for what it is would be refused again. */
  mayRetry: boolean;
};

/** One request carries at most this much, so that a lost connection never costs a whole folder. */
const mostPhotos = 10;
const mostBytes = 64 * 1024 * 1024;
const atOnce = 2;

type Group = { ids: number[]; sending: Sending };

/** Photos on their way to the server, in bounded requests, each with its own progress. Knows nothing of React. */
export class UploadQueue {
  #uploads: readonly Upload[] = [];
  #groups = new Set<Group>();
  /** Photos of a request that was refused because of one of them: they go again, each alone. */
  #alone = new Set<number>();
  #listeners = new Set<() => void>();
  #nextId = 1;
  #pausedUntil = 0;
  #paused = false;
  readonly #onCreated: (runs: RunSummary[]) => void;
  readonly #onSignedOut: () => void;

  constructor(options: { onCreated: (runs: RunSummary[]) => void; onSignedOut: () => void }) {
    this.#onCreated = options.onCreated;
    this.#onSignedOut = options.onSignedOut;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  uploads = (): readonly Upload[] => this.#uploads;

  /** Whether somebody asked to wait. What is being sent at that moment is finished. */
  paused = (): boolean => this.#paused;

  pause(): void {
    this.#paused = true;
    this.#set([...this.#uploads]);
  }

  goOn(): void {
    this.#paused = false;
    this.#set([...this.#uploads]);
    this.#fill();
  }

  add(files: readonly File[], options: SendOptions): void {
    const added = files.map((file): Upload => ({
      id: this.#nextId++,
      file,
      options,
      state: 'waiting',
      sent: 0,
      error: null,
      mayRetry: true,
    }));
    this.#set([...this.#uploads, ...added]);
    this.#fill();
  }

  /** Takes a photo out. The others of its request start again without it. */
  cancel(id: number): void {
    const group = [...this.#groups].find((candidate) => candidate.ids.includes(id));
    this.#set(this.#uploads.filter((upload) => upload.id !== id));
    if (group !== undefined) {
      this.#groups.delete(group);
      group.sending.abort();
      this.#change(group.ids, { state: 'waiting', sent: 0 });
    }
    this.#fill();
  }

  retry(id: number): void {
    this.#change([id], { state: 'waiting', sent: 0, error: null });
    this.#fill();
  }

  cancelAll(): void {
    this.takeAll();
  }

  /** Ends all uploads and answers them, so that they can be put in again. */
  takeAll(): readonly Upload[] {
    const groups = [...this.#groups];
    this.#groups.clear();
    for (const group of groups) group.sending.abort();
    const taken = this.#uploads;
    this.#paused = false;
    this.#set([]);
    return taken;
  }

  #fill(): void {
    while (!this.#paused && this.#groups.size < atOnce && Date.now() >= this.#pausedUntil) {
      const photos = this.#nextPhotos();
      if (photos.length === 0) return;
      this.#send(photos);
    }
  }

  #nextPhotos(): Upload[] {
    const photos: Upload[] = [];
    let size = 0;
    for (const upload of this.#uploads) {
      if (upload.state !== 'waiting') continue;
      const alone = this.#alone.has(upload.id);
      const [firstPhoto] = photos;
      // One request has one set of options.
      if (firstPhoto !== undefined && firstPhoto.options !== upload.options) break;
      if (photos.length > 0 && (alone || photos.length === mostPhotos || size + upload.file.size > mostBytes)) break;
      photos.push(upload);
      size += upload.file.size;
      if (alone) break;
    }
    return photos;
  }

  #send(photos: readonly Upload[]): void {
    const ids = photos.map((photo) => photo.id);
    const sending = sendPhotos(
      photos.map((photo) => photo.file),
      photos[0]?.options ?? { plugins: null, caseId: null, deletePhoto: false },
      (shares) => {
        this.#set(
          this.#uploads.map((upload) => {
            const share = shares[ids.indexOf(upload.id)];
            return share === undefined ? upload : { ...upload, sent: share };
          }),
        );
      },
    );
    const group: Group = { ids, sending };
    this.#groups.add(group);
    this.#change(ids, { state: 'sending', sent: 0 });
    sending.runs.then(
      (runs) => {
        if (!this.#groups.delete(group)) return;
        this.#set(this.#uploads.filter((upload) => !ids.includes(upload.id)));
        this.#onCreated(runs);
        this.#fill();
      },
      (error: SendError) => {
        if (!this.#groups.delete(group)) return;
        this.#failed(ids, error);
        this.#fill();
      },
    );
  }

  #failed(ids: readonly number[], error: SendError): void {
    if (error.retryAfter !== null) {
      this.#change(ids, { state: 'waiting', sent: 0 });
      this.#pausedUntil = Date.now() + error.retryAfter;
      setTimeout(() => this.#fill(), error.retryAfter + 1);
    } else if (error.aboutOnePhoto && ids.length > 1) {
      for (const id of ids) this.#alone.add(id);
      this.#change(ids, { state: 'waiting', sent: 0 });
    } else {
      // What fails for one photo because the server is full or gone fails for those behind it too.
      const behind = error.aboutOnePhoto
        ? []
        : this.#uploads.filter((upload) => upload.state === 'waiting').map(({ id }) => id);
      this.#change([...ids, ...behind], {
        state: 'failed',
        sent: 0,
        error: error.message,
        mayRetry: !error.aboutOnePhoto && !error.final,
      });
      if (error.signedOut) this.#onSignedOut();
    }
  }

  #change(ids: readonly number[], change: Partial<Upload>): void {
    this.#set(this.#uploads.map((upload) => (ids.includes(upload.id) ? { ...upload, ...change } : upload)));
  }

  #set(uploads: readonly Upload[]): void {
    this.#uploads = uploads;
    for (const listener of this.#listeners) listener();
  }
}
