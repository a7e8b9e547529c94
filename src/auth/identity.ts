/** A service's name, and the id of the key that it signs with. */
export interface Identity {
  readonly service: string;
  readonly keyId: string;
}
