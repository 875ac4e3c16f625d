/** What `proofpix run` takes. */
export type RunOptions = {
  json: boolean;
  plugin: string[];
  config: string[];
  bundled: boolean;
  out?: string;
  resume?: string;
  jobs?: number;
  report?: string;
  verbose: boolean;
};
