/**
 * Runs a folder's tests for Stryker, whose own runner does not know this Mocha: the files are loaded once a process, and each wrong
 * version runs the tests that reach it alone, in that process.
 */
import { globSync } from 'node:fs';
import path from 'node:path';
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext, type StrykerOptions } from '@stryker-mutator/api/core';
import { commonTokens, declareClassPlugin, PluginKind, tokens } from '@stryker-mutator/api/plugin';
import {
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  type TestResult,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import Mocha from 'mocha';

/** What `stryker.ts` says of a run: which files hold the tests, and which of these are run. */
export interface MochaRunnerOptions {
  readonly mochaRunner: { readonly files: readonly string[]; readonly only: string };
}

declare global {
  // The instrumented code of this process reads its orders there.
  var __stryker__: InstrumenterContext | undefined;
}

/** A test that hangs is not waited for longer than this: the slowest takes half a second. */
const TEST_MILLISECONDS = 10_000;

class MochaRunner {
  static inject = tokens(commonTokens.options);
  private readonly options: StrykerOptions & Partial<MochaRunnerOptions>;
  private readonly mocha = new Mocha({ timeout: TEST_MILLISECONDS, reporter: Mocha.reporters.Base });
  private loaded = false;

  constructor(options: StrykerOptions) {
    this.options = options;
  }

  /** Modules are loaded once: what is wrong while they load needs a process of its own. */
  capabilities() {
    return { reloadEnvironment: false };
  }

  async init(): Promise<void> {
    context();
    const files = globSync([...this.settings().files], { cwd: process.cwd() }).sort();
    for (const file of files) this.mocha.addFile(path.resolve(file));
    this.mocha.cleanReferencesAfterRun(false);
    this.mocha.suite.beforeEach('which test reaches what', function () {
      context().currentTestId = this.currentTest?.fullTitle();
    });
    this.mocha.suite.afterEach('which test reaches what', () => {
      delete context().currentTestId;
    });
  }

  async dryRun(): Promise<DryRunResult> {
    await this.load();
    this.mocha.grep(new RegExp(this.settings().only));
    const tests = await this.run(false);
    return { status: DryRunStatus.Complete, tests, mutantCoverage: context().mutantCoverage };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantRunResult> {
    const orders = context();
    orders.hitLimit = options.hitLimit;
    orders.hitCount = options.hitLimit === undefined ? undefined : 0;
    if (options.mutantActivation === 'static') orders.activeMutant = options.activeMutant.id;
    else delete orders.activeMutant;
    await this.load();
    const only = options.testFilter?.map((title) => `^${RegExp.escape(title)}$`).join('|');
    this.mocha.grep(new RegExp(only ?? this.settings().only));
    orders.activeMutant = options.activeMutant.id;
    const tests = await this.run(!options.disableBail);
    const tooMany = determineHitLimitReached(orders.hitCount, orders.hitLimit);
    return toMutantRunResult(tooMany ?? { status: DryRunStatus.Complete, tests });
  }

  private async load(): Promise<void> {
    if (!this.loaded) await this.mocha.loadFilesAsync();
    this.loaded = true;
  }

  private settings(): MochaRunnerOptions['mochaRunner'] {
    if (!this.options.mochaRunner) throw new Error('mochaRunner names neither files nor tests');
    return this.options.mochaRunner;
  }

  private async run(bail: boolean): Promise<TestResult[]> {
    const results: TestResult[] = [];
    this.mocha.bail(bail);
    await new Promise<void>((resolve) => {
      const runner = this.mocha.run(() => resolve());
      runner.on('pass', (test) => results.push({ ...named(test), status: TestStatus.Success }));
      runner.on('fail', (test, error) =>
        results.push({ ...named(test), status: TestStatus.Failed, failureMessage: String(error?.message ?? error) }),
      );
    });
    return results;
  }
}

function named(test: Mocha.Runnable) {
  return { id: test.fullTitle(), name: test.fullTitle(), timeSpentMs: test.duration ?? 0 };
}

function context(): InstrumenterContext {
  globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ??= {};
  return globalThis[INSTRUMENTER_CONSTANTS.NAMESPACE] ?? {};
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'mocha-in-process', MochaRunner)];
