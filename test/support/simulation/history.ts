export interface Version<T> {
  /** The ledger since which the value holds. */
  readonly ledger: number;
  readonly value: T;
}

/** What a thing was at each ledger. Written in the order of ledgers; the last write of a ledger counts. */
export class History<T> {
  readonly versions: Version<T>[] = [];

  set(ledger: number, value: T): void {
    const last = this.versions.at(-1);
    if (last !== undefined && last.ledger > ledger) throw new Error(`ledger ${ledger} comes after ${last.ledger}`);
    if (last?.ledger === ledger) this.versions.pop();
    this.versions.push({ ledger, value });
  }

  get last(): T | undefined {
    return this.versions.at(-1)?.value;
  }

  at(ledger: number): Version<T> | undefined {
    for (let i = this.versions.length - 1; i >= 0; i--) {
      const version = this.versions[i]!;
      if (version.ledger <= ledger) return version;
    }
    return undefined;
  }

  /** Every version that held at some ledger from `first` to `last`. */
  during(first: number, last: number): Version<T>[] {
    return this.versions.filter(({ ledger }, i) => {
      const next = this.versions[i + 1];
      return ledger <= last && (next === undefined || next.ledger > first);
    });
  }
}
