import type { Catalogue, Texts } from "./explanation.js";

export interface StartupTexts extends Texts {
  /** The exit code that it ends the program with. */
  readonly exit: 2 | 5;
}

/** What ends a run before there is a report. */
export const STARTUP_ERRORS = {
  options_invalid: {
    title: "a flag has a wrong value",
    exit: 2,
    meaning: "A flag has a wrong value.",
    action: "The message names the flag and what it takes. `--help` lists them all.",
  },
  code_unknown: {
    title: "explain was asked for no known code",
    exit: 2,
    meaning: "`explain` was given a code that does not exist.",
    action: "Copy the code from the report or the error. Without one, `reconcile-streams explain` lists them all.",
  },
  configuration_invalid: {
    title: "the configuration has mistakes",
    exit: 2,
    meaning: "The configuration has mistakes; all are listed.",
    action:
      "Go through the list: each line names the key and what belongs there. In CI, an empty variable is usually a secret that this job does not get.",
  },
  config_missing: {
    title: "no such configuration file",
    exit: 2,
    meaning: "The configuration file that was named cannot be read.",
    action: "Check the path of `--config` or RECONCILE_CONFIG: it counts from the working directory.",
  },
  config_unreadable: {
    title: "a configuration file that cannot be read",
    exit: 2,
    meaning:
      "The configuration file exists but cannot be read: it is a folder, a broken link or not UTF-8, or this user may not read it.",
    action: "Fix what the message names, remove the file, or name another one with `--config`.",
  },
  config_empty: {
    title: "an empty configuration file",
    exit: 2,
    meaning: "The configuration file is empty, or the package.json that was named has no key `reconcile-streams`.",
    action: "Fill it, restore it, or name another one with `--config`. Without one, flags and environment are enough.",
  },
  config_no_object: {
    title: "no keys in the configuration file",
    exit: 2,
    meaning: "The configuration file holds a list or a single value.",
    action: "Write it as keys and values: `database`, `chain`, `contract`, `policy`.",
  },
  config_unparsable: {
    title: "a configuration file with a syntax error",
    exit: 2,
    meaning: "The configuration file is no valid JSON or YAML.",
    action: "The message names line and column. In JSON look for a comma too many, in YAML for the indentation.",
  },
  config_key_doubled: {
    title: "a repeated key in the configuration file",
    exit: 2,
    meaning: "The configuration file contains the same key twice, and only one of the two would take effect.",
    action: "Write the key once. The message names the key, the line and the column.",
  },
  wrong_network: {
    title: "another network",
    exit: 2,
    meaning: "The chain is not the network of `contract.network`.",
    action: "Give the endpoint of the configured network as `--chain`, or correct `contract.network`.",
  },
  run_table_missing: {
    title: "no table for run records",
    exit: 2,
    meaning: "There is no table `reconciliation_runs`: `reconcile-streams migrate`.",
    action: "Create it once with `reconcile-streams migrate`, as a user who may. Tonight, `--dry-run` does without.",
  },
  run_table_shape: {
    title: "another version's table",
    exit: 2,
    meaning: "The table exists, but is not this version's.",
    action:
      "Compare it with `reconcile-streams migrate --print`; rename the old one and create it anew. Tonight, `--dry-run` does without.",
  },
  run_table_permission: {
    title: "the table may not be written",
    exit: 2,
    meaning: "The table may not be created or written.",
    action:
      "GRANT SELECT, INSERT, UPDATE on `reconciliation_runs` to the user of the run, or let an owner run `reconcile-streams migrate`. Tonight, `--dry-run` does without.",
  },
  run_locked: {
    title: "another run is at work",
    exit: 5,
    meaning: "Another run of the same contract holds the lock; this one was not started and left no record.",
    action:
      "The message names the run, who asked for it and since when. Wait for it, or look with `--dry-run` meanwhile.",
  },
  run_lock_permission: {
    title: "the lock may not be taken",
    exit: 2,
    meaning: "The user of the run may not use PostgreSQL's advisory locks, which keep runs apart.",
    action: "The message has the GRANT that a superuser has to give. Tonight, `--dry-run` does without.",
  },
  identity_required: {
    title: "nobody asks",
    exit: 2,
    meaning: "`auth.required` is true, and the run does not say which service asks for it.",
    action: "Name service and key: `--service` and `--key-id`, or RECONCILE_SERVICE and RECONCILE_KEY_ID.",
  },
  identity_not_allowed: {
    title: "a service that may not ask",
    exit: 2,
    meaning: "`auth.required` is true, and the service is not one of `auth.allowedServices`.",
    action: "Correct the name of the service, or have it added to `auth.allowedServices`.",
  },
  record_key_missing: {
    title: "no key for run records",
    exit: 2,
    meaning: "The records so far are sealed with a key, and `auth.recordKey` is not configured.",
    action:
      "Give the key. A record without one would look like a forged one from then on. In CI, a missing secret looks like this.",
  },
  record_key_retired: {
    title: "a record key that was replaced",
    exit: 2,
    meaning: "Earlier records are sealed with `auth.recordKey`, and the newest with a key that came after it.",
    action:
      "Give the newest key as `auth.recordKey`, or a new one. A record that is sealed with a key from before looks like a forged one.",
  },
  record_key_unknown: {
    title: "another key for run records",
    exit: 2,
    meaning:
      "The newest record is sealed with another key than `auth.recordKey`, and not with one of `auth.previousRecordKeys`.",
    action: "Correct the key; if it was replaced on purpose, add the old one to `auth.previousRecordKeys`.",
  },
  database_url_invalid: {
    title: "a database URL that cannot be used",
    exit: 2,
    meaning: "The database URL cannot be used.",
    action:
      "Write `postgres://user:password@host:5432/name` or `sqlite:<path>`, and percent-encode signs in the password.",
  },
  database_name_invalid: {
    title: "a name that cannot be one",
    exit: 2,
    meaning: "A table's or column's name cannot be one.",
    action: "Write the plain name of the table or column, with its schema if need be, without quotes or SQL around it.",
  },
  database_credentials: {
    title: "the login failed",
    exit: 2,
    meaning: "User or password are not accepted.",
    action:
      "Check both in the URL: whether the password was rotated, is percent-encoded, and `pg_hba.conf` lets this machine in.",
  },
  database_not_found: {
    title: "no such database",
    exit: 2,
    meaning: "The server has no such database.",
    action: "Check the name at the end of the URL; `psql -l` lists the databases of the server.",
  },
  database_permission: {
    title: "the user may not read",
    exit: 2,
    meaning: "The user may not read what the run needs.",
    action: "The message names what. GRANT SELECT on it to the user of the run, and USAGE on its schema.",
  },
  database_rows_hidden: {
    title: "rows would be hidden",
    exit: 2,
    meaning: "Row-level security would hide rows.",
    action: "Use a role that sees all rows (BYPASSRLS, or a policy for it): hidden rows would look missing, or right.",
  },
  database_tls: {
    title: "TLS does not work",
    exit: 2,
    meaning: "TLS settings are wrong, or the certificate is not trusted.",
    action: "Name the authority with `sslrootcert` in the URL, and check that host and certificate agree.",
  },
  database_table_missing: {
    title: "no such table",
    exit: 2,
    meaning: "There is no such table or view; the message lists those that exist.",
    action: "Set `database.table` to one of those, with its schema if it is not `public`; or this is another database.",
  },
  database_columns_missing: {
    title: "columns are missing",
    exit: 2,
    meaning: "The table lacks columns; the message lists those that exist.",
    action: "Name the columns in `database.fields`, `database.streamId`, `database.onChainId` and `database.cursor`.",
  },
  database_where_invalid: {
    title: "the condition is not accepted",
    exit: 2,
    meaning: "The database does not accept `database.where`.",
    action: "Try the condition in `psql` after SELECT … WHERE; the message quotes what the database says of it.",
  },
  database_write_refused: {
    title: "reading would write",
    exit: 2,
    meaning: "The condition or view that is read tries to write.",
    action: "Read from a table, or from a view that calls nothing that writes.",
  },
  database_cursor_ambiguous: {
    title: "several cursors",
    exit: 2,
    meaning: "A table that should hold one cursor has several rows.",
    action: "Select the right row with `database.cursor.where`, the one of this contract or network.",
  },
  database_file_unusable: {
    title: "the SQLite file cannot be used",
    exit: 2,
    meaning: "The SQLite file does not exist, is no database, or may not be read.",
    action: "Check the path after `sqlite:`, which counts from the working directory, and the file's owner and mode.",
  },
  rpc_url_invalid: {
    title: "an RPC URL that cannot be used",
    exit: 2,
    meaning: "The RPC URL cannot be used.",
    action: "Write the whole URL: `https://host/path`, or `snapshot:<path>` for a file.",
  },
  snapshot_not_found: {
    title: "no such snapshot",
    exit: 2,
    meaning: "There is no file at the snapshot's path.",
    action: "Check the path after `snapshot:`; it counts from the working directory.",
  },
  snapshot_not_a_file: {
    title: "the snapshot is no file",
    exit: 2,
    meaning: "The path is a folder or a device.",
    action: "Name the snapshot's JSON file itself after `snapshot:`.",
  },
  snapshot_not_permitted: {
    title: "the snapshot may not be read",
    exit: 2,
    meaning: "The file may not be read.",
    action: "Let the user of the run read it, and pass through the folders above it.",
  },
  snapshot_too_large: {
    title: "an entry that is too large",
    exit: 2,
    meaning: "One entry, or what is beside the entries, is more than 64 MiB. The file itself may be of any size.",
    action: "No ledger has such an entry: see whether the file is a ledger snapshot at all.",
  },
  snapshot_empty: {
    title: "an empty snapshot",
    exit: 2,
    meaning: "The file is empty.",
    action: "Create the snapshot again: what should have written it failed.",
  },
  snapshot_truncated: {
    title: "a snapshot that breaks off",
    exit: 2,
    meaning: "The JSON ends in the middle.",
    action: "Create it again, or wait until it is written: see that the disk is not full.",
  },
  snapshot_not_json: {
    title: "the snapshot is no JSON",
    exit: 2,
    meaning: "The file is no JSON; the message says what it looks like.",
    action: "Unpack it if it is packed; else name the JSON file that `stellar snapshot create` wrote.",
  },
  snapshot_wrong_format: {
    title: "no ledger snapshot",
    exit: 2,
    meaning: "The file is JSON, but no ledger snapshot.",
    action: "Name the file that `stellar snapshot create` wrote with JSON as its output.",
  },
  snapshot_wrong_shape: {
    title: "a part of the snapshot is wrong",
    exit: 2,
    meaning: "The snapshot lacks a part, or a part is not what it should be.",
    action: "The message names the part. Create the snapshot again, with a current version of what wrote it.",
  },
  report_unreadable: {
    title: "the saved report cannot be read",
    exit: 2,
    meaning: "There is no file at the path that `render` was given, or it may not be read.",
    action: "Correct the path. A run saves a report with `--report json=report.json`.",
  },
  report_invalid: {
    title: "no saved report",
    exit: 2,
    meaning: "What `render` was given is no JSON report of this program; the message names the keys that are wrong.",
    action: "Give it what `--format json` or `--report json=report.json` wrote, whole and unchanged.",
  },
  output_failed: {
    title: "the report's file could not be written",
    exit: 5,
    meaning:
      "A report's file, or the job summary, could not be written. The report of `--output` is on standard output then; those of `--report` are lost.",
    action:
      "Take the report from standard output or the job's log, or render another format of it (`render`). Check the folder and the disk.",
  },
  auth_keys_missing: {
    title: "a service without keys",
    exit: 2,
    meaning: "`serve` was started, and `auth.keys` has no key: nobody could prove who asks.",
    action:
      "Configure at least one key, its secret from the environment. It is long and random: `openssl rand -hex 32` makes one.",
  },
  auth_services_missing: {
    title: "a service that nobody may ask",
    exit: 2,
    meaning: "`serve` was started, and `auth.allowedServices` names no service.",
    action: "Name the services that may ask, each exactly as it calls itself in `x-streampay-service-name`.",
  },
  listen_failed: {
    title: "the service cannot listen",
    exit: 2,
    meaning: "`serve` cannot listen on its address and port.",
    action:
      "Another process may hold the port, or the address is not this machine's: `--host` and `--port` choose others.",
  },
  seen_table_missing: {
    title: "no table of used signatures",
    exit: 2,
    meaning:
      "There is no table `reconciliation_seen_signatures`, which tells used signatures to every process of a service.",
    action: "Create it once with `reconcile-streams migrate`, then start the service again.",
  },
  seen_table_permission: {
    title: "the table of used signatures may not be written",
    exit: 2,
    meaning: "The table of used signatures may not be created or written.",
    action: "As its owner, grant SELECT, INSERT and DELETE on `reconciliation_seen_signatures` to the service's user.",
  },
  seen_signatures_failed: {
    title: "the table of used signatures cannot be asked",
    exit: 5,
    meaning:
      "A running service cannot tell whether a signature is new. It refuses the request and logs this; it does not end.",
    action: "See that its database answers. Requests are accepted again as soon as it does; callers have to sign anew.",
  },
  identity_missing: {
    title: "nothing says who asks",
    exit: 2,
    meaning: "`trigger` has no service name and key to sign with.",
    action:
      "Give `--service` and `--key-id` (or `auth.service` and `auth.keyId`), and the key's secret under `auth.keys`.",
  },
  service_unreachable: {
    title: "the service does not answer",
    exit: 5,
    meaning: "`trigger` could not connect to the service, or the connection broke before the answer.",
    action:
      "Check `--url`, and that the service runs. If the connection broke, the run may go on there: look for its record.",
  },
  service_refused: {
    title: "the service answers 404",
    exit: 5,
    meaning: "There is no such service at `--url`, or it does not let this one in. It does not tell which.",
    action: "Look into the service's log, which has the reason: the key, the service's name, the clock, or the path.",
  },
  service_busy: {
    title: "the service has another run",
    exit: 5,
    meaning: "The service runs one reconciliation at a time, and another one is under way.",
    action: "Ask again when it has ended. If this happens every night, two schedulers ask for the same thing.",
  },
  service_failed: {
    title: "the service has no report",
    exit: 5,
    meaning: "The service answered with an error instead of a report; the message has its code.",
    action: "Look the code up here, and look into the service's log. What is wrong is wrong there.",
  },
  service_timed_out: {
    title: "the service took too long",
    exit: 5,
    meaning: "The service did not answer within `--timeout`. The run may go on there.",
    action: "Wait longer with `--timeout`, or see why the run takes longer than it did; its record is at the service.",
  },
  service_answer_invalid: {
    title: "an answer that is no report",
    exit: 5,
    meaning:
      "What the service answered is no report, contradicts itself, is not what was asked for, or is too large to be read.",
    action: "Check that `--url` names a reconciliation service. If it does, compare its version with this one's.",
  },
} satisfies Catalogue<StartupTexts>;
