import type { Aggregate, PipelineStage, Query, Schema } from 'mongoose'

/**
 * Isolation by construction: an operation on any model that does not name one organization by plain equality throws
 * before it reaches MongoDB. The few that look across organizations say so by name: `across` in `.setOptions`,
 * aggregate's `.option` or bulkWrite's options. Inserts can never look across.
 */
export class IsolationError extends Error {
  constructor(model: string, operation: string) {
    super(`${operation} on ${model} does not name its organization by plain equality (or say across)`)
    this.name = 'IsolationError'
  }
}

/** Models whose rows belong to no organization: named, and listed by a test. */
export const platformModels = new Set(['Platform', 'Client', 'PlatformKey', 'Migration', 'Heartbeat'])

declare module 'mongoose' {
  interface QueryOptions {
    across?: AcrossName
  }
  interface AggregateOptions {
    across?: AcrossName
  }
  interface MongooseBulkWriteOptions {
    across?: AcrossName
  }
}

/** Everybody who may look across organizations. A test lists the uses. */
export const acrossNames = [
  'client authentication',
  'link exchange',
  'session authentication',
  'relay',
  'worker claim',
  'sealer',
  'sequencer',
  'sweep',
  'epoch',
  'platform',
  'cli',
] as const
export type AcrossName = (typeof acrossNames)[number]

const isPlain = (value: unknown): boolean => typeof value === 'string' && value.length > 0
const namesOrganization = (filter: unknown): boolean =>
  typeof filter === 'object' && filter !== null && isPlain((filter as { organizationId?: unknown }).organizationId)
const isAcross = (name: unknown): boolean => acrossNames.includes(name as AcrossName)

const queries = [
  'find',
  'findOne',
  'findOneAndUpdate',
  'findOneAndDelete',
  'findOneAndReplace',
  'updateOne',
  'updateMany',
  'replaceOne',
  'deleteOne',
  'deleteMany',
  'countDocuments',
  'distinct',
  'estimatedDocumentCount',
] as const

const joins = ['$lookup', '$unionWith', '$graphLookup'] as const

/** The pipeline starts with a $match of one organization, and so does each join in it. */
const pipelineIsIsolated = (pipeline: readonly PipelineStage[]): boolean => {
  const [first] = pipeline
  if (first === undefined || !('$match' in first) || !namesOrganization(first.$match)) return false
  return pipeline.every((stage) => {
    const inner = Object.entries(stage).find(([name]) => (joins as readonly string[]).includes(name))
    if (inner !== undefined) {
      const [name, body] = inner as [string, { pipeline?: PipelineStage[]; restrictSearchWithMatch?: unknown }]
      return name === '$graphLookup'
        ? namesOrganization(body.restrictSearchWithMatch)
        : pipelineIsIsolated(body.pipeline ?? [])
    }
    if ('$facet' in stage) return Object.values(stage.$facet).every((branch) => branch.every((s) => !hasJoin(s)))
    return true
  })
}
const hasJoin = (stage: object): boolean =>
  Object.keys(stage).some((name) => (joins as readonly string[]).includes(name))

type BulkOperation = Record<string, { filter?: unknown; document?: unknown; replacement?: unknown }>

export const isolation = (schema: Schema): void => {
  const exempt = (model: { modelName?: string } | undefined): boolean => platformModels.has(model?.modelName ?? '')

  schema.pre(queries as unknown as 'find'[], function (this: Query<unknown, unknown>) {
    if (exempt(this.model) || isAcross(this.getOptions().across) || namesOrganization(this.getFilter())) return
    throw new IsolationError(this.model.modelName, (this as unknown as { op: string }).op)
  })

  schema.pre('aggregate', function (this: Aggregate<unknown>) {
    const model = (this as unknown as { _model: { modelName: string } })._model
    if (exempt(model) || isAcross((this.options as { across?: unknown }).across) || pipelineIsIsolated(this.pipeline()))
      return
    throw new IsolationError(model.modelName, 'aggregate')
  })

  schema.pre('bulkWrite', function (this: unknown, ...args: unknown[]) {
    const model = this as { modelName: string }
    const [operations, options] = args.filter((a) => typeof a !== 'function') as [
      BulkOperation[],
      { across?: unknown }?,
    ]
    if (exempt(model)) return
    for (const operation of operations) {
      const [name, body] = Object.entries(operation)[0] ?? ['', {}]
      const named =
        name === 'insertOne'
          ? namesOrganization(body.document)
          : isAcross(options?.across) || namesOrganization(body.filter)
      const kept = body.replacement === undefined || namesOrganization(body.replacement)
      if (!named || !kept) throw new IsolationError(model.modelName, `bulkWrite.${name}`)
    }
  })

  schema.pre('insertMany', function (this: unknown, ...args: unknown[]) {
    const model = this as { modelName: string }
    const documents = args.find((a) => Array.isArray(a) || (typeof a === 'object' && a !== null)) as unknown
    if (exempt(model)) return
    for (const document of Array.isArray(documents) ? documents : [documents])
      if (!namesOrganization(document)) throw new IsolationError(model.modelName, 'insertMany')
  })

  schema.pre('save', function () {
    const model = this.constructor as unknown as { modelName: string }
    if (!exempt(model) && !namesOrganization(this)) throw new IsolationError(model.modelName, 'save')
  })
}
