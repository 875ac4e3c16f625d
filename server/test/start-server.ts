import type { Role } from '@proofpix/contract/access';
import type { Call } from '@proofpix/contract/client';
import type { Plan } from '@proofpix/contract/access';

/** Somebody signed in: a member with a bearer token and the typed client that uses it. */
export type TestMember = {
  userId: string;
  organisationId: string;
  email: string;
  password: string;
  token: string;
  call: Call;
  /** The raw way: `path` is appended to the server's address, the token is sent along. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
};

export type TestOrganisation = {
  id: string;
  owner: TestMember;
  /** A new member of that role. */
  signIn(role: Role): Promise<TestMember>;
};

export type TestServer = AsyncDisposable & {
  url: string;
  /** The owner of the first organisation, who is the operator too. */
  owner: TestMember;
  call: Call;
  organisationId: string;
  signIn(role: Role): Promise<TestMember>;
  createOrganisation(options?: { plan?: Plan }): Promise<TestOrganisation>;
  stop(): Promise<void>;
};

export type TestServerOptions = {
  /** Variables over the defaults of a test (port 0, a fresh data folder, silent log). */
  environment?: Record<string, string>;
  /** Packs and installs exif-reader as the first start does. Off: tests install what they need. */
  firstPlugins?: boolean;
};

export declare function startServer(options?: TestServerOptions): Promise<TestServer>;
