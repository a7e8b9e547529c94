import type { RowPlan } from "../../../core/rules/mapping.js";
import type { StreamQuery } from "../../../ports/db-client.js";
import type { Settings } from "../../config/settings.js";
import type { Io } from "../../process/io.js";
import type { Checkup } from "./checkup.js";
import type { DoctorOptions } from "./options.js";

/** What every check may lean on. */
export interface Context {
  readonly settings: Settings;
  readonly options: DoctorOptions;
  readonly io: Io;
  readonly checkup: Checkup;
  readonly plan: RowPlan;
  /** The rows that a run would read. */
  readonly query: StreamQuery;
  readonly signal: AbortSignal;
  /** Waits for what takes no signal. */
  within<T>(work: Promise<T>): Promise<T>;
}

/** `count` of something, in words. */
export const many = (count: number | bigint, one: string, more = `${one}s`): string =>
  `${count.toLocaleString("en-US")} ${count === 1 || count === 1n ? one : more}`;
