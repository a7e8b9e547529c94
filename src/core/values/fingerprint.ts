/** The finaliser of MurmurHash3: every input bit changes about half of the output bits. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A 32-bit hash for lookups. Different texts may share one, so compare the texts too. */
export function textHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mixed(hash);
}

/** Like `textHash`, for an id. */
export function idHash(id: bigint): number {
  return mixed(Number(BigInt.asIntN(32, id ^ (id >> 32n))));
}

/**
 * A 53-bit hash that shows whether a text has changed. Two texts collide with odds of one in 9,000,000,000,000,000; one
 * run in 9,000,000,000 that compare a million of them errs. It does not protect against deliberate collisions.
 */
export function fingerprint(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9e3779b9;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x85ebca77) + (high >>> 15);
  }
  return (mixed(high ^ text.length) & 0x1f_ffff) * 0x1_0000_0000 + mixed(low);
}
