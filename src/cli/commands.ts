import { ledgerCheckpoint } from './checkpoint.ts'
import type { Command } from './command.ts'
import { creating } from './creating.ts'
import { doctor } from './doctor.ts'
import { epochs } from './epoch.ts'
import { keeping } from './keeping.ts'

/** Everything that the operator can do. */
export const commands: readonly Command[] = [...creating, ...keeping, ...epochs, ledgerCheckpoint, doctor]
