/**
 * One call of each route, as data: the documentation shows it as a curl command, and a test runs that command against a
 * server. `$NAME` stands for a shell variable that the test fills in.
 */
export type Example = {
  params?: Record<string, string>;
  query?: Record<string, string>;
  json?: unknown;
  /** A value that begins with @ is a file. */
  form?: Record<string, string>;
  /** The status that the test expects. */
  status: number;
  /** Further options of curl. */
  options?: readonly string[];
  /** Lines of shell before it. */
  before?: readonly string[];
};
