/** A service as it is known to others, and the key that it signs with. */
export interface Identity {
  readonly service: string;
  readonly keyId: string;
}
