/** Ids that no system gives to people or services; the last one before "nobody" is 65533. */
const first = 64_000;
const last = 65_533;

const taken = new Set<number>();

/**
 * A user id that no other runner of ours has, so that runners cannot signal, trace or read each other. At random, because
 * another host on this machine takes from the same range. @throws Error when there is none left
 */
export function takeUserId(): number {
  const count = last - first + 1;
  if (taken.size >= count) throw new Error(`More than ${count} runners at once have no users of their own.`);
  let id = first + Math.floor(Math.random() * count);
  while (taken.has(id)) id = id === last ? first : id + 1;
  taken.add(id);
  return id;
}

/** Once the process is gone. */
export function freeUserId(id: number): void {
  taken.delete(id);
}
