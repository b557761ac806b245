import type { Command } from './command.ts'

const marks = { ok: 'ok      ', warning: 'warning ', failure: 'FAILURE ' } as const

export const doctor: Command = {
  words: ['doctor'],
  options: ['format?'],
  about: 'looks at every part and says what to do; exit 1 when something must be mended; --format json',
  run: async (config, { format }) => {
    const { examine } = await import('./examine.ts')
    const findings = await examine(config)
    const exitCode = findings.some(({ state }) => state === 'failure') ? 1 : 0
    if (format === 'json') return { exitCode, result: findings }
    const lines = findings.map(
      ({ check, state, found, todo }) =>
        `${marks[state]}${check}: ${found}${todo === undefined ? '' : `\n        → ${todo}`}`,
    )
    return { exitCode, lines }
  },
}
