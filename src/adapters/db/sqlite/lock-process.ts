import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** As the lock's row names a process: its number and host and, on Linux, what tells it from all others. */
const SPELLED = /^(\d+) on (.*?)(?: \(boot (\S+), namespace (\S+), start (\S+)\))?$/s;

/** This process, for the lock's row. */
export function thisProcess(): string {
  const name = `${process.pid} on ${hostname()}`;
  const here = thisSystem();
  const start = here === null ? null : statOf(process.pid)?.start;
  return here === null || start == null
    ? name
    : `${name} (boot ${here.boot}, namespace ${here.namespace}, start ${start})`;
}

/** The readable part, for messages. */
export function processName(spelled: string): string {
  const [, pid, host] = SPELLED.exec(spelled) ?? [];
  return pid === undefined ? spelled : `${pid} on ${host}`;
}

/**
 * Whether the process certainly does not exist any more. Its number says nothing on another machine, nor in another
 * container, even if the hosts have the same name: so the boot and the namespace of numbers must be ours. Where the
 * system does not tell them, nothing is certain.
 */
export function isGone(spelled: string): boolean {
  const [, pid, host, boot, namespace, start] = SPELLED.exec(spelled) ?? [];
  const here = thisSystem();
  if (here === null || host !== hostname() || boot !== here.boot || namespace !== here.namespace) return false;
  if (!exists(Number(pid))) return true;
  const stat = statOf(Number(pid));
  // A number is given again, to a process that starts later. A zombie has ended and waits for its parent.
  return stat !== null && (stat.start !== start || /[ZX]/.test(stat.state));
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (fault) {
    // Any other refusal (EPERM) comes from a process that exists.
    return (fault as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** What makes a process number unique; null where the system does not tell. */
function thisSystem(): { readonly boot: string; readonly namespace: string } | null {
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return { boot, namespace: readlinkSync("/proc/self/ns/pid").replace(/\D/g, "") };
  } catch {
    return null;
  }
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the name, in parentheses, may contain anything. */
function statOf(pid: number): { readonly state: string; readonly start: string } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { state: fields[0]!, start: fields[19]! };
  } catch {
    return null;
  }
}
