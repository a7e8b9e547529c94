import {
  Account,
  Asset,
  Contract,
  Memo,
  MuxedAccount,
  Networks,
  nativeToScVal,
  Operation,
  SignerKey as SignerKeys,
  TransactionBuilder,
  xdr,
} from "@stellar/stellar-base";
import { readInvocation } from "../../../src/core/xdr/invocation.js";
import { XdrError } from "../../../src/core/xdr/xdr-error.js";
import { accountId, contractId } from "../../support/streampay-contract.js";

const SOURCE = accountId(1);
const CONTRACT = contractId(5);
const call = new Contract(CONTRACT).call("withdraw", nativeToScVal(7n, { type: "u64" }));

const build = (edit: (builder: TransactionBuilder) => TransactionBuilder = (builder) => builder, source = SOURCE) =>
  edit(new TransactionBuilder(new Account(source, "1"), { fee: "100", networkPassphrase: Networks.TESTNET }))
    .addOperation(call)
    .build();

const bytesOf = (envelope: xdr.TransactionEnvelope) => Uint8Array.from(envelope.toXDR());
const EXPECTED = { source: SOURCE, contractId: CONTRACT, function: "withdraw", args: [{ type: "u64", value: 7n }] };

describe("readInvocation()", () => {
  it.each<[string, (builder: TransactionBuilder) => TransactionBuilder]>([
    ["time bounds", (builder) => builder.setTimeout(30)],
    ["no preconditions", (builder) => builder.setTimeout(0)],
    [
      "every precondition",
      (builder) =>
        builder
          .setTimebounds(1, 2)
          .setLedgerbounds(1, 9)
          .setMinAccountSequence("3")
          .setMinAccountSequenceAge(4)
          .setMinAccountSequenceLedgerGap(5)
          .setExtraSigners([SOURCE]),
    ],
    ["an extra signer with a payload", (builder) => builder.setTimeout(0).setExtraSigners([signedPayload()])],
    ["a text", (builder) => builder.setTimeout(30).addMemo(Memo.text("hello"))],
    ["an id", (builder) => builder.setTimeout(30).addMemo(Memo.id("5"))],
    ["a hash", (builder) => builder.setTimeout(30).addMemo(Memo.hash("ab".repeat(32)))],
    ["a return hash", (builder) => builder.setTimeout(30).addMemo(Memo.return("cd".repeat(32)))],
  ])("reads the call of a transaction with %s", (_, edit) => {
    expect(readInvocation(bytesOf(build(edit).toEnvelope()))).toEqual(EXPECTED);
  });

  it("reads the call inside of a fee bump, whose payer is not who asks", () => {
    const inner = build((builder) => builder.setTimeout(30));
    const bump = TransactionBuilder.buildFeeBumpTransaction(accountId(9), "400", inner, Networks.TESTNET);
    expect(readInvocation(bytesOf(bump.toEnvelope()))).toEqual(EXPECTED);
  });

  it("names the operation's own source, by its account where it is muxed", () => {
    const muxed = new MuxedAccount(new Account(accountId(4), "1"), "77").accountId();
    const operation = Operation.invokeContractFunction({
      ...{ contract: CONTRACT, function: "withdraw", args: [nativeToScVal(7n, { type: "u64" })] },
      source: muxed,
    });
    const tx = new TransactionBuilder(new Account(SOURCE, "1"), { fee: "1", networkPassphrase: Networks.TESTNET })
      .setTimeout(30)
      .addOperation(operation)
      .build();
    expect(readInvocation(bytesOf(tx.toEnvelope()))).toEqual({ ...EXPECTED, source: accountId(4) });
  });

  it("finds none in a payment, nor in several operations", () => {
    const payment = Operation.payment({ destination: accountId(2), asset: Asset.native(), amount: "1" });
    const start = () =>
      new TransactionBuilder(new Account(SOURCE, "1"), { fee: "1", networkPassphrase: Networks.TESTNET }).setTimeout(
        30,
      );
    expect(readInvocation(bytesOf(start().addOperation(payment).build().toEnvelope()))).toBeNull();
    const two = start().addOperation(payment).addOperation(payment).build();
    expect(readInvocation(bytesOf(two.toEnvelope()))).toBeNull();
  });

  it("finds none in an envelope of the old form", () => {
    expect(readInvocation(Uint8Array.of(0, 0, 0, 0))).toBeNull();
  });

  it.each([
    ["an unknown account", [0, 0, 0, 2, 0, 0, 0, 9]],
    ["a cut envelope", [0, 0, 0, 2, 0, 0]],
  ])("refuses %s", (_, bytes) => {
    expect(() => readInvocation(Uint8Array.from(bytes))).toThrow(XdrError);
  });

  it("refuses preconditions and memos of kinds that do not exist", () => {
    const good = bytesOf(build((builder) => builder.setTimeout(30)).toEnvelope());
    const edited = (at: number) => good.map((byte, i) => (i === at ? 9 : byte));
    // Envelope type, account (type and key), fee, sequence number: the preconditions start at 52; with time bounds the memo at 72.
    expect(() => readInvocation(edited(55))).toThrow("Preconditions arm 9");
    expect(() => readInvocation(edited(75))).toThrow("Memo arm 9");
  });
});

/** A signer that signs over a payload, which is of any length. */
function signedPayload(): string {
  const payload = new xdr.SignerKeyEd25519SignedPayload({ ed25519: Buffer.alloc(32, 1), payload: Buffer.alloc(5, 2) });
  return signerText(xdr.SignerKey.signerKeyTypeEd25519SignedPayload(payload));
}

function signerText(key: xdr.SignerKey): string {
  return SignerKeys.encodeSignerKey(key);
}
