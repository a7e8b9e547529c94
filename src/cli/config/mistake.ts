/** A mistake in the configuration, with the dotted path or the flag that it concerns. */
export interface Mistake {
  readonly where: string;
  readonly message: string;
}
