import { type Command, UsageError } from './command.ts'
import { verifyExport } from './verify-export.ts'

const verify: Command = {
  words: ['ledger', 'verify'],
  options: ['organization?', 'export?', 'checkpoints?', 'key?', 'receipts?', 'receipt-keys?'],
  about:
    'the ledger of all organizations or of one; or, with --export, --checkpoints and --key, an export, needing no database; exit 1 where it was changed',
  withoutSettings: (values) => (values.export === undefined ? undefined : verifyExport(values)),
  run: async () => {
    throw new UsageError('--export is missing.')
  },
}

export const ledgerCommands: readonly Command[] = [verify]
