/** The options as the command line gave them: text, not yet checked (config/settings.ts does). */
export interface RawOptions {
  readonly db?: string;
  readonly chain?: string;
  readonly contract?: string;
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly stream?: readonly string[];
  readonly tolerance?: string;
  readonly format?: string;
  readonly limit?: string;
  readonly output?: string;
  readonly report?: readonly string[];
  readonly exitCode?: boolean;
  readonly maxLag?: string;
  readonly confirm?: string;
  readonly failOn?: string;
  readonly dbOnly?: boolean;
  readonly concurrency?: string;
  readonly timeout?: string;
  readonly allowEmpty?: boolean;
  readonly requestedBy?: string;
  readonly service?: string;
  readonly keyId?: string;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly color?: boolean;
  readonly progress?: boolean;
  readonly print?: boolean;
  readonly wait?: string;
  readonly compareChain?: string;
  readonly raw?: boolean;
  readonly history?: boolean;
  readonly expectHead?: string;
  readonly maxAge?: string;
  readonly host?: string;
  readonly port?: string;
  readonly runTimeout?: string;
  readonly grace?: string;
  readonly metrics?: boolean;
  readonly url?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;
