import type { Catalogue, Texts } from "./explanation.js";

export interface StartupTexts extends Texts {
  /** The program's exit code. */
  readonly exit: 2 | 5;
}

/** Errors that end the program without a report. */
export const STARTUP_ERRORS = {
  options_invalid: {
    title: "a flag has a wrong value",
    exit: 2,
    meaning: "A flag has a wrong value.",
    action: "The message names the flag and the values it accepts. `--help` lists all flags.",
  },
  code_unknown: {
    title: "explain does not know the code",
    exit: 2,
    meaning: "`explain` was given a code that does not exist.",
    action: "Copy the code from the report or the error. Without a code, `reconcile-streams explain` lists them all.",
  },
  configuration_invalid: {
    title: "the configuration has mistakes",
    exit: 2,
    meaning: "The configuration has mistakes; all are listed.",
    action:
      "Go through the list: each line names the key and what it must contain. In CI, an empty variable is usually a secret that this job does not receive.",
  },
  config_missing: {
    title: "no such configuration file",
    exit: 2,
    meaning: "The given configuration file cannot be read.",
    action: "Check the path in `--config` or RECONCILE_CONFIG; it is relative to the working directory.",
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
    meaning: "The configuration file is empty, or the given package.json has no key `reconcile-streams`.",
    action:
      "Fill or restore it, or choose another with `--config`. The file is optional: flags and environment variables are enough.",
  },
  config_no_object: {
    title: "no keys in the configuration file",
    exit: 2,
    meaning: "The configuration file holds a list or a single value.",
    action: "Write keys and values: `database`, `chain`, `contract`, `policy`.",
  },
  config_unparsable: {
    title: "a configuration file with a syntax error",
    exit: 2,
    meaning: "The configuration file is not valid JSON or YAML.",
    action: "The message gives line and column. In JSON, look for an extra comma; in YAML, check the indentation.",
  },
  config_key_doubled: {
    title: "a repeated key in the configuration file",
    exit: 2,
    meaning: "The configuration file contains the same key twice, and only one of the two would take effect.",
    action: "Write the key once. The message names the key, the line and the column.",
  },
  wrong_network: {
    title: "the wrong network",
    exit: 2,
    meaning: "The chain is not the network of `contract.network`.",
    action: "Set `--chain` to an endpoint of the configured network, or correct `contract.network`.",
  },
  run_table_missing: {
    title: "no table for run records",
    exit: 2,
    meaning: "The table `reconciliation_runs` does not exist; `reconcile-streams migrate` creates it.",
    action:
      "Run `reconcile-streams migrate` once, as a user who may create tables. Tonight, `--dry-run` works without it.",
  },
  run_table_shape: {
    title: "a table of another version",
    exit: 2,
    meaning: "The table exists, but does not have this version's columns.",
    action:
      "Compare it with `reconcile-streams migrate --print`, rename it, and create a new one. Tonight, `--dry-run` works without it.",
  },
  run_table_permission: {
    title: "no permission to write the table",
    exit: 2,
    meaning: "The user may not create or write the table.",
    action:
      "Grant SELECT, INSERT and UPDATE on `reconciliation_runs` to the run's user, or let an owner run `reconcile-streams migrate`. Tonight, `--dry-run` works without it.",
  },
  run_locked: {
    title: "another run is in progress",
    exit: 5,
    meaning: "Another run of the same contract holds the lock; this one did not start and left no record.",
    action:
      "The message says which run, who requested it and when it started. Wait for it, or use `--dry-run` in the meantime.",
  },
  run_lock_permission: {
    title: "no permission to take the lock",
    exit: 2,
    meaning: "The run's user may not use PostgreSQL's advisory locks, which prevent overlapping runs.",
    action: "The message has the GRANT that a superuser must execute. Tonight, `--dry-run` works without it.",
  },
  identity_required: {
    title: "no service name was given",
    exit: 2,
    meaning: "`auth.required` is true, but the run does not say which service requests it.",
    action: "Give the service and its key with `--service` and `--key-id`, or RECONCILE_SERVICE and RECONCILE_KEY_ID.",
  },
  identity_not_allowed: {
    title: "a service that is not allowed",
    exit: 2,
    meaning: "`auth.required` is true, but the service is not in `auth.allowedServices`.",
    action: "Correct the service's name, or add it to `auth.allowedServices`.",
  },
  record_key_missing: {
    title: "no key for run records",
    exit: 2,
    meaning: "Earlier records are sealed with a key, but `auth.recordKey` is not configured.",
    action: "Configure the key: a record without a seal would look forged. In CI, a missing secret is a common cause.",
  },
  record_key_retired: {
    title: "a record key that has been replaced",
    exit: 2,
    meaning: "Earlier records are sealed with `auth.recordKey`, but the newest is sealed with a later key.",
    action:
      "Set `auth.recordKey` to the newest key, or to a new one. A record sealed with an earlier key would look forged.",
  },
  record_key_unknown: {
    title: "the wrong key for run records",
    exit: 2,
    meaning: "The newest record is sealed neither with `auth.recordKey` nor with any of `auth.previousRecordKeys`.",
    action: "Correct the key. If it was replaced on purpose, add the old one to `auth.previousRecordKeys`.",
  },
  nothing_to_explain: {
    title: "no break to explain",
    exit: 2,
    meaning: "`runs accept-break` found no journal that is broken.",
    action: "Nothing is to be done. Check the records with `reconcile-streams runs verify`.",
  },
  nothing_to_rekey: {
    title: "no key to take into use",
    exit: 2,
    meaning: "`runs rekey` found no journal whose newest record is sealed without a key, or with an earlier one.",
    action: "Nothing is to be done: the first run of a contract takes `auth.recordKey` into use by itself.",
  },
  journal_broken: {
    title: "a broken journal",
    exit: 2,
    meaning: "The records do not verify, so that `runs rekey` has nothing that the key before it had proved.",
    action:
      "Find out what happened, then explain it with `runs accept-break`, which takes `auth.recordKey` into use, too.",
    section: "A record was altered",
  },
  database_url_invalid: {
    title: "an invalid database URL",
    exit: 2,
    meaning: "The database URL cannot be used.",
    action:
      "Write `postgres://user:password@host:5432/name` or `sqlite:<path>`, and percent-encode special characters in the password.",
  },
  database_name_invalid: {
    title: "an invalid table or column name",
    exit: 2,
    meaning: "The name of a table or column is invalid.",
    action: "Write the plain name, with the schema if necessary, without quotes or SQL.",
  },
  database_credentials: {
    title: "the login failed",
    exit: 2,
    meaning: "The database does not accept the user or password.",
    action:
      "Check both in the URL: the password may have changed or need percent-encoding. Check that `pg_hba.conf` allows this machine.",
  },
  database_not_found: {
    title: "no such database",
    exit: 2,
    meaning: "The server does not have the database.",
    action: "Check the name at the end of the URL; `psql -l` lists the server's databases.",
  },
  database_permission: {
    title: "no permission to read",
    exit: 2,
    meaning: "The user may not read everything that the run needs.",
    action: "The message says what. Grant SELECT on it, and USAGE on its schema, to the run's user.",
  },
  database_rows_hidden: {
    title: "rows would be hidden",
    exit: 2,
    meaning: "Row-level security would hide rows.",
    action: "Use a role that sees all rows (BYPASSRLS, or a policy for it). Hidden rows would look missing or correct.",
  },
  database_tls: {
    title: "TLS does not work",
    exit: 2,
    meaning: "TLS settings are wrong, or the certificate is not trusted.",
    action:
      "Set the certificate authority with `sslrootcert` in the URL, and check that the certificate matches the host.",
  },
  database_table_missing: {
    title: "no such table",
    exit: 2,
    meaning: "There is no such table or view; the message lists those that exist.",
    action:
      "Set `database.table` to one of those, with its schema if it is not `public`. If none fits, this may be the wrong database.",
  },
  database_columns_missing: {
    title: "columns are missing",
    exit: 2,
    meaning: "The table lacks columns; the message lists those that exist.",
    action: "Set the columns in `database.fields`, `database.streamId`, `database.onChainId` and `database.cursor`.",
  },
  database_where_invalid: {
    title: "an invalid condition",
    exit: 2,
    meaning: "The database rejects `database.where`.",
    action: "Try the condition in `psql` after SELECT … WHERE. The message quotes the database's error.",
  },
  database_write_refused: {
    title: "reading would write",
    exit: 2,
    meaning: "The condition or the view tries to write.",
    action: "Read from a table, or from a view that does not call a function that writes.",
  },
  database_function_refused: {
    title: "a function that reaches outside the database",
    exit: 2,
    meaning:
      "The condition or the view calls a function that reaches outside the SQLite file, such as `readfile` or `writefile`.",
    action: "Remove the call that the message names. A condition may use all functions that only work on values.",
  },
  database_cursor_ambiguous: {
    title: "several cursors",
    exit: 2,
    meaning: "The cursor's table has several rows instead of one.",
    action: "Select the row of this contract or network with `database.cursor.where`.",
  },
  working_directory_gone: {
    title: "the working directory is gone",
    exit: 2,
    meaning: "The directory that the program was started in has been removed, so no relative path can be found.",
    action: "Change to a directory that exists, and run again.",
  },
  database_file_unusable: {
    title: "the SQLite file cannot be used",
    exit: 2,
    meaning: "The SQLite file does not exist, is not a database, or may not be read.",
    action:
      "Check the path after `sqlite:`, which is relative to the working directory, and the file's owner and mode.",
  },
  rpc_url_invalid: {
    title: "an invalid RPC URL",
    exit: 2,
    meaning: "The RPC URL cannot be used.",
    action: "Write the whole URL: `https://host/path`, or `snapshot:<path>` for a file.",
  },
  snapshot_not_found: {
    title: "no such snapshot",
    exit: 2,
    meaning: "The snapshot file does not exist.",
    action: "Check the path after `snapshot:`; it is relative to the working directory.",
  },
  snapshot_not_a_file: {
    title: "the snapshot is not a file",
    exit: 2,
    meaning: "The snapshot's path is a folder or a device.",
    action: "Give the path of the JSON file itself after `snapshot:`.",
  },
  snapshot_not_permitted: {
    title: "no permission to read the snapshot",
    exit: 2,
    meaning: "The user may not read the snapshot file.",
    action: "Give the run's user read permission on the file, and access to the folders above it.",
  },
  snapshot_too_large: {
    title: "an entry in the snapshot is too large",
    exit: 2,
    meaning: "One entry, or the part outside the entries, is larger than 64 MiB. The file itself may have any size.",
    action: "No ledger has an entry that large: check that the file is a ledger snapshot.",
  },
  snapshot_empty: {
    title: "an empty snapshot",
    exit: 2,
    meaning: "The snapshot file is empty.",
    action: "Create the snapshot again, and check why writing it failed.",
  },
  snapshot_truncated: {
    title: "a truncated snapshot",
    exit: 2,
    meaning: "The snapshot's JSON is incomplete.",
    action: "Wait until the file is complete, or create it again. Check that the disk is not full.",
  },
  snapshot_not_json: {
    title: "the snapshot is not JSON",
    exit: 2,
    meaning: "The file is not JSON; the message says what it looks like.",
    action: "Decompress it if necessary, or give the JSON file that `stellar snapshot create` wrote.",
  },
  snapshot_wrong_format: {
    title: "not a ledger snapshot",
    exit: 2,
    meaning: "The file is JSON, but not a ledger snapshot.",
    action: "Give the file that `stellar snapshot create` wrote with JSON output.",
  },
  snapshot_wrong_shape: {
    title: "a part of the snapshot is invalid",
    exit: 2,
    meaning: "A part of the snapshot is missing or has the wrong structure.",
    action: "The message names the part. Create the snapshot again with a current version of the tool that wrote it.",
  },
  report_unreadable: {
    title: "the saved report cannot be read",
    exit: 2,
    meaning: "The file given to `render` does not exist or may not be read.",
    action: "Correct the path. A run saves a report with `--report json=report.json`.",
  },
  report_invalid: {
    title: "not a saved report",
    exit: 2,
    meaning: "The file given to `render` is not a JSON report of this program; the message names the wrong keys.",
    action: "Use the complete, unchanged output of `--format json` or `--report json=report.json`.",
  },
  output_failed: {
    title: "the report's file could not be written",
    exit: 5,
    meaning:
      "A report's file or the job summary could not be written. The report for `--output` then goes to standard output; those for `--report` are lost.",
    action:
      "Take the report from standard output or the job's log, or produce another format with `render`. Check the folder and the disk.",
  },
  auth_keys_missing: {
    title: "a service without keys",
    exit: 2,
    meaning: "`serve` needs at least one key in `auth.keys`; without one, no caller can authenticate.",
    action: "Configure a key, with its secret from the environment. `openssl rand -hex 32` makes a good secret.",
  },
  auth_services_missing: {
    title: "a service without allowed callers",
    exit: 2,
    meaning: "`serve` needs at least one service in `auth.allowedServices`.",
    action: "List the allowed services, each exactly as it calls itself in `x-streampay-service-name`.",
  },
  listen_failed: {
    title: "the service cannot listen",
    exit: 2,
    meaning: "`serve` cannot listen on its address and port.",
    action:
      "Another process may use the port, or the address may not be this machine's. Choose others with `--host` and `--port`.",
  },
  seen_table_missing: {
    title: "no table of used signatures",
    exit: 2,
    meaning:
      "The table `reconciliation_seen_signatures`, which shares used signatures between a service's processes, does not exist.",
    action: "Create it once with `reconcile-streams migrate`, then start the service again.",
  },
  seen_table_permission: {
    title: "no permission to write the table of used signatures",
    exit: 2,
    meaning: "The user may not create or write the table of used signatures.",
    action: "Let the owner grant SELECT, INSERT and DELETE on `reconciliation_seen_signatures` to the service's user.",
  },
  seen_signatures_failed: {
    title: "the table of used signatures cannot be read",
    exit: 5,
    meaning:
      "A running service cannot check whether a signature is new. It refuses the request, logs this and keeps running.",
    action:
      "Check that its database answers. As soon as it does, requests are accepted again; callers must sign new ones.",
  },
  identity_missing: {
    title: "no service name and key to sign with",
    exit: 2,
    meaning: "`trigger` does not know which service and key to sign as.",
    action: "Set `--service` and `--key-id` (or `auth.service` and `auth.keyId`), and the key's secret in `auth.keys`.",
  },
  service_unreachable: {
    title: "the service does not answer",
    exit: 5,
    meaning: "`trigger` could not connect to the service, or the connection broke before it answered.",
    action:
      "Check `--url`, and that the service is running. If the connection broke, the run may still continue: look for its record.",
  },
  service_refused: {
    title: "the service answers 404",
    exit: 5,
    meaning: "Either `--url` is wrong or the service does not allow this caller; the answer does not say which.",
    action: "Find the reason in the service's log: the key, the service's name, the clock or the path.",
  },
  service_busy: {
    title: "the service is busy with another run",
    exit: 5,
    meaning: "The service runs one reconciliation at a time, and another is under way.",
    action: "Try again when it has ended. If this happens every night, two schedulers request the same run.",
  },
  service_failed: {
    title: "the service answered with an error",
    exit: 5,
    meaning: "The service answered with an error instead of a report; the message has the code.",
    action: "Explain that code, and check the service's log: the fault is on the service's side.",
  },
  service_timed_out: {
    title: "the service took too long",
    exit: 5,
    meaning: "The service did not answer within `--timeout`. The run may continue there.",
    action: "Raise `--timeout`, or find out why the run takes longer than before. The service keeps its record.",
  },
  service_answer_invalid: {
    title: "an unusable answer",
    exit: 5,
    meaning: "The service's answer is not a report, contradicts itself, is not the requested report, or is too large.",
    action: "Check that `--url` points to a reconciliation service. If it does, compare both versions.",
  },
} satisfies Catalogue<StartupTexts>;
