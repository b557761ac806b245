#!/usr/bin/env node
import { runCommand } from './cli/run.ts'

/** The operator's command: see cli/run.ts. */
const write = (stream: NodeJS.WriteStream) => (text: string) => void stream.write(text)

process.exit(
  await runCommand(process.argv.slice(2), process.env, { out: write(process.stdout), told: write(process.stderr) }),
)
