import { isBuiltInHook } from '@proofpix/contract/hooks';
import type { Installation } from './capabilities.ts';
import { customHookOf, type CustomHook } from './custom-hook.ts';
import type { Installed } from './installed.ts';
import { addUsage, noUsage, type UsageSum } from './usage.ts';

/** Usage of installations that are gone is kept for so many: whoever shows metrics asks for it after the end. */
const keptUsages = 10_000;

/** Which installations there are, by id and by organisation, and what those used that are gone. */
export class Registry {
  readonly #all = new Map<string, Installed>();
  readonly #byOrganisation = new Map<string, Map<string, Installed>>();
  readonly #past = new Map<string, UsageSum>();
  /** Versions that were replaced and still end their calls. */
  readonly #leaving = new Map<Installed, string>();

  get(id: string): Installed | undefined {
    return this.#all.get(id);
  }

  values(): IterableIterator<Installed> {
    return this.#all.values();
  }

  *everything(): Generator<Installed> {
    yield* this.#all.values();
    yield* this.#leaving.keys();
  }

  /** Takes the place of one of the same id. */
  add(installed: Installed): void {
    const { id, organisationId } = installed.installation;
    this.#all.set(id, installed);
    const siblings = this.#byOrganisation.get(organisationId) ?? new Map<string, Installed>();
    siblings.set(id, installed);
    this.#byOrganisation.set(organisationId, siblings);
  }

  remove(installed: Installed): void {
    const { id, organisationId } = installed.installation;
    if (this.#all.get(id) !== installed) return;
    this.#all.delete(id);
    const siblings = this.#byOrganisation.get(organisationId);
    siblings?.delete(id);
    if (siblings?.size === 0) this.#byOrganisation.delete(organisationId);
    this.#past.delete(id);
    this.#past.set(id, installed.usage());
    if (this.#past.size > keptUsages) this.#past.delete(this.#past.keys().next().value ?? '');
  }

  /** One that was replaced counts for its installation until it is gone, and afterwards through the one that took its place. */
  async leave(installed: Installed, gone: Promise<void>): Promise<void> {
    const { id } = installed.installation;
    this.#leaving.set(installed, id);
    await gone.catch(() => {});
    this.#leaving.delete(installed);
    const used = installed.usage();
    const successor = this.#all.get(id);
    if (successor !== undefined) successor.addPast(used);
    else this.#past.set(id, addUsage(this.#past.get(id) ?? noUsage, used, used.deaths));
  }

  usage(id: string): UsageSum {
    let sum = this.#all.get(id)?.usage() ?? this.#past.get(id) ?? noUsage;
    for (const [leaving, leavingId] of this.#leaving) {
      if (leavingId !== id) continue;
      const used = leaving.usage();
      sum = addUsage(sum, used, used.deaths);
    }
    return sum;
  }

  pastUsage(id: string): UsageSum | undefined {
    return this.#past.get(id);
  }

  *installationsOf(organisationId: string): Generator<Installation> {
    for (const { installation } of this.#byOrganisation.get(organisationId)?.values() ?? []) yield installation;
  }

  /** The declaration of a custom hook by its owner, if that is registered in the organisation. */
  declared(organisationId: string, hook: string): CustomHook | null {
    if (isBuiltInHook(hook)) return null;
    for (const installation of this.installationsOf(organisationId)) {
      const found = customHookOf(installation, hook);
      if (found !== null) return found;
    }
    return null;
  }
}
