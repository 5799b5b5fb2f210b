import type { Reporter, TestCase } from 'vitest/node';

/** Names at the end of a run the tests that failed and then passed when they were tried again, with why they failed. */
export class FlakyReporter implements Reporter {
  readonly #flaky: TestCase[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky) this.#flaky.push(test);
  }

  onTestRunEnd(): void {
    for (const test of this.#flaky) {
      const [error] = test.result().errors ?? [];
      console.warn(`FLAKY ${test.module.relativeModuleId} > ${test.fullName}: ${error?.message}`);
    }
  }
}
