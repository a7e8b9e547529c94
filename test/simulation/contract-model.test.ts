import { operate } from "../support/simulation/activity.js";
import { ContractModel, type NewStream } from "../support/simulation/contract-model.js";
import { brokenByEntry } from "../support/simulation/reference-invariants.js";
import { SeededRandom } from "../support/simulation/seeded-random.js";
import { liabilityOf } from "../support/simulation/vested-amount.js";
import { accountId, contractId } from "../support/streampay-contract.js";

const TOKEN = contractId(1);
const TERMS: NewStream = {
  sender: accountId(1),
  recipient: accountId(2),
  token: TOKEN,
  total: 1_000n,
  feeBps: 0,
};

/** A contract at a time in seconds, with one ledger a second. */
function contractAt(now: number): { contract: ContractModel; goTo(now: number): void } {
  const contract = new ContractModel();
  const goTo = (time: number) => contract.beginLedger(time + 1, BigInt(time));
  goTo(now);
  return { contract, goTo };
}

it("pays 1450 for 1000 in through its known hole: withdraw, stretch the window, cancel", () => {
  const { contract, goTo } = contractAt(1_000);
  contract.setBalance(TOKEN, 10_000n);
  expect(contract.create(TERMS, 1_000n, 2_000n)).toBe(1n);
  goTo(1_500);
  expect(contract.withdraw(1n, 501n)).toBe(false);
  expect(contract.withdraw(1n, 500n)).toBe(true);
  expect(contract.amend(1n, 11_000n)).toBe(true);
  expect([...brokenByEntry(contract.stream(1n)!, 1n, contract.now).keys()]).toEqual([10]);
  expect(contract.cancel(1n)).toBe(true);
  expect(10_000n + 1_000n - contract.balance(TOKEN)).toBe(1_450n);
  expect([...brokenByEntry(contract.stream(1n)!, 1n, contract.now).keys()]).toEqual([12]);
});

it("lets a pause stop the clock, and gives the time back", () => {
  const { contract, goTo } = contractAt(1_000);
  contract.create(TERMS, 1_000n, 2_000n);
  goTo(1_300);
  contract.pause(1n);
  goTo(1_900);
  expect(contract.withdraw(1n, 301n)).toBe(false);
  expect(contract.withdraw(1n, 300n)).toBe(true);
  expect(contract.resume(1n)).toBe(true);
  expect(contract.stream(1n)).toMatchObject({ end_time: 2_600n, total_paused_duration: 600n, paused_at: 0n });
  goTo(2_599);
  expect(contract.settle(1n)).toBe(false);
  goTo(2_600);
  expect(contract.withdraw(1n, 700n)).toBe(true);
  expect(contract.stream(1n)!.status).toBe("Settled");
  expect(contract.balance(TOKEN)).toBe(0n);
});

it.each([1, 2, 3, 4, 5])("breaks no rule and stays solvent to the unit without amendments (seed %i)", (seed) => {
  const { contract, owed } = lived(seed, false);
  for (const id of contract.entries.keys()) {
    expect(brokenByEntry(contract.stream(id)!, id, contract.now).size).toBe(0);
  }
  expect(contract.balance(TOKEN)).toBe(owed);
});

it.each([1, 2, 3, 4, 5])(
  "breaks with amendments only what docs/contract-facts.md#streampays-invariants says that it can (seed %i)",
  (seed) => {
    const { contract } = lived(seed, true);
    const broken = [...contract.entries.keys()].flatMap((id) => [
      ...brokenByEntry(contract.stream(id)!, id, contract.now).keys(),
    ]);
    expect(broken.filter((rule) => ![8, 10, 12].includes(rule))).toEqual([]);
    expect(broken.length).toBeGreaterThan(0);
  },
);

function lived(seed: number, amendments: boolean): { contract: ContractModel; owed: bigint } {
  const random = new SeededRandom(seed);
  const { contract, goTo } = contractAt(1_000);
  for (let now = 1_000; now < 4_000; now++) {
    goTo(now);
    if (now % 30 === 0) contract.create(TERMS, contract.now, contract.now + random.bigint(10n, 2_000n));
    if (now % 70 === 0) contract.createDraft(TERMS, random.bigint(10n, 2_000n));
    const id = random.bigint(1n, contract.nextId);
    operate(contract, random, { tokens: [TOKEN], amendments, longestSeconds: 2_000 }, id);
  }
  const owed = [...contract.entries.keys()].reduce((sum, id) => sum + liabilityOf(contract.stream(id)!), 0n);
  return { contract, owed };
}
