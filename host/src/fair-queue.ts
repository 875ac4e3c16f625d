/**
 * A queue in which organisations take turns: however many one of them has waiting, the first of another is served after
 * at most one of each.
 */
export class FairQueue<Item> {
  /** In the order of their turns. */
  readonly #lines = new Map<string, Item[]>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  push(organisationId: string, item: Item): void {
    const line = this.#lines.get(organisationId);
    if (line === undefined) this.#lines.set(organisationId, [item]);
    else line.push(item);
    this.#size += 1;
  }

  /** The one whose turn it is, without taking it. */
  peek(): Item | undefined {
    const [line] = this.#lines.values();
    return line?.[0];
  }

  shift(): Item | undefined {
    for (const [organisationId, line] of this.#lines) {
      const item = line.shift();
      this.#lines.delete(organisationId);
      if (line.length > 0) this.#lines.set(organisationId, line);
      this.#size -= 1;
      return item;
    }
    return undefined;
  }

  remove(organisationId: string, item: Item): void {
    const line = this.#lines.get(organisationId);
    const at = line?.indexOf(item) ?? -1;
    if (line === undefined || at === -1) return;
    line.splice(at, 1);
    if (line.length === 0) this.#lines.delete(organisationId);
    this.#size -= 1;
  }
}
