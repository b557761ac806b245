import { fixtureNumber } from '../examples/fixture-numbers.ts'
import { scopes } from '../src/core/access/access.ts'
import { unwrapKey } from '../src/core/keys/key-wrap.ts'
import { sealRecord } from '../src/core/keys/keys.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { newId } from '../src/core/shared/ids.ts'
import { orderOf, type SubjectRow, sealPersonal } from '../src/core/subjects/subjects.ts'
import { indexOf } from '../src/core/vault/number-index.ts'
import type { Graph } from './graph.ts'

/** An organization with staff, departments, a notice and a recipient, made by use cases. */
export const seedOrganization = async (graph: Graph) => {
  const { organizations, access, notices, exports, keys } = graph
  const at = new Date()
  const platformId = await organizations.createPlatform('bench')
  const platform = { platformId, requestId: 'bench', at }
  const { _id: organizationId } = await organizations.create(platform, { name: '計測用組織', mode: 'test' })
  const caller: Caller = {
    organizationId,
    platformId,
    mode: 'test',
    actor: { type: 'system' },
    assurance: 'none',
    requestId: 'bench',
    at,
  }
  const client = await access.createClient(platform, { name: 'bench', scopes: [...scopes] })
  const company = async () =>
    (
      await organizations.createCompany(
        caller,
        { name: '計測商事株式会社', kind: 'corporation', corporateNumber: '7000012050002' },
        nobody,
      )
    )._id
  const appointment = { role: 'handler', fromOn: '2016-01-01' } as const
  const staff = await access.staff.create(caller, { name: '計測 太郎', userId: 'j0013', appointment })
  const purposes = ['withholding_tax', 'resident_tax', 'health_pension'] as const
  const notice = await notices.create(caller, {
    title: '個人番号の利用目的について',
    text: '源泉徴収のために利用します。',
    purposes: [...purposes],
  })
  // Counted as always, and never used up.
  const unlimited = { reveals: 1_000_000, exports: 10_000, filings: 10_000 }
  await organizations.changeSettings({ ...caller, actor: { type: 'operator' } }, { dailyBudgets: unlimited }, {})
  const recipient = await exports.recipients.create(caller, { name: '給与担当', kind: 'own_payroll' })
  const asStaff: Caller = {
    ...caller,
    clientId: client._id,
    actor: { type: 'staff', id: staff._id, userId: staff.userId, name: staff.name },
    assurance: 'host',
  }
  const token = async (): Promise<string> =>
    (await access.signIns.byHost(client, { organization: organizationId, staff: staff._id }, platform)).token
  const { publicJwk } = await keys.signing.key('token')
  return { organizationId, caller: asStaff, company, notice, recipientId: recipient.id, token, publicJwk }
}
export type Organization = Awaited<ReturnType<typeof seedOrganization>>

const nobody = (): Promise<never> => Promise.reject(new Error('A corporation has no proprietor.'))

const batchRows = 500
const departmentCount = 20
const familyNames = ['東野', '西村', '南田', '北川', '髙橋', '齋藤', '渡邊', '中島']
const givenNames = ['二郎', '順子', '太郎', '花子', '一郎', '美咲', '健', '陽子']
const nameOf = (i: number): string => `${familyNames[i % 8]}${givenNames[(i >> 3) % 8]}`

/**
 * People of one company, inserted as the use cases would have left them: two employees and a dependent of the second, over
 * and over; each was told the purpose; with `numbers`, each has a number under a DEK of its own. Returns their ids.
 */
export const seedPeople = async (
  graph: Graph,
  organization: Organization,
  companyId: string,
  count: number,
  numbers: boolean,
): Promise<string[]> => {
  const { db, keys, organizations, notices } = graph
  const { organizationId, caller, notice } = organization
  const cipher = await keys.fields.for(organizationId)
  const grams = await keys.grams.for(organizationId)
  const now = new Date()
  const departments = await Promise.all(
    Array.from({ length: departmentCount }, (_, i) =>
      organizations.createDepartment(caller, { companyId, code: String(101 + i), name: `第${i + 1}部` }),
    ),
  )
  const native = <T extends { _id: string }>(name: string) => db.mongoose.connection.collection<T>(name)

  const subjectOf = (i: number, employee: SubjectRow | undefined): SubjectRow => {
    const department = departments[Math.floor(i / 3) % departmentCount]
    const _id = newId('subject')
    const personal = {
      name: nameOf(i),
      kana: 'ヒガシノジロウ',
      birthOn: '1980-04-01',
      ...(employee === undefined ? {} : { relationship: '子' }),
    }
    const row = {
      ...{
        _id,
        organizationId,
        companyId,
        kind: employee === undefined ? ('employee' as const) : ('dependent' as const),
      },
      ...(department === undefined ? {} : { departmentId: department._id }),
      ...(employee === undefined
        ? { code: String(1000 + i), externalId: `e${companyId}${i}` }
        : { employeeId: employee._id, dependentNo: 1 }),
      ...sealPersonal(cipher, grams, _id, personal),
      ...{
        numberState: numbers ? ('registered' as const) : ('none' as const),
        events: [],
        version: 1,
        createdAt: now,
        updatedAt: now,
      },
    }
    const code = employee?.code ?? ('code' in row ? row.code : undefined)
    return { ...row, order: orderOf({ ...row, ...(code === undefined ? {} : { code }) }, department?.code) }
  }

  const numbersOf = async (rows: readonly SubjectRow[], from: number) => {
    const versionIds = rows.map(() => newId('numberVersion'))
    const hash = await keys.numberIndex.for(organizationId)
    const all = versionIds.map((_, i) => fixtureNumber(from + i))
    const deks = await keys.deks.prepare(
      organizationId,
      versionIds.map((refId, i) => ({
        purpose: 'number',
        refId,
        index: indexOf(hash, Buffer.from(all[i] ?? '', 'latin1')),
      })),
    )
    const documents = deks.map((dek, i) => {
      const [subject, versionId, digits] = [rows[i], versionIds[i], all[i]]
      if (subject === undefined || versionId === undefined || digits === undefined) throw new Error('one DEK a person')
      const sealed = sealRecord(dek, Buffer.from(digits, 'latin1'), {
        organizationId,
        subjectId: subject._id,
        recordId: versionId,
      })
      const state = {
        version: 1,
        state: 'registered',
        current: true,
        registeredBy: 'staff',
        registeredAt: now,
      } as const
      return {
        _id: versionId,
        organizationId,
        subjectId: subject._id,
        companyId,
        ...state,
        sealed,
        dekId: dek.id,
        mask: digits.slice(-2),
        issuedOn: '2015-10-05',
      }
    })
    await keys.deks.markLive(
      organizationId,
      deks.map(({ id }) => id),
    )
    return documents
  }

  const ids: string[] = []
  let employee: SubjectRow | undefined
  for (let from = 0; from < count; from += batchRows) {
    const rows = Array.from({ length: Math.min(batchRows, count - from) }, (_, i): SubjectRow => {
      const row = subjectOf(from + i, (from + i) % 3 === 2 ? employee : undefined)
      employee = row
      return row
    })
    await Promise.all([
      native<SubjectRow>('subjects').insertMany(rows),
      native<{ _id: string }>('notices_given').insertMany(
        rows.map(({ _id }) => notices.givenRow(notice, _id, 'paper', now)),
      ),
      numbers
        ? numbersOf(rows, from).then((documents) => native<{ _id: string }>('numbers').insertMany(documents))
        : undefined,
    ])
    for (const { _id } of rows) ids.push(_id)
  }
  return ids
}

/** What a bare baseline needs of our keys to open what we sealed: the organization's KEK and field key, unwrapped. */
export const rawKeys = async (graph: Graph, organizationId: string) => {
  const rows = await graph.keysDb.mongoose.connection
    .collection('organization_keys')
    .find({ organizationId, state: 'current' })
    .toArray()
  const rowOf = (kind: string) => {
    const row = rows.find((each) => each.kind === kind)
    if (row === undefined) throw new Error(`The organization has no ${kind} key.`)
    return { id: String(row._id), wrapped: Buffer.from(row.wrapped.buffer), kmsVersion: String(row.kmsVersion) }
  }
  const [kek, field] = [rowOf('kek'), rowOf('field')]
  const key = await graph.provider.unwrap(kek.kmsVersion, kek.wrapped)
  return {
    kek: { id: kek.id, hex: key.toString('hex') },
    field: { id: field.id, hex: unwrapKey(key, field.wrapped, field.id).toString('hex') },
  }
}
