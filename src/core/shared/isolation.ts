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
export const platformModels = new Set([
  'Platform',
  'Client',
  'ClientKey',
  'Assertion',
  'PlatformKey',
  'Migration',
  'Heartbeat',
  'ErasureEpoch',
])

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
  'replay',
  'renewal',
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
/** Stages that write to another collection: a pipeline is for reading. */
const writes = ['$out', '$merge'] as const

/** An update given as a pipeline may set and unset fields, but never the organization. */
const pipelineKeepsOrganization = (stages: readonly unknown[]): boolean =>
  stages.every((stage) =>
    Object.entries(stage as Record<string, unknown>).every(
      ([name, body]) =>
        (name === '$set' && typeof body === 'object' && body !== null && !('organizationId' in body)) ||
        (name === '$unset' && !JSON.stringify(body).includes('organizationId')),
    ),
  )

/** Whether what is written stays in the organization of the filter. */
const staysInOrganization = (filter: unknown, update: unknown, replaces: boolean): boolean => {
  if (update === undefined || update === null) return true
  if (Array.isArray(update)) return pipelineKeepsOrganization(update)
  if (typeof update !== 'object') return false
  const named = (filter as { organizationId?: unknown } | undefined)?.organizationId
  const isSame = (part: object): boolean =>
    'organizationId' in part && isPlain(part.organizationId) && (!isPlain(named) || part.organizationId === named)
  if (replaces) return isSame(update)
  const parts = update as Record<string, object | undefined>
  const keeps = (part: object | undefined): boolean => part === undefined || !('organizationId' in part) || isSame(part)
  const leaves = (part: object | undefined): boolean => part === undefined || !('organizationId' in part)
  return (
    [update, parts.$set, parts.$setOnInsert].every(keeps) &&
    [parts.$unset, parts.$rename].every(leaves) &&
    !Object.values(parts.$rename ?? {}).includes('organizationId')
  )
}

/** The pipeline starts with a $match of one organization, and so does each join in it. */
const pipelineIsIsolated = (pipeline: readonly PipelineStage[]): boolean => {
  const [first] = pipeline
  if (first === undefined || !('$match' in first) || !namesOrganization(first.$match)) return false
  return pipeline.every((stage) => {
    if (writes.some((name) => name in stage)) return false
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

type BulkOperation = Record<string, { filter?: unknown; document?: unknown; replacement?: unknown; update?: unknown }>

const exempt = (model: { modelName?: string } | undefined): boolean => platformModels.has(model?.modelName ?? '')

/** Of each document that is inserted. */
export const mustNameOrganization = (
  model: { modelName: string },
  documents: readonly unknown[],
  operation: string,
): void => {
  if (!exempt(model) && !documents.every(namesOrganization)) throw new IsolationError(model.modelName, operation)
}

export const isolation = (schema: Schema): void => {
  schema.pre(queries as unknown as 'find'[], function (this: Query<unknown, unknown>) {
    if (exempt(this.model)) return
    const { op } = this as unknown as { op: string }
    const filter = this.getFilter()
    const named = isAcross(this.getOptions().across) || namesOrganization(filter)
    if (!named || !staysInOrganization(filter, this.getUpdate(), /replace/i.test(op)))
      throw new IsolationError(this.model.modelName, op)
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
      const kept =
        staysInOrganization(body.filter, body.replacement, true) && staysInOrganization(body.filter, body.update, false)
      if (!named || !kept) throw new IsolationError(model.modelName, `bulkWrite.${name}`)
    }
  })

  schema.pre('insertMany', function (this: unknown, ...args: unknown[]) {
    const model = this as { modelName: string }
    const documents = args.find((a) => Array.isArray(a) || (typeof a === 'object' && a !== null)) as unknown
    mustNameOrganization(model, Array.isArray(documents) ? documents : [documents], 'insertMany')
  })

  schema.pre('save', function () {
    const model = this.constructor as unknown as { modelName: string }
    if (!exempt(model) && !namesOrganization(this)) throw new IsolationError(model.modelName, 'save')
  })
}
