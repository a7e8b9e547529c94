import { type Check, type CheckResult, fail, warn } from "../../../core/doctor/check.js";
import { ReconcileError } from "../../../core/errors.js";
import { Stop } from "../../process/stop.js";

/** Carries out checks one after the other. A failed check stops only those that need it. */
export class Checkup {
  readonly checks: Check[] = [];
  readonly #onCheck: (check: Check) => void;
  /** For each check that did not pass, by name: the check that is the cause. */
  readonly #causes = new Map<string, string>();
  #stopped = false;

  constructor(onCheck: (check: Check) => void) {
    this.#onCheck = onCheck;
  }

  /** A check that a run depends on: an error fails it. @returns whether a run would get past it */
  needed(name: string, needs: readonly string[], look: () => Promise<CheckResult>): Promise<boolean> {
    return this.#check(name, needs, look, fail);
  }

  /** A check that no run depends on: an error is a warning. */
  advised(name: string, needs: readonly string[], look: () => Promise<CheckResult>): Promise<boolean> {
    return this.#check(name, needs, look, warn);
  }

  /** Whether a run would get past all checks. */
  get passed(): boolean {
    return !this.#stopped && this.checks.every(({ status }) => status === "ok" || status === "warn");
  }

  async #check(
    name: string,
    needs: readonly string[],
    look: () => Promise<CheckResult>,
    onError: typeof fail,
  ): Promise<boolean> {
    const blocked = needs.find((need) => this.#causes.has(need));
    if (this.#stopped || blocked !== undefined) {
      const cause = this.#stopped ? null : this.#causes.get(blocked!)!;
      this.#causes.set(name, cause ?? name);
      const found = cause === null ? "stopped before this check" : `not checked, because of: ${cause}`;
      this.#add({ name, status: "skipped", found, action: null });
      return false;
    }
    const result = await look().catch((error: unknown) => this.#explain(error, onError));
    const { status, found, action = [] } = result;
    if (status === "fail") this.#causes.set(name, name);
    this.#add({ name, status, found: found.join("\n"), action: action.length === 0 ? null : action.join("\n") });
    return status !== "fail";
  }

  #explain(error: unknown, onError: typeof fail): CheckResult {
    if (error instanceof Stop) {
      this.#stopped = true;
      return fail([error.message], []);
    }
    if (!(error instanceof ReconcileError)) throw error;
    return onError([error.message, ...error.details], error.hints);
  }

  #add(check: Check): void {
    this.checks.push(check);
    this.#onCheck(check);
  }
}
