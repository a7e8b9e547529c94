import { spawnSync } from "node:child_process";
import { parse } from "yaml";
import { readRunOptions } from "../../src/cli/command-line/run-options.js";
import { parseCommandLine } from "../../src/cli/program.js";
import { runBinary } from "../support/cli-binary.js";
import { createWorld, WORLD_CONTRACT } from "../support/cli-world.js";
import { commandsIn, type DocumentedCommand } from "./commands.js";
import { blocksOf, ROOT } from "./markdown.js";

const understood = ({ args }: DocumentedCommand) => {
  const invocation = parseCommandLine(args);
  if (invocation.command === "none") throw new Error(invocation.stderr);
  // The folder of a documented report need not be on this machine.
  const { output: _output, ...options } = invocation.options;
  return readRunOptions(options, process.cwd());
};

/** The lines of a unit, by section: enough of the format for what is documented. */
function unit(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let current: Record<string, string> | undefined;
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, name] = /^\[(\w+)\]$/.exec(line) ?? [];
    const [, key, value] = /^(\w+)=(.+)$/.exec(line) ?? [];
    if (name !== undefined) {
      current = {};
      sections[name] = current;
    } else if (key !== undefined && current !== undefined) current[key] = value!;
    else throw new Error(`no line of a unit: ${line}`);
  }
  return sections;
}

describe("docs/operations.md", () => {
  it("has a crontab whose line runs the script of the same name at a time of day", () => {
    const [crontab] = blocksOf("cron");
    const lines = crontab!.text.split("\n").filter((line) => !/^(#|\w+=)/.test(line));
    expect(lines).toHaveLength(1);
    const [minute, hour, ...rest] = lines[0]!.split(" ");
    expect([Number(minute) < 60, Number(hour) < 24]).toEqual([true, true]);
    expect(rest).toEqual(["*", "*", "*", "/opt/reconcile-streams/nightly.sh"]);
    const [script] = blocksOf("sh").filter(({ text }) => text.includes("#!/bin/sh"));
    expect(script!.text).toMatch(/code=\$\?[\s\S]*exit "\$code"$/);
    expect(commandsIn(script!).map(understood)).toEqual([
      expect.objectContaining({ dryRun: false, timeoutSeconds: 3600 }),
    ]);
  });

  it("has a script that prints nothing when all is well, the report when it is not, and keeps the exit code", async () => {
    const world = await createWorld();
    try {
      const here = (text: string) =>
        text
          .replaceAll(/\/(etc|var\/log)\/reconcile-streams/g, world.folder)
          .replaceAll("/opt/reconcile-streams", ROOT);
      const [config] = blocksOf("yaml", "config").filter(({ text }) => text.includes("nightly-reconciliation"));
      const file = await world.write("config.yaml", config!.text);
      const env = {
        DATABASE_URL: world.sqlite.url,
        SOROBAN_RPC_URL: `snapshot:${world.snapshot}`,
        STREAM_CONTRACT_ID: WORLD_CONTRACT,
        RECONCILE_KEY: "a key of this test",
        RECONCILE_RECORD_KEY: "another key of this test",
      };
      const assignments = Object.entries(env).map(([name, value]) => `${name}='${value}'\n`);
      await world.write("env", assignments.join(""));
      expect(await runBinary(["migrate", "--config", file], { env })).toMatchObject({ code: 0 });
      const [script] = blocksOf("sh").filter(({ text }) => text.includes("#!/bin/sh"));
      const night = () => {
        const { status, stdout, stderr } = spawnSync("sh", [], {
          input: here(script!.text),
          encoding: "utf8",
          env: { PATH: process.env.PATH, NO_COLOR: "1" },
        });
        return { status, stdout, stderr };
      };
      expect(night()).toEqual({ status: 0, stdout: "", stderr: "" });
      world.sqlite.run("UPDATE streams SET status = 'paused' WHERE on_chain_id = 2");
      const bad = night();
      expect(bad).toMatchObject({ status: 3, stderr: "" });
      expect(bad.stdout).toMatch(/^reconcile-streams ended with exit code 3\n[\s\S]*DRIFT/);
      const records = world.sqlite.rows("SELECT status, service, key_id, requested_by FROM reconciliation_runs");
      const who = ["nightly-reconciliation", "nightly-2026", "cron"];
      expect(records.sort()).toEqual([
        ["DRIFT", ...who],
        ["IN_SYNC", ...who],
      ]);
      expect(await runBinary(["runs", "verify", "--config", file], { env })).toMatchObject({ code: 0 });
    } finally {
      await world.close();
    }
  });

  it("has a systemd service that runs once, and may take as long as its run", () => {
    const [service, timer] = blocksOf("ini", "systemd").map(({ text }) => unit(text));
    const { ExecStart = "", Type, TimeoutStartSec, KillSignal } = service!.Service!;
    const [command] = commandsIn({ text: ExecStart });
    const options = understood(command!);
    expect(options).toMatchObject({ dryRun: false });
    expect({ Type, KillSignal }).toEqual({ Type: "oneshot", KillSignal: "SIGTERM" });
    expect(Number(TimeoutStartSec)).toBeGreaterThan(options.timeoutSeconds!);
    expect(timer!.Timer).toMatchObject({
      OnCalendar: expect.stringMatching(/^\*-\*-\* \d\d:\d\d:00$/),
      Persistent: "true",
    });
    expect(timer!.Install).toEqual({ WantedBy: "timers.target" });
  });

  it("has a CronJob that never repeats a run, nor runs two at once", () => {
    const [job] = blocksOf("yaml", "kubernetes").map(({ text }) => parse(text) as CronJob);
    expect(job).toMatchObject({ apiVersion: "batch/v1", kind: "CronJob" });
    const { schedule, concurrencyPolicy, jobTemplate } = job!.spec;
    expect({ schedule, concurrencyPolicy }).toEqual({ schedule: "15 3 * * *", concurrencyPolicy: "Forbid" });
    const { backoffLimit, activeDeadlineSeconds, template } = jobTemplate.spec;
    expect([backoffLimit, template.spec.restartPolicy]).toEqual([0, "Never"]);
    const [container] = template.spec.containers;
    expect(container!.args.every((arg) => typeof arg === "string")).toBe(true);
    const [command] = commandsIn({ text: [...container!.command, ...container!.args].join(" ") });
    const options = understood(command!);
    expect(options).toMatchObject({ dryRun: false, format: "json" });
    expect(activeDeadlineSeconds).toBeGreaterThan(options.timeoutSeconds!);
    const mounted = container!.volumeMounts.map(({ name }) => name);
    expect(template.spec.volumes.map(({ name }) => name)).toEqual(mounted);
  });

  it("has a workflow that runs at night, one at a time, and longer than the run may take", () => {
    const [workflow] = blocksOf("yaml", "workflow")
      .filter(({ document }) => document === "docs/operations.md")
      .map(({ text }) => parse(text) as Workflow);
    expect(workflow!.on.schedule).toEqual([{ cron: "15 3 * * *" }]);
    expect(workflow!.concurrency["cancel-in-progress"]).toBe(false);
    const { steps, "timeout-minutes": minutes } = workflow!.jobs.reconcile!;
    const commands = steps.flatMap(({ run }) => (run === undefined ? [] : commandsIn({ text: run })));
    expect(commands.map(({ args }) => parseCommandLine(args).command)).toEqual(["run", "runs verify"]);
    expect(minutes * 60).toBeGreaterThan(understood(commands[0]!).timeoutSeconds!);
  });
});

interface CronJob {
  readonly spec: {
    readonly schedule: string;
    readonly concurrencyPolicy: string;
    readonly jobTemplate: {
      readonly spec: {
        readonly backoffLimit: number;
        readonly activeDeadlineSeconds: number;
        readonly template: {
          readonly spec: {
            readonly restartPolicy: string;
            readonly containers: {
              readonly command: string[];
              readonly args: string[];
              readonly volumeMounts: { readonly name: string }[];
            }[];
            readonly volumes: { readonly name: string }[];
          };
        };
      };
    };
  };
}

interface Workflow {
  readonly on: { readonly schedule: unknown };
  readonly concurrency: { readonly "cancel-in-progress": boolean };
  readonly jobs: Record<string, { readonly "timeout-minutes": number; readonly steps: { readonly run?: string }[] }>;
}
