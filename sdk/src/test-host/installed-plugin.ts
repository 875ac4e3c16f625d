import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import type { Installation } from '@proofpix/host/capabilities';
import {
  configErrors,
  handedConfig,
  putSecrets,
  schemaOf,
  secretHandle,
  shownConfig,
  takeSecrets,
  type ConfigObject,
  type Secrets,
} from '@proofpix/host/plugin-config';
import type { Package } from '@proofpix/scanner/package';
import { nothingTold, type Told } from './told.ts';

/** The one organisation of a test host. */
export const testOrganisation = 'test';

/** What a server keeps of an installation in its database. */
export class InstalledPlugin {
  readonly told: Told = nothingTold();
  readonly id: string;
  package: Package;
  grants: ReadonlySet<Permission> = new Set();
  #config: ConfigObject = {};
  #secrets: Secrets = {};
  #hooks: Installation['hooks'];
  readonly #installedAt: number;

  constructor(read: Package, installedAt: number) {
    this.package = read;
    this.id = `${testOrganisation}/${read.manifest.id}`;
    this.#hooks = manifestHooks(read.manifest);
    this.#installedAt = installedAt;
  }

  get manifest(): Manifest {
    return this.package.manifest;
  }

  /** Takes another version in the place of this one; configuration, storage and what was said stay. */
  replace(read: Package): void {
    this.package = read;
    this.#hooks = manifestHooks(read.manifest);
  }

  /** @throws Problem `grant_not_requested` */
  grant(permissions: Iterable<Permission>): void {
    const granted = new Set(permissions);
    const foreign = [...granted].filter((permission) => !this.manifest.permissions?.includes(permission));
    if (foreign.length > 0) throw new Problem('grant_not_requested', `Not asked for: ${foreign.join(', ')}.`);
    this.grants = granted;
  }

  /** Secrets that are left out keep their values; null forgets one. @throws Problem `config_invalid` */
  configure(config: ConfigObject): void {
    const schema = schemaOf(this.manifest);
    const given = takeSecrets(schema, config);
    const kept = Object.entries(this.#secrets).filter(([pointer]) => !given.forgotten.includes(pointer));
    const secrets = { ...Object.fromEntries(kept), ...given.secrets };
    const wrong = [...given.wrong, ...configErrors(schema, putSecrets(schema, given.config, secrets))];
    if (wrong.length > 0) throw new Problem('config_invalid', undefined, wrong);
    this.#config = given.config;
    this.#secrets = secrets;
  }

  /** As people see it: defaults filled in, without secrets. */
  get shownConfig(): ConfigObject {
    return shownConfig(schemaOf(this.manifest), this.#config);
  }

  /** The text behind a handle, or null. */
  secret(handle: string): string | null {
    const found = Object.entries(this.#secrets).find(([pointer]) => secretHandle(this.id, pointer) === handle);
    return found?.[1] ?? null;
  }

  /** @throws Problem `hook_unknown` */
  setPriority(hook: string, priority: number): void {
    if (!this.#hooks.some(({ name }) => name === hook))
      throw new Problem('hook_unknown', `It does not implement ${hook}.`);
    this.#hooks = this.#hooks.map((each) => (each.name === hook ? { name: hook, priority } : each));
  }

  /** As the host gets it. */
  installation(): Installation {
    const { manifest, digest, files } = this.package;
    return {
      id: this.id,
      organisationId: testOrganisation,
      pluginId: manifest.id,
      version: manifest.version,
      digest,
      manifest,
      hooks: this.#hooks,
      installedAt: this.#installedAt,
      readFiles: async () => files,
      grants: () => this.grants,
      config: async (): Promise<Json> =>
        handedConfig(schemaOf(manifest), this.id, this.#config, Object.keys(this.#secrets)),
    };
  }
}
