/** Names the tests that were left out, after all else, so that a green run does not look like more than it was. */
export default class LeftOutReporter {
  #isPart;

  constructor({ testNamePattern }) {
    // Who asks for tests by name has left out the others.
    this.#isPart = Boolean(testNamePattern);
  }

  onRunComplete(_contexts, { testResults }) {
    const leftOut = testResults.filter(({ numPendingTests }) => numPendingTests > 0);
    if (this.#isPart || leftOut.length === 0) return;
    const lines = leftOut.map(({ testFilePath, numPendingTests }) => {
      const isBrowser = /[\\/]test[\\/]browser[\\/]/.test(testFilePath);
      const why = isBrowser ? ": there is no Chromium on the PATH, so that the HTML report is NOT TESTED" : "";
      return `  ${numPendingTests} in ${testFilePath}${why}`;
    });
    // Jest prints its summary after all reporters, however they are ordered.
    process.once("exit", () => process.stderr.write(`\nWARNING: SOME TESTS WERE LEFT OUT\n${lines.join("\n")}\n\n`));
  }
}
