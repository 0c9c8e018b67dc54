/** Send ports whose address each message decides. */
import type { CompiledExpression } from './expression.ts';

/** What an adapter lets messages decide. */
export interface DynamicSend {
  /** The option that holds the address. */
  readonly address: string;
  /** `url`: an http or https URL. `path`: a folder, relative to the solution's. */
  readonly kind: 'url' | 'path';
  /** Other options that messages may decide; none that holds a secret or says how we prove who we are. */
  readonly options: readonly string[];
}

export interface DynamicPolicy {
  readonly kind: DynamicSend['kind'];
  /** The option of the adapter that gets the address. */
  readonly option: string;
  /** Over the properties of the message, as nested objects; null where there is no address. */
  readonly address: CompiledExpression;
  readonly options: readonly DynamicOption[];
  readonly allow: readonly AllowedAddress[];
}

export interface DynamicOption {
  readonly name: string;
  /** Null leaves the option as it is written. */
  readonly value: CompiledExpression;
  accepts(value: unknown): boolean;
}

export interface AllowedAddress {
  readonly pattern: string;
  /** Its host is written out, without `*`: then it may be a private one. */
  readonly named: boolean;
  /** Of an address in its normal form. */
  takes(address: string): boolean;
}
