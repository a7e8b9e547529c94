export const LEDGER_MS = 5_000;
const GENESIS_MS = 1_700_000_000_000;
/** The first ledger of every world. */
export const FIRST_LEDGER = 5_000;
/** No run of the tool lasts longer: what must still hold then holds whenever it looks. */
export const LONGEST_RUN_LEDGERS = 600;

/** When a ledger closed, milliseconds since the epoch. */
export const closeMsOf = (ledger: number): number => GENESIS_MS + (ledger - FIRST_LEDGER) * LEDGER_MS;

/** When a ledger closed, seconds since the epoch. */
export const closeTimeOf = (ledger: number): number => closeMsOf(ledger) / 1_000;
