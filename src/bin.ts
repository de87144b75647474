#!/usr/bin/env node
import { readToolVersion } from './cli/shared/io.js';

const [first, ...rest] = process.argv.slice(2);
if (rest.length === 0 && (first === '--version' || first === '-V')) {
  // Answered before anything else is loaded: scripts ask for it often.
  process.stdout.on('error', () => (process.exitCode = 1));
  process.stdout.write(`${readToolVersion()}\n`);
} else {
  const { runProcess } = await import('./cli/cli.js');
  await runProcess();
}
