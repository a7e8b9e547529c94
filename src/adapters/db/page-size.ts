/** A page size of 0 would read no row and look like the end of the table. */
export function assertPageSize(pageSize: number): void {
  if (!Number.isSafeInteger(pageSize) || pageSize < 1) {
    throw new RangeError(`pageSize must be a whole number from 1 on, not ${pageSize}`);
  }
}
