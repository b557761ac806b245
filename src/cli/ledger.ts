import { StartError } from '../start-error.ts'
import { type Command, UsageError } from './command.ts'
import { verifyExport } from './verify-export.ts'
import { tell, tellBad } from './verify-report.ts'
import { withService } from './with-service.ts'

const toldEvery = 100_000
const ofExports = ['checkpoints', 'key', 'receipts', 'receipt-keys'] as const

const verify: Command = {
  words: ['ledger', 'verify'],
  options: ['organization?', 'export?', 'checkpoints?', 'key?', 'receipts?', 'receipt-keys?'],
  about:
    'every ledger in the database, or one; or, with --export, --checkpoints and --key, an exported one, without a database; exit 1 where one was changed',
  withoutSettings: (values) => {
    if (values.export !== undefined) {
      if (values.organization !== undefined) throw new UsageError('--organization is of a ledger in the database.')
      return verifyExport(values)
    }
    // What would be looked at in an export only: not to be passed over in silence.
    if (ofExports.some((name) => values[name] !== undefined)) throw new UsageError('--export is missing.')
    return undefined
  },
  run: (config, { organization }) =>
    withService(config, async ({ verification }) => {
      const everybody = await verification.organizations()
      if (organization !== undefined && !everybody.includes(organization))
        throw new StartError('There is no ledger of that organization.')
      const organizationIds = organization === undefined ? everybody : [organization]
      const reports: string[] = []
      let allAreWhole = true
      for (const organizationId of organizationIds) {
        let toldAt = 0
        const report = await verification.verify(organizationId, (entries) => {
          if (entries - toldAt < toldEvery) return
          toldAt = entries
          tell(`${organizationId}: ${entries} entries …`)
        })
        tellBad(report.findings, report.findingsOmitted, report.firstBadEntry)
        tell(
          report.ok
            ? `${organizationId}: ${report.entries} entries and ${report.rootsVerified} signed roots are as they were sealed; ${report.unsealed} wait to be sealed.`
            : `${organizationId}: the ledger is not as it was sealed.`,
        )
        allAreWhole &&= report.ok
        reports.push(JSON.stringify(report))
      }
      return { exitCode: allAreWhole ? 0 : 1, lines: reports }
    }),
}

export const ledgerCommands: readonly Command[] = [verify]
