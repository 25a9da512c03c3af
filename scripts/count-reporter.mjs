// The closing line of a test run, in a form that any tool can read.
import { appendFileSync } from 'node:fs';
import { env } from 'node:process';

export default class CountReporter {
  onTestRunEnd(modules, errors) {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      if (module.state() === 'failed' && module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed`);
    // A run of several suites adds them up from here.
    if (env.UNROLLED_TEST_COUNTS) {
      appendFileSync(env.UNROLLED_TEST_COUNTS, `${count.passed} ${count.failed}\n`);
    }
  }
}
