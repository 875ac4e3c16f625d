import type { Created, JsonText } from './columns.ts';

/** What became of published plugins, a day at a time. No row says who: they belong to no organisation. */
export type PublisherAnalyticsTables = {
  publisher_analytics: {
    publisher: string;
    plugin_id: string;
    /** UTC, as 2026-11-30. */
    day: string;
    measure: string;
    /** What `value` is: each event is counted once under `all`, and once under each part that is known of it. */
    part: 'all' | 'version' | 'client' | 'country' | 'change' | 'term' | 'age';
    value: string;
    count: number;
  };
  publisher_usage: {
    publisher: string;
    plugin_id: string;
    day: string;
    /** '' for all that too few organisations use to stand alone. */
    version: string;
    organisations: number;
    calls: number;
    errors: number;
    /** Histogram {bucket: count}, as in plugin_metrics. */
    latency: JsonText<Record<string, number>>;
  };
  /** The days that are over and counted. */
  publisher_analytics_days: { day: string; counted_at: Created };
};
