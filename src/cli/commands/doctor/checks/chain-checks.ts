import { type CheckResult, ok, warn } from "../../../../core/doctor/check.js";
import { ReconcileError, UnavailableError } from "../../../../core/errors.js";
import type { NodeDescription, NodeProbe } from "../../../../ports/node-probe.js";
import type { ChainDescription, OnChainClient } from "../../../../ports/on-chain-client.js";
import { checkNetwork, networkId, networkName } from "../../../config/networks.js";
import { chainOf, openChain } from "../../../sources/chains.js";
import { withAbsolutePath } from "../../../sources/urls.js";
import { type Context, many } from "../context.js";
import { CHECKS } from "./names.js";

/** The chain as far as it could be opened. */
export interface ChainSide {
  readonly chain: OnChainClient | null;
  readonly description: ChainDescription | null;
}

/** Larger differences between two nodes, or two clocks, are a warning. */
const LEDGERS_APART = 3;
const CLOCK_AHEAD_SECONDS = 10;
const CLOCK_BEHIND_SECONDS = 60;

/** Is the node reachable and healthy, is its network the right one, and do the clocks agree? */
export async function checkChain(
  context: Context,
  needs: readonly string[],
  open: { close(): Promise<void> }[],
): Promise<ChainSide> {
  const { settings, checkup, io, signal } = context;
  let chain: OnChainClient | null = null;
  let probe: NodeProbe | null = null;
  let description: ChainDescription | null = null;
  let isUnhealthy = false;

  await checkup.needed(CHECKS.chain, needs, async () => {
    chain = await openChain(settings.chain, io);
    open.push(chain);
    probe = await chainOf(settings.chain.url).probe(settings.chain.url, io);
    if (probe !== null) open.push(probe);
    try {
      description = await chain.describe({ signal });
    } catch (error) {
      isUnhealthy = error instanceof UnavailableError && error.code === "rpc_unhealthy";
      throw error;
    }
    const oldest = probe === null ? null : await oldestLedger(probe, signal);
    const kept = oldest === null ? "" : `, events from ledger ${oldest} on`;
    const place = settings.isDemo ? "the bundled file" : chainOf(settings.chain.url).placeOf(settings.chain.url);
    return ok(`${place}: ${description.isStatic ? "readable" : "healthy"}, ledger ${description.latestLedger}${kept}`);
  });
  // An unhealthy node can still be asked for its network and version.
  const told = isUnhealthy ? needs : [CHECKS.chain];
  let node: NodeDescription | null = null;
  await checkup.needed(CHECKS.network, told, async () => {
    const known = description ?? (await probe!.describe({ signal }));
    return judgeNetwork(describedAs(known), context);
  });
  await checkup.advised(CHECKS.node, told, async () => {
    if (probe === null) return ok("the source is not a node");
    node = await probe.describe({ signal });
    const version = node.version === null ? "version unknown (a node before 21)" : `stellar-rpc ${node.version}`;
    return ok(`${version}, protocol ${node.protocol ?? "unknown"}`);
  });
  await checkSecond(context, description);
  await checkup.advised(CHECKS.clock, [CHECKS.chain], async () => {
    const { closeTime } = await chain!.latestLedger({ signal });
    return judgeClock(closeTime, description!.isStatic, context);
  });
  return { chain, description };
}

/** How far back the node remembers, for people's information; null: unknown, which is not a fault. */
async function oldestLedger(probe: NodeProbe, signal: AbortSignal): Promise<number | null> {
  try {
    return await probe.oldestLedger({ signal });
  } catch (error) {
    if (error instanceof ReconcileError) return null;
    throw error;
  }
}

function describedAs(known: ChainDescription | NodeDescription): ChainDescription {
  if ("latestLedger" in known) return known;
  const { passphrase } = known;
  return {
    passphrase,
    networkId: networkId(passphrase),
    latestLedger: 0,
    closeTime: null,
    isStatic: false,
    readsAtATime: 1,
  };
}

function judgeNetwork(description: ChainDescription, { settings }: Context): CheckResult {
  const { passphrase } = settings.contract;
  const name = networkName(description) ?? "unknown";
  const isChecked = checkNetwork(description, passphrase);
  if (!isChecked) {
    return warn(
      ["the source does not name its network, so contract.network cannot be checked"],
      ["Make sure that the file is from the configured network."],
    );
  }
  if (passphrase !== null) return ok(`${name}, as configured (contract.network)`);
  if (settings.isDemo || description.isStatic) return ok(name);
  return warn(
    [`${name}; contract.network is not configured, so an endpoint of another network would go unnoticed`],
    [`contract.network: ${JSON.stringify(name)}`],
  );
}

function judgeClock(closeTime: bigint | null, isStatic: boolean, { io }: Context): CheckResult {
  if (closeTime === null) {
    const found = "the source does not say when its ledger closed; runs use this machine's clock instead";
    return isStatic ? ok(found) : warn([found], ["Make sure that this machine's clock is right (timedatectl)."]);
  }
  const age = Math.round(io.clock.now() / 1000 - Number(closeTime));
  const closedAt = new Date(Number(closeTime) * 1000);
  const closed = Number.isNaN(closedAt.getTime()) ? String(closeTime) : closedAt.toISOString().replace(".000", "");
  if (isStatic) return ok(`the file's ledger closed at ${closed}`);
  if (age < -CLOCK_AHEAD_SECONDS) {
    return warn(
      [`the node's ledger closed at ${closed}, ${many(-age, "second")} in this machine's future`],
      ["This machine's clock is slow: synchronise it (timedatectl set-ntp true)."],
    );
  }
  if (age > CLOCK_BEHIND_SECONDS) {
    return warn(
      [`the node's newest ledger closed at ${closed}, ${many(age, "second")} ago`],
      ["Either the node is behind its network (check with --compare-chain), or this machine's clock is fast."],
    );
  }
  return ok(`the newest ledger closed ${Math.abs(age)} s ${age < 0 ? "ahead" : "ago"} by this machine's clock`);
}

/** A second source is not part of a run, so its faults are only warnings. */
async function checkSecond(context: Context, first: ChainDescription | null): Promise<void> {
  const { options, checkup, settings, io, signal } = context;
  if (options.compareChain === null) return;
  const url = withAbsolutePath(options.compareChain, io.cwd);
  await checkup.advised(CHECKS.second, [CHECKS.chain], async () => {
    const chain = await openChain({ ...settings.chain, url }, io);
    try {
      const second = await chain.describe({ signal });
      return judgeSecond(first!, second, chainOf(url).placeOf(url));
    } finally {
      await chain.close();
    }
  });
}

function judgeSecond(first: ChainDescription, second: ChainDescription, place: string): CheckResult {
  const [here, there] = [idOf(first), idOf(second)];
  if (here !== null && there !== null && here !== there) {
    return warn(
      [`${place} is on another network: ${networkName(second)}; the first is on ${networkName(first)}`],
      ["Name two endpoints of the same network."],
    );
  }
  const ahead = second.latestLedger - first.latestLedger;
  const told = here === null || there === null ? "; the networks cannot be compared" : ", same network";
  if (Math.abs(ahead) <= LEDGERS_APART) return ok(`${place} is at ledger ${second.latestLedger}${told}`);
  const found = `${place} is at ledger ${second.latestLedger}, ${many(Math.abs(ahead), "ledger")} ${ahead > 0 ? "ahead" : "behind"}${told}`;
  return warn(
    [found],
    [ahead > 0 ? "Use the node that is ahead: the first one is behind its network." : "The second node is behind."],
  );
}

const idOf = ({ networkId: id, passphrase }: ChainDescription): string | null =>
  id ?? (passphrase === null ? null : networkId(passphrase));
