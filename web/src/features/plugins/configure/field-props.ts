import type { ConfigSchema } from '@proofpix/contract/config-schema';
import type { Json } from '@proofpix/contract/json';

export type FieldProps = {
  schema: ConfigSchema;
  name: string;
  place: string;
  required: boolean;
  value: Json | undefined;
  onChange: (value: Json | undefined) => void;
  form: FormState;
};

/** What all fields of one form share. */
export type FormState = {
  /** What is wrong at a place that somebody has left already. */
  errorAt: (place: string) => string | undefined;
  onLeave: (place: string) => void;
  secrets: Secrets;
  disabled: boolean;
};

export type Secrets = {
  isSet: (place: string) => boolean;
  /** What was typed in its place; null when it is to be forgotten, undefined when it stays. */
  newAt: (place: string) => string | null | undefined;
  set: (place: string, value: string | null | undefined) => void;
};
