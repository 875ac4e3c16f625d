import { expect, it } from 'vitest';
import { Allowance } from '../../src/http/allowance.ts';

const megabyte = 1024 * 1024;

it('an organisation cannot fill the memory of the server with answers, nor take the room of another', () => {
  const allowance = new Allowance();
  const [one, same, other] = [allowance.of('a', 'org-1'), allowance.of('b', 'org-1'), allowance.of('c', 'org-2')];
  allowance.hold(one, 40 * megabyte);
  expect(() => allowance.hold(same, 40 * megabyte)).toThrow(/at the same time/);
  allowance.hold(other, 40 * megabyte);
  allowance.release(one, 40 * megabyte);
  allowance.hold(same, 60 * megabyte);
});

it('all organisations together are bounded too', () => {
  const allowance = new Allowance();
  const held = Array.from({ length: 20 }, (_, index) => allowance.of(`i-${index}`, `org-${index}`));
  const fits = held.filter((one) => {
    try {
      allowance.hold(one, 60 * megabyte);
      return true;
    } catch {
      return false;
    }
  });
  expect(fits).toHaveLength(8);
});
